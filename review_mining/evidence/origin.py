"""With what a verdict was reached, so that it can be reached again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version

from review_mining.evidence.config import EvidenceConfig


@dataclass(frozen=True)
class Origin:
    """Versions behind a verdict.

    Attributes:
        program: version of this program.
        statement_method: name and version of what read the statements.
        settings_sha256: digest of all settings.
        judged_at: when, with a time zone.
    """

    program: str
    statement_method: str
    settings_sha256: str
    judged_at: datetime


def origin_of(config: EvidenceConfig, statement_method: str, judged_at: datetime) -> Origin:
    """The versions of this run.

    Args:
        config: the settings.
        statement_method: that statements were read with.
        judged_at: when the run began, with a time zone.
    """
    settings = json.dumps(config.model_dump(mode="json"), ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(settings.encode()).hexdigest()
    return Origin(version("review-mining"), statement_method, digest, judged_at)
