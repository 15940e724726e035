"""Evidence packs of a shop's cases: files that leave with the case when it is purged."""

from __future__ import annotations

from pathlib import Path

from review_mining.service.store.case_rows import case_row
from review_mining.service.store.errors import UnknownRecordError
from review_mining.service.store.shop_rows import ShopRows


class Packs:
    """Evidence packs of one shop.

    Args:
        rows: the shop's rows.
    """

    def __init__(self, rows: ShopRows) -> None:
        self._rows = rows

    def write(self, case_id: str, name: str, content: bytes) -> Path:
        """Keep a file of a case's pack, replacing one of that name.

        Raises:
            UnknownRecordError: the shop has no such case.
            UsageError: the name is no plain file name.
        """
        with self._rows.writing() as session:
            path = self._rows.files.write_pack(case_row(session, case_id).number, name, content)
            self._rows.audit(session, "pack.write", case_id)
            return path

    def path(self, case_id: str, name: str) -> Path:
        """A file of a case's pack.

        Raises:
            UnknownRecordError: the shop has no such case, or the case no such file.
            UsageError: the name is no plain file name.
        """
        with self._rows.reading() as session:
            path = self._rows.files.pack(case_row(session, case_id).number, name)
        if not path.is_file():
            raise UnknownRecordError(f"The case {case_id!r} has no file {name!r}.")
        return path
