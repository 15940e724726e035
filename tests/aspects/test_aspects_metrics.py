from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import annotated_set
import pyarrow.compute as pc
import pytest

from review_mining.annotated import AnnotatedOpinion, AnnotatedReview, load_annotated, texts_of
from review_mining.aspects import AspectTagger
from review_mining.aspects.metrics import GROUPS, figures_of

_SCORER = Path(__file__).parents[3] / "shared/scoring/score_aspects.py"


@pytest.mark.parametrize(
    ("signs", "label"),
    [
        ((), "none"),
        (("positive", "neutral"), "positive"),
        (("negative",), "negative"),
        (("neutral",), "mixed"),
        (("positive", "negative"), "mixed"),
    ],
)
def test_label_of_an_aspect(signs: tuple[str, ...], label: str) -> None:
    opinions = tuple(AnnotatedOpinion("q.size", sign, 0, 1) for sign in signs)
    assert AnnotatedReview("好", "neutral", opinions).label("q") == label


def test_figures_lie_in_their_intervals(tmp_path: Path) -> None:
    gold = load_annotated(annotated_set.write(tmp_path / "gold.jsonl", annotated_set.reviews(40)))
    tagger = AspectTagger.from_pretrained()
    for value, low, high in figures_of(gold, *tagger.tag(texts_of(gold)), tagger.taxonomy, resamples=50).values():
        assert 0.0 <= low <= high <= 1.0
        assert 0.0 <= value <= 1.0


def test_complaints_told_as_facts_and_mixed_reviews_are_groups_of_their_own() -> None:
    told = [
        ("三天了还没发货", [("l.speed", "negative", 0, 7)]),
        ("发货太慢，客服热情", [("l.speed", "negative", 0, 4), ("s.attitude", "positive", 5, 9)]),
    ]
    gold = [AnnotatedReview(text, "negative", tuple(AnnotatedOpinion(*one) for one in found)) for text, found in told]
    tagger = AspectTagger.from_pretrained()
    opinions, labels = tagger.tag(texts_of(gold))
    only_second = opinions.filter(pc.equal(opinions["review_id"], "1"))
    figures = figures_of(gold, only_second, labels, tagger.taxonomy, resamples=5)
    assert figures["implicit_complaints_found"][0] == 0.0
    assert figures["explicit_complaints_found"][0] == 1.0
    assert figures["mixed_reviews_code_sign_f1"][0] == 1.0
    only_first = opinions.filter(pc.equal(opinions["review_id"], "0"))
    assert figures_of(gold, only_first, labels, tagger.taxonomy, resamples=5)["mixed_reviews_code_sign_f1"][0] == 0.0


@pytest.mark.shared
def test_figures_equal_those_of_the_shared_scorer(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    file = annotated_set.write(tmp_path / "gold.jsonl", annotated_set.reviews())
    gold = load_annotated(file)
    tagger = AspectTagger.from_pretrained()
    opinions, labels = tagger.tag(texts_of(gold))
    pq.write_table(opinions, tmp_path / "opinions.parquet")
    pq.write_table(labels, tmp_path / "review_aspects.parquet")
    command = [sys.executable, str(_SCORER), str(file), str(tmp_path)]
    theirs = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    ours = figures_of(gold, opinions, labels, tagger.taxonomy)
    for name in ours.keys() - set(GROUPS):
        values = ours[name]
        assert theirs[name] == pytest.approx([round(value, 4) for value in values], abs=1e-4), name
