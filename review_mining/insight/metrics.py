"""Operational figures of the shop that no review can show: return rates, hours to delivery, disputes.

Definitions with their mapping to 0–5 are in ``configs/metrics.yaml``.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import yaml
from pydantic import Field, model_validator

from review_mining.config import Strict, default_file, load
from review_mining.errors import InputError
from review_mining.taxonomy import Name

PeriodName = Literal["now", "before"]
_MAX_BYTES: Final = 1_000_000
_PERIODS: Final[Mapping[str, PeriodName]] = {
    "": "now",
    "now": "now",
    "current": "now",
    "本期": "now",
    "before": "before",
    "previous": "before",
    "上期": "before",
}


class Definition(Name):
    """One operational figure: linear between ``floor`` (worth 0) and ``target`` (worth 5), level beyond them."""

    aspect: str
    unit: Literal["share", "hours", "minutes", "seconds"]
    floor: float
    target: float
    weight: float = Field(gt=0.0, le=1.0)

    @model_validator(mode="after")
    def _two_ends(self) -> Definition:
        if self.floor == self.target:
            raise ValueError("floor and target must differ")
        return self

    def worth(self, value: float) -> float:
        """The figure on the scale from 0 to 1."""
        return min(1.0, max(0.0, (value - self.floor) / (self.target - self.floor)))


class Definitions(Strict):
    """All known operational figures by name; the opinions of an aspect have weight 1 beside them."""

    metrics: dict[str, Definition]


def load_definitions(path: Path | None = None) -> Definitions:
    """Read the definitions, by default the bundled ones.

    Raises:
        ConfigError: the file cannot be read or holds what is not allowed.
    """
    return load(path or default_file("metrics.yaml"), Definitions)


@dataclass(frozen=True)
class Metrics:
    """The operational figures that were given.

    Attributes:
        definitions: all that are known.
        now: value by name.
        before: value by name for the period before, where given.
    """

    definitions: Definitions
    now: Mapping[str, float]
    before: Mapping[str, float]

    @classmethod
    def none_given(cls) -> Metrics:
        """No figures, with the default definitions."""
        return cls(load_definitions(), {}, {})


def read_metrics(path: Path, definitions: Definitions | None = None) -> Metrics:
    """Read a CSV (``name,value[,period]``), YAML or JSON file of operational figures.

    YAML and JSON hold a mapping from name to value, or a list of mappings with ``name``, ``value`` and optionally
    ``period``. A name is a key of ``configs/metrics.yaml`` or its Chinese or English name; a value may end in ``%``;
    the period is ``now`` (default) or ``before``.

    Raises:
        InputError: the file, a name or a value is not understood, with its row.
    """
    definitions = definitions or load_definitions()
    known = {alias: key for key, item in definitions.metrics.items() for alias in (key, item.zh, item.en)}
    values: dict[PeriodName, dict[str, float]] = {"now": {}, "before": {}}
    for row, entry in enumerate(_entries(path)):
        name = str(entry.get("name") or "").strip()
        if name not in known:
            raise InputError(
                f"the operational figure {name!r} is not known",
                path=path,
                row=row,
                hint=f"Known figures: {', '.join(definitions.metrics)}.",
            )
        key = known[name]
        period = _PERIODS.get(str(entry.get("period") or "").strip().lower())
        if period is None:
            raise InputError(
                f"the period {entry.get('period')!r} is not known", path=path, row=row, hint="Give now or before."
            )
        if key in values[period]:
            raise InputError(f"{name!r} is given twice for one period", path=path, row=row)
        values[period][key] = _number(entry.get("value"), definitions.metrics[key], path, row)
    return Metrics(definitions, values["now"], values["before"])


def _number(raw: object, definition: Definition, path: Path, row: int) -> float:
    text = str(raw if raw is not None else "").strip()
    percent = text.endswith(("%", "％"))
    try:
        value = float(text.rstrip("%％")) / (100.0 if percent else 1.0)
    except ValueError:
        value = math.nan
    highest = 1.0 if definition.unit == "share" else math.inf
    if not math.isfinite(value) or not 0.0 <= value <= highest:
        wanted = (
            "a share from 0 to 1, or a percentage" if definition.unit == "share" else f"{definition.unit}, 0 or more"
        )
        raise InputError(f"{text!r} is not a value for {definition.en!r}", path=path, row=row, hint=f"Give {wanted}.")
    return value


def _entries(path: Path) -> list[dict[str, Any]]:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise InputError(f"is larger than {_MAX_BYTES:,} bytes", path=path, hint="Give a small table of figures.")
        content = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path) from error
    except UnicodeDecodeError as error:
        raise InputError("is not UTF-8", path=path, hint="Save it as UTF-8.") from error
    if path.suffix.lower() in (".yaml", ".yml", ".json"):
        return _structured(content, path)
    reader = csv.DictReader(io.StringIO(content))
    if not {"name", "value"} <= set(reader.fieldnames or ()):
        raise InputError(
            f"has the columns {list(reader.fieldnames or ())}",
            path=path,
            hint="It needs name,value and may have period.",
        )
    return list(reader)


def _structured(content: str, path: Path) -> list[dict[str, Any]]:
    try:
        data = json.loads(content) if path.suffix.lower() == ".json" else yaml.safe_load(content)
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        raise InputError(f"is not valid {path.suffix[1:].upper()}: {error}", path=path) from error
    if isinstance(data, dict):
        return [{"name": name, "value": value} for name, value in data.items()]
    if isinstance(data, list) and all(isinstance(entry, dict) for entry in data):
        return data
    raise InputError(
        "is neither a mapping nor a list of mappings", path=path, hint="Give name: value, or name, value, period."
    )


@dataclass(frozen=True)
class Folded:
    """Operational figures as parts of the aspects' index.

    Attributes:
        value: value 0-1 by aspect, the weighted mean of its figures.
        part: their part in the aspect's index by aspect, 0 without figures.
    """

    value: Mapping[str, float]
    part: Mapping[str, float]


def fold(metrics: Metrics, aspects: list[str], period: PeriodName = "now") -> Folded:
    """Combine the figures given for each aspect; the opinions have weight 1 beside them.

    A figure not given for the period before keeps its value, so that it causes no change.
    """
    given = dict(metrics.now) if period == "now" else {**metrics.now, **metrics.before}
    value: dict[str, float] = {}
    part: dict[str, float] = {}
    for aspect in aspects:
        own = [
            (metrics.definitions.metrics[k], v)
            for k, v in given.items()
            if metrics.definitions.metrics[k].aspect == aspect
        ]
        weight = sum(definition.weight for definition, _ in own)
        value[aspect] = sum(d.weight * d.worth(v) for d, v in own) / weight if own else 0.0
        part[aspect] = weight / (1.0 + weight)
    return Folded(value, part)


def describe(metrics: Metrics, aspects: list[str]) -> dict[str, Any]:
    """What was given, with its worth on 0–5 and its part, and what could not be seen."""
    folded = fold(metrics, aspects)
    given, unseen = [], []
    for key, item in metrics.definitions.metrics.items():
        entry: dict[str, Any] = {"name": key, "zh": item.zh, "en": item.en, "aspect": item.aspect, "unit": item.unit}
        if key not in metrics.now:
            unseen.append(entry)
            continue
        folded_in = item.aspect in aspects
        total = sum(
            definition.weight
            for name, definition in metrics.definitions.metrics.items()
            if name in metrics.now and definition.aspect == item.aspect
        )
        given.append(
            {
                **entry,
                "value": metrics.now[key],
                "before": metrics.before.get(key),
                "worth": 5.0 * item.worth(metrics.now[key]),
                "part": folded.part[item.aspect] * item.weight / total if folded_in else 0.0,
                "folded_in": folded_in,
            }
        )
    return {"given": given, "unseen": unseen}
