"""How a detector does on sources and generators that nothing was learnt from.

Nothing is ever learnt from a generator's pictures, so every generator is unseen. Genuine sources are held out in turn:
photos of a source are scored by what was fitted, and calibrated, on the others. Scores of different fits are compared
as margins over the threshold of their fit, which is also what decides about a sign.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import GroupKFold

from review_mining.evidence.pixels.detector import Bar
from review_mining.evidence.pixels.figures import auc
from review_mining.evidence.pixels.fitting import fit_crops
from review_mining.evidence.pixels.gate import Leakage, leakage
from review_mining.evidence.pixels.preparation import Prepared
from review_mining.evidence.pixels.samples import together
from review_mining.evidence.pixels.threshold import Calibration
from review_mining.evidence.pixels.training_config import PixelsTrainConfig

Reals = npt.NDArray[np.float64]
Strings = npt.NDArray[np.str_]

FEWEST = 10
"""Pictures of a generator whose figures stand alone; smaller sets are counted together."""
_FOLDS = 4


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What was measured.

    Attributes:
        aligned: leakage on the pairs; figures are void unless it is tight.
        wild: leakage between calibration photos and generated pictures.
        pairs: scores of the pairs by fits that had not seen their photo, genuine then made.
        genuine, sources: margins of photos of held-out sources, and those sources, shape (photos,).
        made, generators: mean margins of generated pictures over the fits, and their generators, shape (pictures,).
    """

    aligned: Leakage
    wild: Leakage
    pairs: tuple[Reals, Reals]
    genuine: Reals
    sources: Strings
    made: Reals
    generators: Strings

    @property
    def by_generator(self) -> Mapping[str, Reals]:
        """Margins per generator, those with few pictures together."""
        names, counts = np.unique(self.generators, return_counts=True)
        large = [str(name) for name, count in zip(names, counts, strict=True) if count >= FEWEST]
        few = self.made[~np.isin(self.generators, large)]
        found = {name: self.made[self.generators == name] for name in large}
        return {**found, "fewer each": few} if len(few) else found

    def bar(self, rate: float) -> Bar:
        """What decides whether the detector may be switched on.

        Args:
            rate: of false alarms that the threshold was set for.
        """
        return Bar(
            auc=float(np.mean([auc(self.genuine, made) for made in self.by_generator.values()])),
            thumbnail_auc=self.wild.thumbnail[0],
            false_alarms=float((self.genuine > 0).mean()),
            rate=rate,
        )


def evaluate(prepared: Prepared, config: PixelsTrainConfig) -> Evaluation:
    """Measure what the settings lead to.

    Args:
        prepared: the tables.
        config: the settings.

    Raises:
        UsageError: without one of its sources, the photos cannot support the rate of false alarms.
    """
    calibration, generated = prepared.calibration, prepared.generated
    genuine, margins = np.zeros(len(calibration)), []
    for source in np.unique(calibration.sources):
        held = calibration.sources == source
        fitted = fit_crops(prepared.learnt.select(prepared.learnt.sources != source), config)
        others = fitted.picture_scores(calibration.select(~held))
        threshold = Calibration.of(others, config.false_alarm_rate, config.confidence).threshold
        genuine[held] = fitted.picture_scores(calibration.select(held)) - threshold
        margins.append(fitted.picture_scores(generated) - threshold)
    return Evaluation(
        aligned=leakage(prepared.learnt, resamples=config.resamples),
        wild=leakage(together([calibration, generated]), resamples=config.resamples),
        pairs=_pairs(prepared, config),
        genuine=genuine,
        sources=calibration.sources,
        made=np.mean(margins, axis=0),
        generators=generated.sources,
    )


def _pairs(prepared: Prepared, config: PixelsTrainConfig) -> tuple[Reals, Reals]:
    samples = prepared.learnt
    scores = np.zeros(len(samples))
    for train, test in GroupKFold(_FOLDS).split(scores, groups=samples.names):
        seen, unseen = np.isin(np.arange(len(samples)), train), np.isin(np.arange(len(samples)), test)
        scores[unseen] = fit_crops(samples.select(seen), config).picture_scores(samples.select(unseen))
    return scores[~samples.made], scores[samples.made]
