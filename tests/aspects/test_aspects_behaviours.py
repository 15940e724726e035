from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from review_mining.aspects import AspectTagger
from review_mining.aspects.behaviours import IRRELEVANT, Behaviour, altered, load_behaviours, missed
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


def test_the_network_meets_most_expectations_and_more_than_the_baseline(
    tagger: AspectTagger, behaviours: list[Behaviour]
) -> None:
    wrong = missed(tagger, behaviours)
    assert len(wrong) <= 18
    assert len(wrong) < len(missed(AspectTagger.from_pretrained("baseline"), behaviours))
    asked = Counter(one.capability for one in behaviours)
    failed = Counter(one.capability for one in wrong)
    assert all(failed[capability] <= asked[capability] / 2 for capability in asked)


@pytest.mark.parametrize("name", IRRELEVANT)
def test_irrelevant_changes_leave_labels_as_they_are(
    tagger: AspectTagger, behaviours: list[Behaviour], name: str
) -> None:
    assert altered(tagger, [one.text for one in behaviours], IRRELEVANT[name]) <= 0.08
