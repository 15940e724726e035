"""The machine-readable results: ``verdicts.parquet``, ``cases.parquet`` and ``evidence.json``."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from review_mining.evidence.config import EvidenceConfig
from review_mining.evidence.verdicts import CaseVerdict, PictureVerdict
from review_mining.ingest.masking import mask
from review_mining.tables import CASES, OUTCOMES, VERDICTS

SCHEMA = "review_mining.evidence/1"

LIMITS = (
    "图片：文件里的声明（C2PA 内容凭证、TC260 隐式标识、IPTC 来源、生成器参数）；"
    "别人发过的图片（逐字节相同，或压缩、缩放、裁剪、翻转后经几何核对一致）。",
    "装有 ocr 附加组件时，还读画面边缘的文字（例如“AI生成”）；画面中间的文字、图形标志和隐藏水印不检查。",
    "陈述：说的是什么问题；与订单、图片的拍摄时间和相机、前后陈述之间的矛盾。不清点图片里的物品，不读取拍摄地点。",
    "C2PA 只信任您自己设置的证书名单，不联网查询；没有名单时任何签名都不算可信。",
    "像素特征与局部编辑：默认不看；打开后（settings.pixels、settings.local_edit）也只是弱提示，不能单独定论。",
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
    signs.update(sign.kind for verdict in verdicts for sign in verdict.signs)
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
        "cases": [case_document(verdict) for verdict in verdicts],
    }


def write_results(verdicts: Sequence[CaseVerdict], config: EvidenceConfig, method: str, folder: Path) -> None:
    """Write the two tables and ``evidence.json`` into a folder that exists."""
    pq.write_table(verdicts_table(verdicts), folder / "verdicts.parquet", compression="zstd")
    pq.write_table(cases_table(verdicts), folder / "cases.parquet", compression="zstd")
    document = json.dumps(evidence_document(verdicts, config, method), ensure_ascii=False, indent=1)
    (folder / "evidence.json").write_text(document + "\n", encoding="utf-8", errors="backslashreplace")


def case_document(verdict: CaseVerdict) -> dict[str, Any]:
    """One case with its pictures, hashes and signs, as ``evidence.json`` holds it."""
    return {
        "case_id": verdict.case.case_id,
        "statement": mask(verdict.case.statement, verdict.case.order.order_id)[0],
        "product_name": verdict.case.order.product_name,
        "amount": verdict.case.order.amount,
        "outcome": verdict.outcome,
        "urgency": verdict.urgency,
        "statement_kind": verdict.reading.kind,
        "reports_ai_fake": verdict.reports_ai_fake,
        "reports_ai_fake_score": verdict.reading.fake_score,
        "cues": [mask(cue)[0] for cue in verdict.reading.cues],
        "ask_for": list(verdict.ask_for),
        "contradictions": list(verdict.contradictions),
        "account": [fact.as_json() for fact in verdict.account],
        "withdrawn": [sign.as_json() for sign in verdict.withdrawn],
        "corrections": [row.model_dump(mode="json", exclude={"case_id"}) for row in verdict.corrections],
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
        "pixel_p_value": picture.pixel_p_value,
        "signs": [sign.as_json() for sign in picture.signs],
        "withdrawn": [sign.as_json() for sign in picture.withdrawn],
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
