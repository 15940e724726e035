"""What people have changed about the themes: merged, split, renamed, pinned. Later reports obey it.

``edits.yaml`` lies beside the model and is written with nothing in it but the list of themes, as comments:

    rename: {3fa1c09b7d20: 拉链易卡顿}
    merge: {3fa1c09b7d20: [8c44e1f0a9b1]}
    split: {b07d5512ce3f: [{name: 开机黑屏, words: [黑屏]}]}
    pin: [5d2e90ab41c7]

The complaints of the themes in a merger's list go to the one it stands under; then those of a split theme that hold one
of a part's words go to the part, the first that fits. A part's id follows from its name. A pinned theme outlives every
refit and is always shown. Themes of leftovers stay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import yaml
from numpy.typing import NDArray
from pydantic import AfterValidator, Field

from review_mining.config import Strict, checked
from review_mining.errors import ConfigError
from review_mining.themes.identity import identity
from review_mining.themes.words import key

FILE = "edits.yaml"
_LARGEST_FILE = 1_000_000
_MOST_QUOTES = 5

Rows = list[dict[str, Any]]
Name = Annotated[str, Field(min_length=1, max_length=40)]


def _telling(word: str) -> str:
    if not key(word):
        raise ValueError(f"by {word!r} nothing can be told apart; give a word")
    return word


class Part(Strict):
    """A new theme that takes those complaints of another which hold one of its words."""

    name: Name
    words: Annotated[tuple[Annotated[Name, AfterValidator(_telling)], ...], Field(min_length=1)]


class Edits(Strict):
    """Changes by theme id.

    Attributes:
        rename: new name of a theme.
        merge: themes that are added to the one they stand under.
        split: parts that are taken out of a theme.
        pin: themes that every refit keeps and every report shows.
    """

    rename: dict[str, Name] = {}
    merge: dict[str, tuple[str, ...]] = {}
    split: dict[str, tuple[Part, ...]] = {}
    pin: tuple[str, ...] = ()

    @property
    def merged(self) -> frozenset[str]:
        """Ids of the themes that are added to others."""
        return frozenset(child for children in self.merge.values() for child in children)

    @property
    def held(self) -> frozenset[str]:
        """Ids of the themes that a refit leaves as they are: pinned, or merged or split by people."""
        return frozenset({*self.pin, *self.merge, *self.merged, *self.split})

    def named(self, codes: Mapping[str, str]) -> frozenset[str]:
        """Ids of the themes that people have named: renamed ones, and the parts of split ones.

        Args:
            codes: sub-aspects by theme id.
        """
        parts = {identity(codes[theme], part.name) for theme, own in self.split.items() for part in own}
        return frozenset({*self.rename, *parts})

    def without(self, gone: Set[str]) -> Edits:
        """The changes without the names of themes that are no more."""
        return self.model_copy(update={"rename": {one: name for one, name in self.rename.items() if one not in gone}})

    def check(self, themes: Rows, residual: Set[str]) -> None:
        """Refuse changes that cannot be made.

        Args:
            themes: rows of the themes as they were fitted.
            residual: ids of those that hold leftovers.

        Raises:
            ConfigError: a theme is not there, is changed in two ways, or would meet another of the same name or id.
        """
        codes = {theme["theme_id"]: theme["sub_aspect"] for theme in themes}
        merged = [child for children in self.merge.values() for child in children]
        for theme in (*self.rename, *self.merge, *merged, *self.split, *self.pin):
            if theme not in codes:
                raise ConfigError(f"{FILE}: there is no theme {theme!r}.\n  The ids stand at the end of the file.")
            if theme in residual:
                raise ConfigError(f"{FILE}: theme {theme!r} holds leftovers and cannot be changed.")
        for parent, children in self.merge.items():
            if parent in merged or len(set(merged)) < len(merged):
                raise ConfigError(f"{FILE}: a theme of merge {parent!r} is merged twice.\n  Name it once.")
            if {codes[child] for child in children} - {codes[parent]}:
                raise ConfigError(f"{FILE}: merge {parent!r} holds a theme of another sub-aspect than {codes[parent]}.")
            if {*children} & {*self.split, *self.rename, *self.pin}:
                raise ConfigError(
                    f"{FILE}: a theme of merge {parent!r} is split, renamed or pinned too.\n  Change {parent!r}."
                )
        parts = [identity(codes[theme], part.name) for theme, own in self.split.items() for part in own]
        if len({*parts, *codes}) < len(parts) + len(codes):
            raise ConfigError(f"{FILE}: a part of split has the first name of another theme.\n  Choose another name.")
        names = [theme["name"] for theme in self.applied_to(themes)]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice:
            raise ConfigError(f"{FILE}: two themes are called {twice!r}.\n  Give one of them another name.")

    def applied_to(self, themes: Rows) -> Rows:
        """Rows of the themes as changed."""
        rows = {theme["theme_id"]: dict(theme) for theme in themes}
        found: Rows = []
        for theme_id, row in rows.items():
            for child in self.merge.get(theme_id, ()):
                row["keywords"] = list(dict.fromkeys([*row["keywords"], *rows[child]["keywords"]]))[:8]
                row["quotes"] = list(dict.fromkeys([*row["quotes"], *rows[child]["quotes"]]))[:_MOST_QUOTES]
            row["name"] = self.rename.get(theme_id, row["name"])
            found.append(row)
            for part in self.split.get(theme_id, ()):
                own = {"theme_id": identity(row["sub_aspect"], part.name), "name": part.name, "quotes": []}
                found.append({**row, **own, "keywords": list(part.words)})
        return [row for row in found if row["theme_id"] not in self.merged]

    def ids_of(
        self, ids: NDArray[np.object_], spans: Sequence[str | None], codes: Sequence[str | None]
    ) -> NDArray[np.object_]:
        """Theme ids of complaints as changed.

        Args:
            ids: as assigned, None for no theme, shape (complaints,).
            spans: the complaints.
            codes: their sub-aspects.
        """
        changed = ids.copy()
        for parent, children in self.merge.items():
            changed[np.isin(changed.astype(str), children)] = parent
        for theme_id, parts in self.split.items():
            words = [[key(word) for word in part.words] for part in parts]
            for row in np.flatnonzero(changed == theme_id).tolist():
                span = key(spans[row] or "")
                fitting = (part for part, own in zip(parts, words, strict=True) if any(word in span for word in own))
                part = next(fitting, None)
                if part:
                    changed[row] = identity(codes[row] or "", part.name)
        return changed


class _Loader(yaml.BaseLoader):
    """Takes every scalar as text (an id may be all digits), and no key twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        content: dict[Any, Any] = super().construct_mapping(node, deep=True)
        if len(content) < len(node.value):
            raise yaml.constructor.ConstructorError(None, None, "a key stands here twice", node.start_mark)
        return content


