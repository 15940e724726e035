"""The questions that encoders and references are asked, read from a training configuration's own files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from review_mining.encoder.evaluation import Figure, Learner, accuracy, few_shot, label_f1, star_agreement
from review_mining.encoder.labelled import POLARITY, LabelledTexts, load_tasks
from review_mining.encoder.training_config import TasksConfig

_SHOP, _MEALS = f"{POLARITY}online_shopping_10_cats", f"{POLARITY}waimai_10k"
_HOTELS = "酒店"


@dataclass(frozen=True)
class Question:
    """A labelled task and how it is scored.

    Attributes:
        name: as figures are printed.
        task: reserved rows are asked about, the others are learnt from.
        measure: learner and task to a figure.
    """

    name: str
    task: LabelledTexts
    measure: Callable[[Learner, LabelledTexts], Figure]

    def ask(self, learner: Learner) -> Figure:
        """The learner's figure on reserved rows."""
        return self.measure(learner, self.task)


def questions_of(config: TasksConfig, train_rows: int | None = None) -> list[Question]:
    """Polarity of two corpora, with many labels and with few, stars, and opinion categories, as far as there are files.

    Args:
        config: where the labelled texts are.
        train_rows: learn each task from as many rows, drawn at random; all by default.

    Raises:
        InputError: a file cannot be used.
    """
    tasks = {task.name: task for task in load_tasks(config)}
    found: list[Question] = []
    if _SHOP in tasks:
        shop = tasks[_SHOP].select(~np.char.endswith(tasks[_SHOP].sources, _HOTELS))
        found.append(Question("online_shopping polarity", shop, accuracy))
    if _MEALS in tasks:
        found.append(Question("waimai polarity", tasks[_MEALS], accuracy))
    if _SHOP in tasks:
        found.append(Question("few-shot polarity", shop, few_shot))
    if "stars" in tasks:
        found.append(Question("stars kappa", tasks["stars"], star_agreement))
    if "opinions" in tasks:
        found.append(Question("zhijiang micro-F1", tasks["opinions"], label_f1))
    return [Question(one.name, _limited(one.task, train_rows), one.measure) for one in found]


def _limited(task: LabelledTexts, train_rows: int | None) -> LabelledTexts:
    """The reserved rows and as many others."""
    kept = task.reserved.copy()
    others = np.random.default_rng(0).permutation(np.flatnonzero(~task.reserved))
    kept[others[:train_rows]] = True
    return task.select(kept)
