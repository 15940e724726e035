"""What is logged holds no personal data."""

import logging
from collections.abc import Iterator

import pytest

from review_mining.service.log_masking import MaskingFilter

PHONE, MASKED = "13800138000", "＊＊＊＊＊＊＊＊＊＊＊"


@pytest.fixture
def logger() -> logging.Logger:
    return logging.getLogger("review_mining.test_of_masking")


@pytest.fixture
def handler(caplog: pytest.LogCaptureFixture) -> Iterator[logging.Handler]:
    masking = MaskingFilter()
    caplog.handler.addFilter(masking)
    yield caplog.handler
    caplog.handler.removeFilter(masking)


@pytest.mark.usefixtures("handler")
def test_messages_arguments_and_tracebacks_are_masked(logger: logging.Logger, caplog: pytest.LogCaptureFixture):
    logger.warning(f"电话{PHONE}")
    logger.warning("the caller wrote %s and %d", f"打{PHONE}", 7)
    logger.warning("%r", {"note": f"打{PHONE}"})
    logger.warning("%(who)s", {"who": PHONE})
    logger.warning(ValueError(f"no {PHONE}"))
    try:
        raise ValueError(f"cannot read {PHONE}")
    except ValueError:
        logger.exception("failed")
    assert PHONE not in caplog.text
    assert caplog.text.count(MASKED) == 6
    assert f"the caller wrote 打{MASKED} and 7" in caplog.text
    assert "Traceback" in caplog.text


@pytest.mark.usefixtures("handler")
def test_what_holds_nothing_personal_stays(logger: logging.Logger, caplog: pytest.LogCaptureFixture):
    logger.warning("loaded %s in %.1f s, 100%%", "aspects-2", 0.25)
    assert "loaded aspects-2 in 0.2 s, 100%" in caplog.text