def read_edits(directory: Path) -> Edits:
    """The changes that lie beside a model; none where there is no file.

    Raises:
        ConfigError: the file is too large or not understood.
    """
    path = directory / FILE
    if not path.is_file():
        return Edits()
    if path.stat().st_size > _LARGEST_FILE:
        raise ConfigError(f"{path}: is larger than {_LARGEST_FILE:,} bytes.")
    try:
        content = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=_Loader)  # noqa: S506  (makes only text)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"{path}: is not valid YAML: {error}") from error
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}.") from error
    if isinstance(content, dict):
        # A key with nothing behind it is what is left when people take back a change.
        content = {name: value for name, value in content.items() if value}
    return checked(content, Edits, path)


def edits_text(edits: Edits, themes: Rows) -> str:
    """The file: how to change it, the changes so far, and the themes that can be changed."""
    lines = [
        "# 主题修改：改名、合并、拆分、固定。以后用 --themes 读取本目录的报告都照此执行。",
        "# rename: {3fa1c09b7d20: 拉链易卡顿}",
        "# merge: {3fa1c09b7d20: [8c44e1f0a9b1]}                     # 后者并入前者",
        "# split: {b07d5512ce3f: [{name: 开机黑屏, words: [黑屏]}]}  # 含这些词的差评另立主题",
        "# pin: [5d2e90ab41c7]                                        # 重新聚类时保留，差评再少也显示",
    ]
    content = {name: value for name, value in edits.model_dump(mode="json").items() if value}
    if content:
        lines.append(yaml.safe_dump(content, allow_unicode=True, sort_keys=True).rstrip())
    lines.append("# 现有主题:")
    # A name must not end the comment that it stands in.
    lines += [f"#   {theme['theme_id']}  {theme['sub_aspect']}  {_on_one_line(theme['name'])}" for theme in themes]
    return "\n".join(lines) + "\n"


def _on_one_line(name: str) -> str:
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in name)
