"""Cases as they go into the store and come out of it, with their pictures, verdicts and clicks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal, get_args

Action = Literal["report_fake", "evidence_fine", "ask_buyer", "appeal"]
ACTIONS: tuple[Action, ...] = get_args(Action)


@dataclass(frozen=True)
class NewPicture:
    """A picture as it came in.

    Attributes:
        name: its name within the case.
        content: the original bytes.
        media_type: as found by content, if it was.
    """

    name: str
    content: bytes
    media_type: str | None = None


@dataclass(frozen=True)
class Picture:
    """A stored picture.

    Attributes:
        name: its name within the case.
        sha256: hex digest of the original bytes.
        size: bytes.
        media_type: as given.
        path: the file with the original bytes; it is gone once the case is purged.
    """

    name: str
    sha256: str
    size: int
    media_type: str | None
    path: Path


@dataclass(frozen=True)
class NewCase:
    """A case as it came in.

    Attributes:
        case_id: the shop's own id, up to 255 characters.
        statement: masked by the store before it is kept.
        order: facts of the order (``order_id`` among them), as plain JSON values.
        buyer_id: who asks, if known.
        pictures: names must differ.
    """

    case_id: str
    statement: str = ""
    order: Mapping[str, object] = field(default_factory=dict)
    buyer_id: str | None = None
    pictures: tuple[NewPicture, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """What the classifier made of a case.

    Attributes:
        outcome: of the case.
        urgency: points that order the queue, 0 to 100.
        document: the whole verdict as plain JSON values.
        versions: name of a model, settings or program → its version.
        made_at: when it was kept.
    """

    outcome: str
    urgency: float
    document: Mapping[str, object]
    versions: Mapping[str, str]
    made_at: datetime


@dataclass(frozen=True)
class StoredCase:
    """A case with what is known of it now.

    Attributes:
        case_id: the shop's own id.
        statement: masked.
        order: facts of the order.
        buyer_id: who asks, if known.
        received_at: when it came in.
        pictures: in the order in which they came.
        verdict: the latest, None while it waits.
        decision: what people have decided and not undone, None while it is open.
    """

    case_id: str
    statement: str
    order: Mapping[str, object]
    buyer_id: str | None
    received_at: datetime
    pictures: tuple[Picture, ...]
    verdict: Verdict | None
    decision: Action | None


@dataclass(frozen=True)
class Decision:
    """A click on a case, never changed afterwards; undoing one is another click.

    Attributes:
        decision_id: number of the click; later ones are higher.
        action: what was clicked.
        note: masked.
        actor: id of the key that clicked.
        made_at: when.
        undoes: the click that this one takes back, if it does.
    """

    decision_id: int
    action: Action
    note: str
    actor: str
    made_at: datetime
    undoes: int | None
