"""``python -m review_mining.service.report_job``: one report, in a process of its own that the service starts.

A process, because a large report takes all of a core and gigabytes of memory for minutes: it must neither slow the
answers nor take the service down with it, and it can be stopped at any moment.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from review_mining.command import run
from review_mining.pipeline import Context, ReviewMiner
from review_mining.progress import Advance, ProgressDisplay
from review_mining.selection import Selection

STAGES = 6
"""Stages of a report, each of which counts the same."""
STEPS = 100
"""Steps of a stage."""


class ProgressFile(ProgressDisplay):
    """Progress as steps done, in a file that another process reads.

    Args:
        path: the file; replaced as a whole.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(quiet=True)
        self._path, self._stage, self._shown = path, 0, -1

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Advance]:
        """Open a stage, as ``ProgressDisplay.stage`` does."""
        rows = 0

        def advance(more: int) -> None:
            nonlocal rows
            rows += more
            if total:
                self._show(STEPS * min(rows, total) // total)

        self._show(0)
        yield advance
        self._show(STEPS)
        self._stage = min(self._stage + 1, STAGES - 1)

    def _show(self, steps: int) -> None:
        done = self._stage * STEPS + steps
        if done > self._shown:
            self._shown = done
            partial = self._path.with_suffix(".partial")
            partial.write_text(str(done), encoding="ascii")
            partial.replace(self._path)


def main() -> int:
    """Make a report as the request asks."""
    parser = argparse.ArgumentParser(prog="review_mining.service.report_job", description=__doc__, allow_abbrev=False)
    parser.add_argument("--reviews", type=Path, required=True, metavar="FILE")
    parser.add_argument("--request", type=json.loads, required=True, metavar="JSON", help="what was asked")
    parser.add_argument("--results", type=Path, required=True, metavar="DIR", help="an empty directory")
    parser.add_argument("--progress", type=Path, required=True, metavar="FILE")
    parser.add_argument("--model", metavar="DIR")
    parser.add_argument("--themes", metavar="DIR")
    arguments = parser.parse_args()
    os.nice(10)
    threading.Thread(target=_end_with_the_service, daemon=True).start()
    return run(lambda: _report(arguments, arguments.request))


def _end_with_the_service() -> None:
    """Standard input is a pipe that the service holds open: it ends when the service does, however that dies."""
    # Not through the file object: its lock would be held when the interpreter ends.
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)


def _report(arguments: argparse.Namespace, request: dict[str, Any]) -> int:
    selection = Selection(since=_day(request, "since"), until=_day(request, "until"), product=request.get("product"))
    ReviewMiner(model=arguments.model, themes=arguments.themes).write(
        [arguments.reviews],
        arguments.results,
        selection=selection,
        context=Context(industry=request.get("industry"), compare_to=request.get("compare_to")),
        lang=request.get("lang", "zh"),
        progress=ProgressFile(arguments.progress),
    )
    return 0


def _day(request: dict[str, Any], name: str) -> date | None:
    return date.fromisoformat(request[name]) if request.get(name) else None


if __name__ == "__main__":
    sys.exit(main())
