"""Progress on standard error: a bar with rows per second and time left, or silence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.text import Text

Advance = Callable[[int], None]
"""Called with each further number of rows done."""


class _RowsPerSecond(ProgressColumn):
    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{task.completed:,.0f} rows" + (f", {speed:,.0f}/s" if speed else ""))


class ProgressDisplay:
    """Shows the stages of a job one after another.

    Args:
        quiet: show nothing.
    """

    def __init__(self, *, quiet: bool = True) -> None:
        self._console = Console(stderr=True, quiet=quiet)

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Advance]:
        """Open a stage; yield the function that advances it.

        Args:
            name: what is being done.
            total: number of rows, or None while it is unknown.
        """
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            _RowsPerSecond(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=self._console, transient=False) as progress:
            task = progress.add_task(name, total=total)

            def advance(rows: int) -> None:
                progress.advance(task, rows)

            yield advance
            if total is None:
                progress.update(task, total=progress.tasks[0].completed)
