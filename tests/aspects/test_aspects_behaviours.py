from __future__ import annotations

from pathlib import Path

import pytest

from review_mining.aspects import AspectTagger
from review_mining.aspects.behaviours import Behaviour, load_behaviours
from review_mining.errors import InputError
from review_mining.taxonomy import load_taxonomy

_FILE = Path(__file__).parents[2] / "annotations" / "behaviours.csv"


@pytest.fixture(scope="module")
def behaviours() -> list[Behaviour]:
    return load_behaviours(_FILE, load_taxonomy())


@pytest.fixture(scope="module")
def tagger() -> AspectTagger:
    return AspectTagger.from_pretrained()


def test_there_are_a_hundred_of_eleven_kinds(behaviours: list[Behaviour]) -> None:
    assert len({one.text for one in behaviours}) == 100
    assert len({one.capability for one in behaviours}) == 11
    assert all(one.wanted for one in behaviours)


def test_a_wrong_row_is_named(tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_text("capability,text,wanted\nnegation,不好,q-\nnegation,不好,z-\n", encoding="utf-8")
    with pytest.raises(InputError, match="row 1"):
        load_behaviours(tmp_path / "b.csv", load_taxonomy())
