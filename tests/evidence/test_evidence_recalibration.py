"""Settings that follow from people's decisions: towards the buyer, or not at all."""

import json
import runpy
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from review_mining.config import load
from review_mining.errors import InputError, UsageError
from review_mining.evidence import Correction, Corrections, EvidenceConfig, append_correction
from review_mining.evidence.recalibration import Rules, pixel_threshold, read_runs, recalibrated, shares

SCRIPT = Path(__file__).parents[2] / "scripts" / "recalibrate_evidence.py"


def sha(number):
    return f"{number:064x}"


def decided(number, decision, sign="tc260_label", *, picture=True):
    return Correction(
        case_id=f"C{number}",
        picture=sha(number) if picture else None,
        sign=sign,
        decision=decision,
        by="li",
        at=datetime(2026, 11, 20, tzinfo=UTC),
    )


def decisions(upheld, withdrawn, sign="tc260_label", **more):
    total = upheld + withdrawn
    rows = [decided(n, "upheld" if n < upheld else "withdrawn", sign, **more) for n in range(total)]
    return Corrections(tuple(rows))


def case(number, sign="tc260_label", strength="moderate", report=0.1, pixel=None):
    picture = {"sha256": sha(number), "pixel_score": pixel, "withdrawn": []}
    picture["signs"] = [{"kind": sign, "strength": strength}]
    return {
        "case_id": f"C{number}",
        "reports_ai_fake": report > 0.5,
        "reports_ai_fake_score": report,
        "contradictions": [],
        "pictures": [picture],
    }


@pytest.fixture
def run(tmp_path):
    def make(cases):
        (tmp_path / "evidence.json").write_text(json.dumps({"cases": cases}), encoding="utf-8")
        return read_runs([tmp_path])

    return make


def moved(corrections, found, config=None, **rules):
    return recalibrated(config or EvidenceConfig(), corrections, found, Rules(**rules), threshold=0.5)


def test_a_kind_that_is_withdrawn_too_often_counts_one_step_less(run):
    config, (change,) = moved(decisions(20, 10), run([case(n) for n in range(40)]))
    assert config.decision.at_most == {"tc260_label": "weak"}
    assert (change.before, change.after) == ("moderate", "weak")
    assert "20 of 30" in change.why


def test_it_goes_on_from_where_the_settings_are(run):
    start = EvidenceConfig.model_validate({"decision": {"at_most": {"tc260_label": "weak"}}})
    config, _ = moved(decisions(0, 30), run([case(n) for n in range(30)]), start)
    assert config.decision.at_most == {"tc260_label": "none"}
    again, changes = moved(decisions(0, 30), run([case(n) for n in range(30)]), config)
    assert (again, changes) == (config, [])


def test_a_strong_kind_becomes_moderate(run):
    cases = [case(n, "exact_reuse", "strong") for n in range(30)]
    config, _ = moved(decisions(15, 15, "exact_reuse"), run(cases))
    assert config.decision.at_most == {"exact_reuse": "moderate"}


def test_a_kind_that_is_upheld_gains_nothing(run):
    config, changes = moved(decisions(40, 0), run([case(n) for n in range(40)]))
    assert (config, changes) == (EvidenceConfig(), [])


def test_what_speaks_for_the_buyer_never_counts_for_less(run):
    found = run([case(n, "c2pa_camera", "supports_buyer") for n in range(30)])
    assert moved(decisions(0, 30, "c2pa_camera"), found) == (EvidenceConfig(), [])


@pytest.mark.parametrize("cases", [[{"case_id": "C1"}], [7], [{**case(1), "pictures": [{"sha256": None}]}]])
def test_an_output_that_is_none_is_named(run, cases):
    with pytest.raises(InputError, match="evidence.json"):
        run(cases)


def test_few_decisions_move_nothing(run):
    with pytest.raises(UsageError, match="the most is 19"):
        moved(decisions(0, 19), run([case(n) for n in range(19)]))


def test_the_last_decision_about_a_sign_counts():
    rows = (*decisions(0, 25).rows, *decisions(25, 0).rows)
    (share,) = shares(Corrections(rows), read_nothing())
    assert (share.upheld, share.decided, share.high) == (25, 25, 1.0)
    assert share.low == pytest.approx(0.9050, abs=1e-3)


def read_nothing():
    return read_runs([])


def test_the_threshold_of_reports_rises_to_where_they_hold_and_never_falls(run):
    scores = [0.55 + 0.001 * n if n < 20 else 0.9 + 0.001 * n for n in range(60)]
    found = run([case(n, report=score) for n, score in enumerate(scores)])
    rows = [decided(n, "withdrawn" if n < 20 else "upheld", "reports_ai_fake", picture=False) for n in range(60)]
    config, (change,) = moved(Corrections(tuple(rows)), found)
    assert config.statement.reports_ai_fake_threshold == pytest.approx(scores[16], abs=0.005)
    assert config.statement.reports_ai_fake_threshold > 0.5
    assert change.before == "0.5"


def test_a_pixel_threshold_needs_299_genuine_photos_for_one_per_cent(run):
    cases = [case(n, "pixel_anomaly", "weak", pixel=n / 1000) for n in range(320)]
    found = run(cases)
    with pytest.raises(UsageError, match="298 genuine"):
        pixel_threshold(decisions(22, 298, "pixel_anomaly"), found, Rules())
    assert pixel_threshold(decisions(21, 299, "pixel_anomaly"), found, Rules()) == 0.319
    assert pixel_threshold(decisions(0, 320, "pixel_anomaly"), found, Rules(false_alarms=0.05)) < 0.319


def test_a_folder_without_a_run_is_named(tmp_path):
    with pytest.raises(InputError, match="evidence.json"):
        read_runs([tmp_path])


def test_the_script_says_what_moves_and_writes_settings_that_load(run, tmp_path, capsys, monkeypatch):
    run([case(n) for n in range(30)])
    path, out = tmp_path / "corrections.jsonl", tmp_path / "new.yaml"
    for row in decisions(10, 20).rows:
        append_correction(path, row)
    arguments = [str(SCRIPT), str(tmp_path), "--corrections", str(path), "-o", str(out)]
    monkeypatch.setattr(sys, "argv", arguments)
    with pytest.raises(SystemExit) as left:
        runpy.run_path(str(SCRIPT), run_name="__main__")
    assert left.value.code == 0
    said = capsys.readouterr().out
    assert "tc260_label: 10 of 30 (30), 0.33 [0.19, 0.51]" in said
    assert "decision.at_most.tc260_label: moderate -> weak" in said
    assert "pixel threshold: none" in said
    assert load(out, EvidenceConfig).decision.at_most == {"tc260_label": "weak"}
    assert "10 of 30 decisions upheld it" in out.read_text(encoding="utf-8")
