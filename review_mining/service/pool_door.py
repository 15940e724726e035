"""A shop's door to the pool of hashes, open while the shop is a member.

Hashes of others are kept in memory and held against the store before each case, so that what another server added
counts, and what was purged or taken out is gone, from the next case on.
"""

from __future__ import annotations

from review_mining.evidence.fingerprint import View
from review_mining.evidence.pool import OthersPictures, hashes_to_share
from review_mining.evidence.signs import Sign
from review_mining.service.store.reuse_pool import OthersHashes, ReusePool


class PoolDoor:
    """Looks for a shop's pictures among those of other members.

    Args:
        pool: the shop's membership.
    """

    def __init__(self, pool: ReusePool) -> None:
        self._pool = pool
        self._forget()
        self._member = False
        self._shown: list[bytes] = []

    @property
    def shown(self) -> tuple[bytes, ...]:
        """Hashes of the pictures seen since the last look, for the pool once their case is kept."""
        return tuple(self._shown)

    def look_anew(self) -> None:
        """Before each case: see whether the shop is a member, and what the others share now.

        Raises:
            StoreUnavailableError: the store does not answer.
        """
        self._shown = []
        later = self._pool.others(self._last)
        if later is not None and self._lacks_or_keeps(later):
            self._forget()
            later = self._pool.others()
        self._member = later is not None
        if later is None:
            self._forget()
        else:
            self._take(later)

    def see(self, view: View) -> Sign | None:
        """Look for a like picture of another member.

        Args:
            view: the picture; one with too little in it to tell it from others is neither looked for nor shared.
        """
        hashes = hashes_to_share(view) if self._member else None
        if hashes is None:
            return None
        self._shown.append(hashes)
        return self._others.sign(hashes)

    def _forget(self) -> None:
        self._others = OthersPictures()
        self._last, self._count, self._total = 0, 0, 0

    def _lacks_or_keeps(self, later: OthersHashes) -> bool:
        """Whether some known ones are gone, or some came that have lower numbers, as in PostgreSQL they may."""
        count, total = self._count + len(later.numbers), self._total + sum(later.numbers)
        return (count, total) != (later.count, later.total)

    def _take(self, later: OthersHashes) -> None:
        if later.numbers:
            self._others.add(later.numbers, later.hashes)
            self._last = later.numbers[-1]
            self._count += len(later.numbers)
            self._total += sum(later.numbers)
