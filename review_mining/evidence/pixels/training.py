"""From photos to a stored detector: prepare, evaluate, fit, calibrate, write."""

from __future__ import annotations

from pathlib import Path

from review_mining.evidence.pixels.card import write_card
from review_mining.evidence.pixels.evaluation import Evaluation, evaluate
from review_mining.evidence.pixels.export import export_classifier
from review_mining.evidence.pixels.features import CropFeatures, ResidualFeatures
from review_mining.evidence.pixels.fitting import fit_crops
from review_mining.evidence.pixels.preparation import Prepared, Say, prepare
from review_mining.evidence.pixels.storage import open_log_odds, save_settings
from review_mining.evidence.pixels.threshold import Calibration
from review_mining.evidence.pixels.training_config import PixelsTrainConfig


def features_of(config: PixelsTrainConfig) -> CropFeatures:
    """The features that the settings ask for.

    Raises:
        MissingExtraError: a backbone needs torch and transformers.
        ModelError: the backbone cannot be used.
    """
    if config.backbone is None:
        return ResidualFeatures()
    from review_mining.evidence.pixels.probe import BackboneFeatures

    return BackboneFeatures.from_directory(config.backbone)


def train_detector(config: PixelsTrainConfig, shared: Path, directory: Path, say: Say) -> Evaluation:
    """Train a detector and write it with its card.

    Args:
        config: the settings.
        shared: folder of the research data.
        directory: that exists and receives the files.
        say: told of progress.

    Returns:
        What was measured; the stored detector is fitted on every pair, its threshold set on every calibration photo.

    Raises:
        InputError: a folder of pictures is empty.
        UsageError: the photos cannot support the rate of false alarms.
    """
    features = features_of(config)
    prepared = prepare(config, shared, features, say)
    say("evaluating")
    evaluation = evaluate(prepared, config)
    _write(prepared, evaluation, config, features, directory)
    return evaluation


def _write(
    prepared: Prepared, evaluation: Evaluation, config: PixelsTrainConfig, features: CropFeatures, directory: Path
) -> None:
    columns = prepared.learnt.features.shape[1]
    export_classifier(fit_crops(prepared.learnt, config).model, columns, directory / "model.onnx")
    # Single precision is what users get, so it is what the threshold is set on.
    stored = open_log_odds(directory / "model.onnx", columns)
    scores = prepared.calibration.per_picture(stored(prepared.calibration.features))
    calibration = Calibration.of(scores, config.false_alarm_rate, config.confidence)
    bar = evaluation.bar(config.false_alarm_rate)
    save_settings(config.version, features, columns, calibration, bar, directory)
    write_card(evaluation, prepared, config, directory)
