"""Judges hostile files in a process of its own, which may die or hang without taking the caller along (Linux)."""

import json
import os
import select
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_CHILD = Path(__file__).with_name("hostile_child.py")
_PATIENCE = 120.0
"""Wall seconds until a silent process counts as hanging; seconds reported are of the processor, for a busy machine."""


@dataclass(frozen=True)
class Judged:
    """What became of a file: an outcome, its signs, processor seconds and peak resident memory in MiB, or a fault."""

    name: str
    outcome: str = ""
    signs: tuple[str, ...] = ()
    seconds: float = 0.0
    megabytes: float = 0.0
    fault: str = ""


def judge_each(files, folder):
    """Judge files one after another.

    Args:
        files: name → builder of the bytes.
        folder: an empty folder, used for one file at a time.

    Yields:
        a Judged for each.
    """
    child = None
    try:
        for name, build in files.items():
            path = folder / name
            path.write_bytes(build())
            child = child if child and child.poll() is None else _start(folder)
            yield _ask(child, name)
            path.unlink()
    finally:
        if child:
            child.kill()
            child.communicate()


def _start(folder):
    return subprocess.Popen(
        [sys.executable, _CHILD, folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )


def _ask(child, name):
    child.stdin.write(name + "\n")
    child.stdin.flush()
    ready, _, _ = select.select([child.stdout], [], [], _PATIENCE)
    answer = child.stdout.readline() if ready else ""
    if not answer:
        child.kill()
        child.communicate()
        return Judged(name, fault=f"ended with status {child.returncode}" if ready else "hung")
    found = json.loads(answer)
    return Judged(name, found["outcome"], tuple(found["signs"]), found["seconds"], found["megabytes"])
