"""What requests and answers hold, as checked models; the OpenAPI document is made from them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

MAX_REVIEWS = 1000
"""Reviews, or opinions, of one request."""
_TEXT = 20_000
FeedbackKind = Literal["false_evidence", "wrong_aspect", "wrong_theme", "appeal"]
JobState = Literal["queued", "running", "done", "failed"]
Id = Annotated[str, Field(min_length=1, max_length=200)]
Outcome = Literal["no_sign", "ask_for_more", "human_review", "strong_sign"]
Polarity = Literal["positive", "negative", "neutral"]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
_CHINA = timezone(timedelta(hours=8))
"""The time of shops' exports; evidence compares times without a zone only, to know who sent a picture first."""


def _without_zone(moment: datetime) -> datetime:
    try:
        return moment if moment.tzinfo is None else moment.astimezone(_CHINA).replace(tzinfo=None)
    except OverflowError as error:
        raise ValueError("the year is out of range") from error


ShopTime = Annotated[datetime, AfterValidator(_without_zone), Field(description="Without a zone: China's time.")]


class Asked(BaseModel):
    """A request, or part of one: an unknown key is a fault."""

    model_config = ConfigDict(extra="forbid")


class Review(Asked):
    """One review to analyse."""

    review_id: Id = Field(examples=["r-1"])
    text: str = Field(max_length=_TEXT, examples=["拉链用了三天就坏了，客服态度倒是很好"])
    follow_up: str | None = Field(None, max_length=_TEXT)


class AnalyzeRequest(Asked):
    """Reviews to analyse."""

    reviews: list[Review] = Field(min_length=1, max_length=MAX_REVIEWS)


class PlacedOpinion(BaseModel):
    """An opinion with its words; offsets count into the stored text."""

    opinion_id: str = Field(examples=["r-1/text/0-9/q.durability"])
    review_id: str = Field(examples=["r-1"])
    field: Literal["text", "follow_up"]
    aspect: str = Field(examples=["quality"])
    sub_aspect: str = Field(examples=["q.durability"])
    polarity: Polarity
    confidence: float = Field(ge=0, le=1)
    start: int = Field(ge=0, description="Code points.")
    end: int = Field(ge=0, description="Code points, half-open.")
    span: str = Field(examples=["拉链用了三天就坏了"])
    theme_id: str | None
    start_utf16: int = Field(ge=0, description="UTF-16 units.")
    end_utf16: int = Field(ge=0, description="UTF-16 units, half-open.")


class FieldResult(BaseModel):
    """One field of a review; for each aspect of the model also ``<aspect>`` and its four probabilities."""

    model_config = ConfigDict(extra="allow")

    review_id: str = Field(examples=["r-1"])
    field: Literal["text", "follow_up"]
    overall: Literal["positive", "negative", "neutral", "not_a_review"]
    opinions: list[PlacedOpinion]


class AnalyzeAnswer(BaseModel):
    """Results in the order of the request."""

    model: str = Field(description="Name and version of the weights.")
    results: list[FieldResult]


class Complaint(Asked):
    """An opinion whose theme is asked for; other keys of an opinion are allowed and not read."""

    model_config = ConfigDict(extra="ignore")

    opinion_id: str = Field(min_length=1, max_length=500, examples=["r-1/text/0-9/q.durability"])
    aspect: str = Field(max_length=100, examples=["quality"])
    sub_aspect: str = Field(max_length=100, examples=["q.durability"])
    polarity: Polarity = Field(examples=["negative"])
    span: str = Field(max_length=_TEXT, examples=["拉链用了三天就坏了"])


class AssignRequest(Asked):
    """Opinions whose themes are asked for."""

    opinions: list[Complaint] = Field(min_length=1, max_length=MAX_REVIEWS)


class Assigned(BaseModel):
    """The theme of an opinion, nulls where it has none."""

    opinion_id: str
    theme_id: str | None
    name: str | None


class AssignAnswer(BaseModel):
    """Themes in the order of the request."""

    themes: str = Field(description="Version of the theme model.")
    results: list[Assigned]


class PictureIn(Asked):
    """A picture in a JSON request."""

    file: str = Field(min_length=1, max_length=200, examples=["a.jpg"])
    data: str = Field(
        description="The original bytes in Base64.", json_schema_extra={"contentEncoding": "base64"}, examples=["/9j/"]
    )


