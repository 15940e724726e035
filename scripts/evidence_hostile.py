"""What hostile files cost: over two hundred, each judged in a process apart, and thousands of mutations of sound files.

    python scripts/evaluate_evidence.py hostile

Needs Linux and the repository's ``tests`` folder, which makes the files.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from review_mining.errors import VerificationError
from review_mining.evidence.config import Limits
from review_mining.evidence.intake import examine
from review_mining.evidence.provenance import declared_signs

SECONDS, MEGABYTES = 10.0, 1024.0
_SHOWN, _RUNS = 8, 2000


def print_hostile() -> None:
    """Judge the files, print outcomes and the costliest ones, then read the mutations.

    Raises:
        VerificationError: a file ended the process, took more than 10 processor seconds or more than 1 GiB, or was
            called a strong sign.
    """
    sys.path.insert(0, str(Path(__file__).parent.parent / "tests/evidence"))
    from hostile_files import hostile_files, mutated, sound_files
    from hostile_watch import judge_each

    with tempfile.TemporaryDirectory() as folder:
        judged = list(judge_each(hostile_files(), Path(folder)))
    outcomes = Counter(file.outcome or file.fault for file in judged)
    print(f"{len(judged)} files: " + ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items())))
    for measure, unit in (("seconds", "s"), ("megabytes", "MiB")):
        costliest = sorted(judged, key=lambda file: -getattr(file, measure))[:_SHOWN]
        print(f"most {measure}: " + ", ".join(f"{file.name} {getattr(file, measure):.1f} {unit}" for file in costliest))
    over = [file for file in judged if file.seconds > SECONDS or file.megabytes > MEGABYTES]
    bad = {file.name for file in [*over, *(file for file in judged if file.fault or file.outcome == "strong_sign")]}
    for name, whole in sound_files().items():
        costs = [_seconds(mutated(whole, random.Random(seed))) for seed in range(_RUNS)]
        print(f"{name}: {_RUNS:,} mutations read, at most {max(costs):.2f} s")
    if bad:
        raise VerificationError(f"beyond {SECONDS:.0f} s or {MEGABYTES:.0f} MiB, or worse: {', '.join(sorted(bad))}")


def _seconds(data: bytes) -> float:
    """Processor seconds that a file costs without its statement and text; whatever it raises ends the measurement."""
    began = time.process_time()
    declared_signs(examine("mutated", data, Limits()).contents)
    return time.process_time() - began
