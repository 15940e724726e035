import errno
import os
import signal

import pytest

from review_mining import __main__ as entry
from review_mining.command import run
from review_mining.errors import (
    ConfigError,
    InputError,
    MissingExtraError,
    ModelError,
    ReviewMiningError,
    UsageError,
    VerificationError,
)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UsageError("x"), 2),
        (InputError("x"), 2),
        (ConfigError("x"), 2),
        (MissingExtraError("torch", "train"), 2),
        (ModelError("x"), 1),
        (VerificationError("x"), 3),
        (ReviewMiningError("x"), 1),
        (KeyboardInterrupt(), 130),
        (OSError(errno.ENOSPC, "No space left on device", "out/file"), 1),
    ],
)
def test_how_a_job_ends_decides_the_exit_status(error: BaseException, status: int, capsys: pytest.CaptureFixture[str]):
    def job() -> int:
        raise error

    assert run(job) == status
    assert capsys.readouterr().err.startswith("review-mining: ")


def test_termination_ends_like_an_interrupt():
    def job() -> int:
        os.kill(os.getpid(), signal.SIGTERM)
        return 0

    assert run(job) == 130


def test_an_error_that_nobody_foresaw_is_not_hidden():
    def job() -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(job)


def test_an_input_error_names_its_place():
    error = InputError("is not a number", path="a.csv", row=3, column="评分", hint="Use --map.")
    assert str(error) == "a.csv, row 3, column '评分': is not a number\n  Use --map."


def test_no_command_lists_all(capsys: pytest.CaptureFixture[str]):
    assert entry.main([]) == 0
    listing = capsys.readouterr().out
    assert all(f"  {name} " in listing for name in entry.COMMANDS)


def test_an_unknown_command_is_wrong_usage(capsys: pytest.CaptureFixture[str]):
    assert entry.main(["rapport"]) == 2
    assert "'rapport'" in capsys.readouterr().err


@pytest.mark.parametrize("name", sorted(entry.COMMANDS))
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]):
    try:
        status = entry.main([name, "--help"])
    except SystemExit as ended:
        status = ended.code
    assert status == 0
    assert f"usage: review-mining {name}" in capsys.readouterr().out
