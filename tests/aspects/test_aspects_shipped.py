"""What lies in the package belongs together and says nothing of the machine it was made on."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import review_mining
from review_mining.aspects import AspectTagger
from review_mining.tables import LABELS

_MODELS = Path(review_mining.__file__).parent / "models"


@pytest.mark.parametrize(("name", "file"), [("aspects", "aspects.json"), ("baseline", "config.json")])
def test_a_card_is_that_of_its_weights(name: str, file: str) -> None:
    version = json.loads((_MODELS / name / file).read_text(encoding="utf-8"))["version"]
    assert version in (_MODELS / name / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "path", sorted(_MODELS.rglob("*config.json")), ids=lambda path: f"{path.parent.name}-{path.name}"
)
def test_settings_name_no_place_on_a_machine(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "_name_or_path" not in text
    assert '"/' not in text


def test_pictures_of_a_card_are_there() -> None:
    card = (_MODELS / "aspects" / "README.md").read_text(encoding="utf-8")
    assert "](reliability.svg)" in card
    assert (_MODELS / "aspects" / "reliability.svg").read_text(encoding="utf-8").startswith("<svg")


def test_the_shipped_calibration_holds_reviews_that_were_drawn_at_random() -> None:
    calibration = AspectTagger.from_pretrained().calibration
    held_out = calibration.held_out
    assert held_out is not None
    assert (len(held_out.true), int(held_out.natural.sum())) == (1261, 400)
    for aspect, counts in enumerate(calibration.confusion):
        labels = np.bincount(held_out.true[:, aspect], minlength=len(LABELS))
        assert labels.tolist() == counts.sum(axis=1).tolist()
    left_open = (held_out.shown == len(LABELS)).sum(axis=0)
    assert left_open.tolist() == calibration.abstained.tolist()