class OrderIn(BaseModel):
    """Facts of an order; other keys are allowed and not read."""

    model_config = ConfigDict(extra="ignore")

    order_id: str | None = Field(None, max_length=200)
    product_name: str | None = Field(None, max_length=200)
    sku: str | None = Field(None, max_length=200)
    quantity: int | None = Field(None, ge=0, le=1_000_000)
    amount: float | None = Field(None, ge=0, allow_inf_nan=False)
    ordered_at: ShopTime | None = None
    delivered_at: ShopTime | None = None
    requested_at: ShopTime | None = None


class CaseIn(Asked):
    """A case without its pictures."""

    case_id: Annotated[str, Field(min_length=1, max_length=255)] = Field(examples=["c-1"])
    statement: str = Field("", max_length=_TEXT, examples=["收到就碎了，要求退款"])
    order: OrderIn = OrderIn()
    buyer_id: str | None = Field(None, max_length=200)


class JudgeRequest(Asked):
    """A case with its pictures in Base64."""

    case: CaseIn
    pictures: list[PictureIn] = Field([], max_length=50)


class SignOut(BaseModel):
    """One finding."""

    kind: str = Field(examples=["tc260_label"])
    strength: Literal["strong", "moderate", "weak", "supports_buyer"]
    reason: str
    facts: dict[str, Any]


class PictureOut(BaseModel):
    """What was found in one picture."""

    model_config = ConfigDict(extra="allow")

    file: str
    sha256: str | None
    outcome: Outcome
    signs: list[SignOut]


class CaseVerdictOut(BaseModel):
    """What was found in a case, as in ``evidence.json``, and what found it."""

    model_config = ConfigDict(extra="allow")

    case_id: str
    outcome: Outcome
    urgency: float
    statement_kind: str
    reports_ai_fake: bool
    reports_ai_fake_score: float
    ask_for: list[str]
    contradictions: list[dict[str, Any]]
    pictures: list[PictureOut]
    versions: dict[str, str]


class CaseOut(BaseModel):
    """A case of the queue."""

    case_id: str
    received_at: datetime
    outcome: Outcome | None = Field(description="Null while the case waits for a verdict.")
    urgency: float | None
    decision: str | None = Field(description="What people have decided and not undone.")
    pictures: int


class CasesAnswer(BaseModel):
    """Part of the queue, the most urgent first."""

    items: list[CaseOut]
    next_cursor: str | None = Field(description="Send it as `cursor` for the next part; null at the end.")


class FeedbackIn(Asked):
    """One click of feedback, with the fields of the platforms' forms."""

    kind: FeedbackKind
    case_id: str | None = Field(None, min_length=1, max_length=255, examples=["c-1"])
    review_id: str | None = Field(None, min_length=1, max_length=200)
    theme_id: str | None = Field(None, pattern="^[0-9a-f]{12}$")
    order_number: str | None = Field(None, max_length=100)
    scenario: str | None = Field(None, max_length=100)
    picture: str | None = Field(
        None, description="Original bytes in Base64.", json_schema_extra={"contentEncoding": "base64"}
    )
    picture_sha256: Sha256 | None = None
    details: dict[Annotated[str, Field(max_length=100)], str | int | float | bool | None] = Field(
        {}, max_length=50, examples=[{"field": "text", "shown": "negative", "meant": "positive"}]
    )
    note: str = Field("", max_length=_TEXT)


class FeedbackAnswer(BaseModel):
    """The feedback is on disk."""

    feedback_id: str


class JobAnswer(BaseModel):
    """A background job."""

    job_id: str = Field(examples=["0" * 32])
    kind: str = Field(examples=["report"])
    state: JobState
    done: int
    total: int = Field(description="Steps in all, 0 while unknown.")
    attempts: int
    created_at: datetime
    finished_at: datetime | None
    problem: str | None = Field(description="Why it failed.")
    files: list[str] = Field(description="Names of the result files, once it is done.")


class Health(BaseModel):
    """The process answers."""

    status: Literal["ok"]
    model: str


class VersionsAnswer(BaseModel):
    """Models in use."""

    versions: dict[str, str]
