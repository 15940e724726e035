"""A clock that tests set."""

from datetime import UTC, datetime, timedelta


class SettableClock:
    """Both sides stand still until they are moved: `pass_time` moves both, `jump` the wall clock alone."""

    def __init__(self) -> None:
        self._now, self._monotonic = datetime(2026, 6, 1, 12, tzinfo=UTC), 1000.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def pass_time(self, seconds: float) -> None:
        self._monotonic += seconds
        self.jump(seconds)

    def jump(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
