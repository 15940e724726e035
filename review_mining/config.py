"""Configuration: where the default files lie, how YAML becomes checked models, and the report's own settings."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from review_mining.errors import ConfigError

Share = Annotated[float, Field(gt=0.0, lt=1.0)]
Model = TypeVar("Model", bound=BaseModel)


class Strict(BaseModel):
    """A frozen model for which an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class IngestConfig(Strict):
    """How input is streamed."""

    batch_rows: int = Field(8192, ge=1)


class TextConfig(Strict):
    """How texts are segmented and judged."""

    engine: Literal["jieba", "rjieba"] = "jieba"
    user_dictionaries: tuple[Path, ...] = ()
    near_duplicate_similarity: Share = 0.85
    duplicate_min_characters: int = Field(8, ge=1)


class NamingConfig(Strict):
    """An endpoint of the OpenAI kind that writes the names of themes; its key is REVIEW_MINING_NAMING_KEY.

    Attributes:
        base_url: what ``/chat/completions`` is put behind: https, or http on this machine.
        model: the model's name there.
        timeout_s: seconds for one name.
    """

    base_url: Annotated[
        str, Field(pattern=r"^(https://[^\s/@?#]+|http://(localhost|127\.0\.0\.1)(:\d+)?)(/[^\s@?#]*)?$")
    ]
    model: Annotated[str, Field(min_length=1)]
    timeout_s: float = Field(20.0, gt=0, le=120)


class ThemesConfig(Strict):
    """How negative opinions are grouped.

    Attributes:
        min_opinions: complaints that make a theme.
        max_per_sub_aspect: themes of a sub-aspect, leftovers aside.
        fit_sample: opinions of a sub-aspect that a fit looks at.
        encoder: empty for the bundled one; else a directory or a hub name (``themes.encoders``).
        naming: an endpoint that writes the names; None leaves them as they are found.
        refit: themes of an earlier report are found anew in this one's complaints, under their ids where they are found
            again; otherwise they stay as they are, and only new ones are added.
    """

    min_opinions: int = Field(5, ge=2)
    max_per_sub_aspect: int = Field(12, ge=1)
    fit_sample: int = Field(20000, ge=100)
    naming: NamingConfig | None = None
    encoder: str = ""
    refit: bool = False


class InsightConfig(Strict):
    """How figures and their intervals are computed."""

    prior_strength: float = Field(20.0, gt=0)
    draws: int = Field(2000, ge=200)
    min_support: int = Field(5, ge=1)
    false_discovery_rate: Share = 0.05


class PageConfig(Strict):
    """What the report shows."""

    themes_shown: int = Field(20, ge=1)
    quotes_per_theme: int = Field(3, ge=1)
    xlsx_max_rows: int = Field(200000, ge=1, le=1_048_575)


class ReportConfig(Strict):
    """All settings of the report, nested by stage (``configs/report.yaml``)."""

    ingest: IngestConfig = IngestConfig()
    text: TextConfig = TextConfig()
    count_duplicates: bool = False
    themes: ThemesConfig = ThemesConfig()
    insight: InsightConfig = InsightConfig()
    report: PageConfig = PageConfig()
    seed: int = 0


def default_file(name: str) -> Path:
    """Path of a default configuration file, in a checkout as in an installed wheel.

    Args:
        name: path below ``configs``, for example ``report.yaml``.

    Raises:
        ConfigError: there is no such file.
    """
    package = Path(str(resources.files("review_mining")))
    for folder in (package / "configs", package.parent / "configs"):
        if (folder / name).exists():
            return folder / name
    raise ConfigError(f"There is no default configuration {name!r} beside the package at {package}.")


def load(path: Path, model: type[Model]) -> Model:
    """Read a YAML file into a checked model.

    Raises:
        ConfigError: the file cannot be read, is no YAML, or holds a key or value that is not allowed (named).
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: is not valid YAML: {error}") from error
    return checked(content, model, path)


def checked(content: object, model: type[Model], path: Path) -> Model:
    """What a file holds as a checked model.

    Raises:
        ConfigError: a key or value is not allowed (named).
    """
    try:
        return model.model_validate(content or {})
    except ValidationError as error:
        faults = "\n".join(f"  {'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise ConfigError(f"{path}: these settings are not understood:\n{faults}") from error
