"""Whether pixels are looked at in a run, and the sign that an anomaly gives."""

from __future__ import annotations

from review_mining.errors import ConfigError
from review_mining.evidence.config import Pixels
from review_mining.evidence.intake import Picture
from review_mining.evidence.pixels.crops import decode
from review_mining.evidence.pixels.detector import PixelDetector, PixelReading
from review_mining.evidence.pixels.storage import load_pixel_detector
from review_mining.evidence.signs import Fact, Sign


def open_detector(settings: Pixels) -> PixelDetector | None:
    """The detector that the settings ask for; None when pixels are off.

    Raises:
        ConfigError: it is switched on, and did not pass its bar.
        MissingExtraError: it needs a library that is not installed.
        ModelError: it cannot be used.
    """
    if settings.enabled is False:
        return None
    detector = load_pixel_detector(settings.model, settings.backbone)
    if settings.enabled is True and detector.bar.failures:
        raise ConfigError(
            f"pixels.enabled: {detector.method} has not passed its bar: {'; '.join(detector.bar.failures)}.\n"
            "  Leave pixels off, or write 'enabled: anyway' to see its scores all the same."
        )
    return detector


def read_pixels(picture: Picture, detector: PixelDetector | None) -> PixelReading | None:
    """Look at the pixels of a sound picture.

    Args:
        picture: from intake, so within the limits on bytes and pixels.
        detector: None when pixels are off.

    Returns:
        None when pixels are off, and for pictures that do not decode or are smaller than a crop.
    """
    if detector is None or picture.fault is not None or picture.width is None:
        return None
    image = decode(picture.data)
    return None if image is None else detector.read(image)


def pixel_sign(reading: PixelReading | None, detector: PixelDetector | None) -> Sign | None:
    """The weak sign of an anomaly; None without one.

    Args:
        reading: of the picture.
        detector: that made it.
    """
    if reading is None or detector is None or not reading.anomalous:
        return None
    calibration = detector.calibration
    facts: dict[str, Fact] = {
        "score": reading.score,
        "p_value": reading.p_value,
        "false_alarm_rate": calibration.rate,
        "per_thousand": round(1000 * calibration.rate),
        "photos": len(calibration.genuine),
        "method": detector.method,
        "passed_its_bar": not detector.bar.failures,
    }
    return Sign("pixel_anomaly", "weak", "pixels.anomaly", facts)
