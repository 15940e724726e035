"""Every error the toolkit raises on purpose.

::

    ReviewMiningError                exit status 1
    ├── UsageError                   2   wrong flags or arguments
    ├── InputError                   2   a file, row or column that cannot be read
    ├── ConfigError                  2   a YAML file or a value in it
    ├── MissingExtraError            2   an optional dependency is not installed
    ├── ModelError                   1   a model directory that cannot be used
    └── VerificationError            3   a report that differs from its tables

A message says what is wrong, where (file, row, column) and what to do about it.
"""

from __future__ import annotations

from pathlib import Path


class ReviewMiningError(Exception):
    """Base of all errors with a message meant for the user.

    Attributes:
        exit_status: process exit status of a command that ends with this error.
    """

    exit_status = 1


class UsageError(ReviewMiningError):
    """A command line or a call that asks for something that cannot be."""

    exit_status = 2


class InputError(ReviewMiningError):
    """Input that cannot be read, with its place.

    Args:
        problem: what is wrong.
        path: the file, when there is one.
        row: 0-based data row, when it is known.
        column: column name, when it is known.
        hint: what the user can do.
    """

    exit_status = 2

    def __init__(
        self,
        problem: str,
        *,
        path: str | Path | None = None,
        row: int | None = None,
        column: str | None = None,
        hint: str | None = None,
    ) -> None:
        self.problem, self.path, self.row, self.column, self.hint = problem, path, row, column, hint
        place = [
            text
            for text, known in (
                (f"{path}", path is not None),
                (f"row {row}", row is not None),
                (f"column {column!r}", column is not None),
            )
            if known
        ]
        message = f"{', '.join(place)}: {problem}" if place else problem
        super().__init__(f"{message}\n  {hint}" if hint else message)


class ConfigError(ReviewMiningError):
    """A configuration file, or a key in it, that is not understood."""

    exit_status = 2


class MissingExtraError(ReviewMiningError):
    """An optional dependency is needed and not installed.

    Args:
        package: the module that could not be imported.
        extra: the extra of this project that brings it.
    """

    exit_status = 2

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(f"{package} is not installed.\n  Install it with: pip install 'review-mining[{extra}]'")


class ModelError(ReviewMiningError):
    """A model directory that is incomplete, damaged or of another format."""


class VerificationError(ReviewMiningError):
    """A report whose figures or quotes do not follow from its tables."""

    exit_status = 3
