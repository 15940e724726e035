"""A verdict as text that can be kept, and read again with everything that pages and packs show.

``evidence.json`` holds sentences in one language; a record holds what the sentences are made from.
"""

from __future__ import annotations

import json
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from review_mining.errors import InputError
from review_mining.evidence.cases import Buyer
from review_mining.evidence.verdicts import CaseVerdict
from review_mining.ingest.masking import mask

_VERDICTS = TypeAdapter(CaseVerdict)


def verdict_record(verdict: CaseVerdict) -> str:
    """A verdict as JSON, personal data masked and the buyer left out.

    Args:
        verdict: of a case.
    """
    case, reading = verdict.case, verdict.reading
    kept = _VERDICTS.dump_python(verdict)
    kept["case"]["statement"] = mask(case.statement, case.order.order_id)[0]
    kept["case"]["buyer"] = Buyer().model_dump()
    kept["reading"]["cues"] = [mask(cue)[0] for cue in reading.cues]
    # What a picture declares may hold half a character, which no record can be read with again.
    return json.dumps(kept, ensure_ascii=False, default=datetime.isoformat).encode("utf-8", "replace").decode()


def read_verdict_record(record: str) -> CaseVerdict:
    """The verdict that `verdict_record` was given.

    Raises:
        InputError: it is no record of this version.
    """
    try:
        return _VERDICTS.validate_json(record)
    except ValidationError as error:
        raise InputError(f"is no verdict of this version: {error.errors()[0]['msg']}", hint="Judge anew.") from error
