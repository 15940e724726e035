"""The taxonomy: aspects, sub-aspects, and what an industry renames, hides or weights."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field

from review_mining.config import Strict, default_file, load
from review_mining.errors import ConfigError, UsageError

Owner = Literal["factory", "warehouse", "carrier", "customer_service", "listing", "pricing"]
Language = Literal["zh", "en"]


class Name(Strict):
    """What a thing is called in each language of the report."""

    zh: str
    en: str

    def in_language(self, language: Language) -> str:
        """The name to print."""
        return self.zh if language == "zh" else self.en


class Aspect(Name):
    """One dimension of experience; ``weight`` is its part in the total index, 0 leaves it out."""

    letter: str = Field(pattern="^[a-z]$")
    weight: float = Field(ge=0.0)


class SubAspect(Name):
    """One code below an aspect, with whoever can change it and its weight within the aspect."""

    owner: Owner
    weight: float = Field(1.0, ge=0.0)
    hints: tuple[str, ...] = ()


class Taxonomy(Strict):
    """Aspects by name and sub-aspects by code, where a code begins with its aspect's letter and a dot."""

    version: str
    aspects: dict[str, Aspect]
    sub_aspects: dict[str, SubAspect]

    def aspect_of(self, code: str) -> str:
        """Name of the aspect that a code such as ``q.size`` belongs to.

        Raises:
            ConfigError: no aspect has the code's letter.
        """
        for name, aspect in self.aspects.items():
            if code.startswith(f"{aspect.letter}."):
                return name
        raise ConfigError(f"The code {code!r} belongs to no aspect of taxonomy {self.version}.")


class Industry(Strict):
    """What one industry changes in the taxonomy (``configs/taxonomy/industries/*.yaml``)."""

    zh: str
    en: str
    rename: dict[str, Name] = {}
    hide: tuple[str, ...] = ()
    weights: dict[str, float] = {}
    sub_weights: dict[str, float] = {}
    hints: dict[str, tuple[str, ...]] = {}

    def applied_to(self, taxonomy: Taxonomy) -> Taxonomy:
        """The taxonomy as this industry sees it.

        Raises:
            ConfigError: the industry names a code or an aspect that the taxonomy does not have.
        """
        self._check(taxonomy)
        kept = {code: sub for code, sub in taxonomy.sub_aspects.items() if code not in self.hide}
        subs = {code: self._sub_aspect(code, sub) for code, sub in kept.items()}
        aspects = {
            name: aspect.model_copy(update={"weight": self.weights.get(name, aspect.weight)})
            for name, aspect in taxonomy.aspects.items()
        }
        return taxonomy.model_copy(update={"aspects": aspects, "sub_aspects": subs})

    def _sub_aspect(self, code: str, sub: SubAspect) -> SubAspect:
        renamed = self.rename.get(code, sub)
        return sub.model_copy(
            update={
                "zh": renamed.zh,
                "en": renamed.en,
                "weight": self.sub_weights.get(code, sub.weight),
                "hints": self.hints.get(code, sub.hints),
            }
        )

    def _check(self, taxonomy: Taxonomy) -> None:
        named: tuple[tuple[Mapping[str, object] | tuple[str, ...], Mapping[str, object]], ...] = (
            (self.rename, taxonomy.sub_aspects),
            (self.hide, taxonomy.sub_aspects),
            (self.sub_weights, taxonomy.sub_aspects),
            (self.hints, taxonomy.sub_aspects),
            (self.weights, taxonomy.aspects),
        )
        unknown = sorted({key for keys, known in named for key in keys if key not in known})
        if unknown:
            raise ConfigError(f"Industry {self.en!r} names what taxonomy {taxonomy.version} does not have: {unknown}.")


def load_taxonomy(path: Path | None = None) -> Taxonomy:
    """Read a taxonomy file, by default the bundled one.

    Raises:
        ConfigError: the file cannot be read, or one of its codes belongs to no aspect.
    """
    taxonomy = load(path or default_file("taxonomy/default.yaml"), Taxonomy)
    for code in taxonomy.sub_aspects:
        taxonomy.aspect_of(code)
    return taxonomy


def industry_names() -> list[str]:
    """Names that ``--industry`` takes."""
    return sorted(file.stem for file in default_file("taxonomy/industries").glob("*.yaml"))


def load_industry(name: str) -> Industry:
    """Read a bundled industry by name, or an industry file by path.

    Raises:
        UsageError: the name is neither known nor a file.
        ConfigError: the file is not a valid industry.
    """
    if name in industry_names():
        return load(default_file(f"taxonomy/industries/{name}.yaml"), Industry)
    if Path(name).is_file():
        return load(Path(name), Industry)
    raise UsageError(f"--industry {name!r} is not known; choose one of {', '.join(industry_names())}, or give a file.")
