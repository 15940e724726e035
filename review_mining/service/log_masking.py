"""Personal data masked in everything that is logged, as ingest masks it in what is stored."""

from __future__ import annotations

import logging

from review_mining.ingest.masking import mask


class MaskingFilter(logging.Filter):
    """Masks a record's message, arguments and traceback. Put it on handlers, which see the records of all loggers."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask a record in place; every record passes."""
        record.msg, record.args = mask(record.getMessage())[0], ()
        if record.exc_info:
            record.exc_text = mask(logging.Formatter().formatException(record.exc_info))[0]
            record.exc_info = None
        if record.stack_info:
            record.stack_info = mask(record.stack_info)[0]
        return True
