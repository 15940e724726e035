"""The machine-readable results: ``verdicts.parquet``, ``cases.parquet`` and ``evidence.json``."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from review_mining.evidence.classifier import CaseVerdict, PictureVerdict
from review_mining.evidence.config import EvidenceConfig
from review_mining.ingest.masking import mask
from review_mining.tables import CASES, OUTCOMES, VERDICTS

SCHEMA = "review_mining.evidence/1"

LIMITS = (
    "检查：文件里的声明（TC260 隐式标识、IPTC 来源、生成器参数）、逐字节相同的重复图片、陈述的内容。",
    "不检查：C2PA 签名、压缩或裁剪后的重复图片、画面内可见水印、陈述与订单之间的矛盾。",
    "HEIC 与 AVIF：只识别格式，不读其中的声明。",
    "像素特征：默认不看；打开后（settings.pixels）也只是弱提示，不能单独定论。",
    "没有声明不是迹象：聊天软件和截图会去掉正常照片的信息。",
    "声明没有签名，可以伪造；结论由人作出，并应允许买家申诉。",
)
"""What was looked at, and what not."""


def verdicts_table(verdicts: Sequence[CaseVerdict]) -> pa.Table:
    """One row per picture, in the order of the cases (schema :data:`review_mining.tables.VERDICTS`)."""
    rows = [
        {
            "case_id": verdict.case.case_id,
            "file": picture.file,
            "outcome": picture.outcome,
            "pixel_score": picture.pixel_score,
            "pixel_p_value": picture.pixel_p_value,
            "signs": _json([sign.as_json() for sign in picture.signs]),
        }
        for verdict in verdicts
        for picture in verdict.pictures
    ]
    return pa.Table.from_pylist(rows, schema=VERDICTS)


def cases_table(verdicts: Sequence[CaseVerdict]) -> pa.Table:
    """One row per case, in the order given (schema :data:`review_mining.tables.CASES`)."""
    rows = [
        {
            "case_id": verdict.case.case_id,
            "outcome": verdict.outcome,
            "ask_for": list(verdict.ask_for),
            "statement_kind": verdict.reading.kind,
            "reports_ai_fake": verdict.reports_ai_fake,
            "reports_ai_fake_score": verdict.reading.fake_score,
            "contradictions": _json(list(verdict.contradictions)),
            "urgency": verdict.urgency,
        }
        for verdict in verdicts
    ]
    return pa.Table.from_pylist(rows, schema=CASES)


def evidence_document(verdicts: Sequence[CaseVerdict], config: EvidenceConfig, method: str) -> dict[str, Any]:
    """The content of ``evidence.json``: settings, counts, and each case with its pictures, hashes and signs.

    Args:
        verdicts: of the cases.
        config: the settings.
        method: that statements were read with.
    """
    counts: Counter[str] = Counter(verdict.outcome for verdict in verdicts)
    signs = Counter(sign.kind for verdict in verdicts for picture in verdict.pictures for sign in picture.signs)
    return {
        "schema": SCHEMA,
        "statement_method": method,
        "limits": list(LIMITS),
        "counts": {
            "cases": len(verdicts),
            "pictures": sum(len(verdict.pictures) for verdict in verdicts),
            "outcomes": {outcome: counts[outcome] for outcome in OUTCOMES},
            "signs": dict(sorted(signs.items())),
            "reports_ai_fake": sum(verdict.reports_ai_fake for verdict in verdicts),
        },
        "settings": config.model_dump(mode="json"),
        "cases": [_case(verdict) for verdict in verdicts],
    }


def write_results(verdicts: Sequence[CaseVerdict], config: EvidenceConfig, method: str, folder: Path) -> None:
    """Write the two tables and ``evidence.json`` into a folder that exists."""
    pq.write_table(verdicts_table(verdicts), folder / "verdicts.parquet", compression="zstd")
    pq.write_table(cases_table(verdicts), folder / "cases.parquet", compression="zstd")
    document = json.dumps(evidence_document(verdicts, config, method), ensure_ascii=False, indent=1)
    (folder / "evidence.json").write_text(document + "\n", encoding="utf-8", errors="backslashreplace")


def _case(verdict: CaseVerdict) -> dict[str, Any]:
    return {
        "case_id": verdict.case.case_id,
        "outcome": verdict.outcome,
        "urgency": verdict.urgency,
        "statement_kind": verdict.reading.kind,
        "reports_ai_fake": verdict.reports_ai_fake,
        "reports_ai_fake_score": verdict.reading.fake_score,
        "cues": [mask(cue)[0] for cue in verdict.reading.cues],
        "ask_for": list(verdict.ask_for),
        "contradictions": list(verdict.contradictions),
        "pictures": [_picture(picture) for picture in verdict.pictures],
    }


def _picture(picture: PictureVerdict) -> dict[str, Any]:
    return {
        "file": picture.file,
        "sha256": picture.sha256,
        "format": picture.format,
        "width": picture.width,
        "height": picture.height,
        "bytes": picture.size,
        "outcome": picture.outcome,
        "pixel_score": picture.pixel_score,
        "signs": [sign.as_json() for sign in picture.signs],
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
