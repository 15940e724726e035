"""Personal data masked in everything that is logged, as ingest masks it in what is stored."""

from __future__ import annotations

import copy
import logging
from typing import Any

from review_mining.ingest.masking import mask

_ACCESS_LOG = "uvicorn.access"


class MaskingFilter(logging.Filter):
    """Masks a record's message, arguments and traceback. Put it on handlers, which see the records of all loggers."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask a record in place; every record passes."""
        if isinstance(record.args, tuple):
            record.args = tuple(_masked(argument) for argument in record.args)
        # Uvicorn's formatter takes the arguments apart itself, so those of its access log have to stay.
        if record.name != _ACCESS_LOG:
            record.msg, record.args = mask(record.getMessage())[0], ()
        if record.exc_info:
            record.exc_text = mask(logging.Formatter().formatException(record.exc_info))[0]
            record.exc_info = None
        if record.stack_info:
            record.stack_info = mask(record.stack_info)[0]
        return True


def log_settings() -> dict[str, Any]:
    """Uvicorn's own logging settings with the filter on every handler, for ``uvicorn.run(log_config=…)``."""
    from uvicorn.config import LOGGING_CONFIG

    settings = copy.deepcopy(LOGGING_CONFIG)
    settings["filters"] = {"masking": {"()": MaskingFilter}}
    for handler in settings["handlers"].values():
        handler["filters"] = ["masking"]
    # Everything else that warns, this project included, goes the same way.
    settings["root"] = {"handlers": ["default"], "level": "WARNING"}
    return settings


def _masked(argument: object) -> object:
    return mask(argument)[0] if isinstance(argument, str) else argument
