"""The stream from judged reviews to opinions, with the bundled model."""

from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pytest

from review_mining.aspects import AspectTagger
from review_mining.config import TextConfig
from review_mining.tables import REVIEWS
from review_mining.tagging import StreamTagger, TaggedBatch
from review_mining.text import Judge

LONG = "收到以后马上打开检查，拉链用了三天就坏了，客服态度很差，问了半天也没有人理我，以后再也不会来这家店买东西了"


def run(tmp_path: Path, rows: list[dict[str, object]], batch_rows: int) -> list[TaggedBatch]:
    table = pa.Table.from_pylist([{"review_id": f"r{i}", **row} for i, row in enumerate(rows)], REVIEWS)
    batches = table.to_batches(max_chunksize=batch_rows)
    with (
        Judge(tmp_path, TextConfig()) as judge,
        closing(StreamTagger(AspectTagger.from_pretrained(), tmp_path)) as stream,
    ):
        for batch in batches:
            judge.add(batch)
        judge.resolve()
        judged = [judge.verdicts(batch) for batch in batches]
        for verdicts in judged:
            stream.expect(verdicts)
        return [stream.tag(*pair) for pair in zip(batches, judged, strict=True)]


def rows_of(tagged: list[TaggedBatch], name: str) -> list[dict[str, object]]:
    return pa.concat_tables([getattr(batch, name) for batch in tagged]).to_pylist()


@pytest.mark.parametrize("batch_rows", [1, 2, 100])
def test_a_repeat_takes_the_results_of_the_row_it_repeats(tmp_path: Path, batch_rows: int):
    near = LONG.replace("马上", "立刻")
    tagged = run(tmp_path, [{"text": LONG}, {"text": "物流很快"}, {"text": f"  {LONG}"}, {"text": near}], batch_rows)
    assert [row["verdict"] for row in rows_of(tagged, "judged")] == ["ok", "ok", "duplicate", "near_duplicate"]
    labels = {row["review_id"]: row for row in rows_of(tagged, "review_aspects")}
    assert list(labels) == ["r0", "r1", "r2", "r3"]
    for repeat in ("r2", "r3"):
        assert {**labels[repeat], "review_id": "r0"} == labels["r0"]
    texts = {"r0": LONG, "r1": "物流很快", "r2": f"  {LONG}", "r3": near}
    opinions = rows_of(tagged, "opinions")
    assert {row["review_id"] for row in opinions} == set(texts)
    for row in opinions:
        assert texts[row["review_id"]][row["start"] : row["end"]] == row["span"]
        assert row["opinion_id"] == f"{row['review_id']}/text/{row['start']}-{row['end']}/{row['sub_aspect']}"


def test_a_repeat_is_no_complaint_of_its_own(tmp_path: Path):
    (tagged,) = run(tmp_path, [{"text": LONG}, {"text": LONG}], 10)
    assert set(tagged.complaints().column("review_id").to_pylist()) == {"r0"}


def test_what_nobody_wrote_has_no_opinion(tmp_path: Path):
    (tagged,) = run(tmp_path, [{"text": ""}, {"text": "此用户没有填写评价。"}], 10)
    assert [row["verdict"] for row in rows_of([tagged], "judged")] == ["empty", "default_text"]
    assert tagged.opinions.num_rows == 0
    assert {row["quality"] for row in rows_of([tagged], "review_aspects")} <= {"none", "abstain"}


def test_a_follow_up_is_a_text_of_its_own(tmp_path: Path):
    rows = [
        {"text": "物流很快", "follow_up": "拉链用了三天就坏了"},
        {"text": "质量很好", "follow_up": "  "},
        {"text": "质量很好"},
    ]
    (tagged,) = run(tmp_path, rows, 10)
    fields = [(row["review_id"], row["field"]) for row in rows_of([tagged], "review_aspects")]
    assert fields == [("r0", "text"), ("r1", "text"), ("r2", "text"), ("r0", "follow_up")]
    late = [row for row in rows_of([tagged], "opinions") if row["field"] == "follow_up"]
    assert [(row["polarity"], row["sub_aspect"]) for row in late] == [("negative", "q.durability")]
