"""Figures of what is read out of real files, each held against what an independent look says that it carries."""

from __future__ import annotations

import csv
import hashlib
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from scipy.stats import binomtest

from review_mining.errors import InputError
from review_mining.evidence import EvidenceClassifier, EvidenceConfig, Sign, cases_of_pictures
from review_mining.evidence.config import Limits
from review_mining.evidence.content_credentials import ContentCredentials
from review_mining.evidence.intake import examine

_DAMAGED = 2_000
_KINDS = frozenset(
    {
        "c2pa_trusted_ai",
        "c2pa_untrusted_ai",
        "c2pa_tampered",
        "c2pa_camera",
        "tc260_label",
        "iptc_ai",
        "generator_metadata",
        "unreadable",
    }
)
_EXPECTED = Path(__file__).parent.parent / "annotations/provenance.csv"


def print_provenance(shared: Path | None) -> None:
    """Print, per kind of content, how many labelled files are read right, and what other photos declare.

    Args:
        shared: the research data; without it there is nothing to read.

    Raises:
        InputError: a labelled file is absent or is not the one that was labelled.
    """
    if shared is None:
        print("reads real files: name their folder with --shared")
        return
    images = shared / "data/images"
    _print_labelled(images / "provenance")
    _print_damaged_records(images / "provenance")
    for name, wanted in (("real", "genuine photos"), ("ai", "AI pictures, most of them without their metadata")):
        _print_declaring(images / name, wanted)


def _print_labelled(folder: Path) -> None:
    with _EXPECTED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    right: dict[str, list[bool]] = defaultdict(list)
    confused: Counter[tuple[str, str]] = Counter()
    classifier = EvidenceClassifier.from_config(images=folder)
    for row in rows:
        _check_is_the_file(folder / row["file"], row["sha256"])
        found = {(sign.kind, _detail(sign)) for sign in _signs_of(classifier, row["file"])}
        expected = {(row["sign"], row["detail"])} if row["sign"] else set()
        right[row["carries"]].append(found == expected)
        confused[_c2pa(row["sign"], row["carries"]), _c2pa(" ".join(kind for kind, _ in found), row["carries"])] += 1
        if found != expected:
            print(f"WRONG {row['file']}: {sorted(found)} instead of {sorted(expected)}")
    for carries, outcomes in sorted(right.items()):
        print(f"{sum(outcomes):3} of {len(outcomes):3} right: {carries}")
    every = [outcome for outcomes in right.values() for outcome in outcomes]
    print(f"{_share(sum(every), len(every))} of the labelled files are read right")
    for (expected_kind, found_kind), count in sorted(confused.items()):
        if expected_kind:
            print(f"{count:3} C2PA records: {expected_kind} taken for {found_kind}")


def _print_damaged_records(folder: Path) -> None:
    """Records with 1 to 16 changed bytes each: every file is answered, none hangs, and most are told to be broken."""
    limits, credentials = EvidenceConfig().limits, ContentCredentials()
    sound = [
        path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and _holds_record(path.read_bytes(), limits)
    ]
    answers: Counter[str] = Counter()
    slowest = 0.0
    for seed in range(_DAMAGED):
        generator = random.Random(seed)
        data = bytearray(sound[seed % len(sound)])
        start = data.find(b"jumb")
        for _ in range(generator.randint(1, 16)):
            data[generator.randrange(start, min(len(data), start + 60_000))] = generator.randrange(256)
        began = time.monotonic()
        signs = credentials.signs(examine("damaged", bytes(data), limits))
        slowest = max(slowest, time.monotonic() - began)
        answers[", ".join(sorted(sign.kind for sign in signs)) or "no sign"] += 1
    counted = ", ".join(f"{count} {kinds}" for kinds, count in sorted(answers.items()))
    print(f"{_DAMAGED:,} damaged records: {counted}; the slowest took {slowest:.2f} s")


def _holds_record(data: bytes, limits: Limits) -> bool:
    return examine("record", data, limits).contents.holds_c2pa


def _print_declaring(folder: Path, wanted: str) -> None:
    classifier = EvidenceClassifier.from_config(images=folder)
    names = [case.images[0] for case in cases_of_pictures(folder)]
    declaring = {name: signs for name in names if (signs := list(_signs_of(classifier, name)))}
    print(f"{_share(len(declaring), len(names))} of {wanted} give a sign")
    for name, signs in declaring.items():
        print(f"    {name}: {', '.join(f'{sign.kind} ({_detail(sign)})' for sign in signs)}")


def _signs_of(classifier: EvidenceClassifier, name: str) -> Iterator[Sign]:
    verdict = classifier.judge({"case_id": name[-200:], "images": [name]})
    for picture in verdict.pictures:
        yield from (sign for sign in picture.signs if sign.kind in _KINDS)


def _detail(sign: Sign) -> str:
    """The tool, or what of a record or label it is: the last word of its message."""
    return str(sign.facts.get("tool", sign.message.replace(".", "_").rpartition("_")[2]))


def _c2pa(kinds: str, carries: str) -> str:
    """What a C2PA record was taken for; empty for a file without one."""
    if not carries.startswith("C2PA record"):
        return ""
    return "tampered" if "tampered" in kinds else "untrusted AI" if "untrusted_ai" in kinds else kinds or "no sign"


def _check_is_the_file(path: Path, sha256: str) -> None:
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path) from error
    if digest != sha256:
        raise InputError("is not the file that was labelled", path=path, hint=f"Label it again in {_EXPECTED}.")


def _share(part: int, whole: int) -> str:
    interval = binomtest(part, whole).proportion_ci(0.95, "exact")
    return f"{part} of {whole:,} ({part / whole:.1%}, 95 % interval {interval.low:.1%} to {interval.high:.1%})"
