"""Reasons for pictures that were sent before."""

from __future__ import annotations

from review_mining.evidence.reasons.language import Sentences

REUSED: Sentences = {
    "reuse.later": {
        "zh": "这张图与案件 {other_case} 的图逐字节相同，那边由另一位买家先提交。请先排除两人同住、代买、转发等情况。",
        "en": "Byte for byte the picture of case {other_case}, which another buyer sent first. Rule out a shared "
        "household, a purchase on someone's behalf or a forwarded picture.",
    },
    "reuse.blank": {
        "zh": "这张图与案件 {other_case} 的图逐字节相同，那边由另一位买家先提交。但画面几乎没有内容（如空白图、"
        "加载失败的占位图），两人可能各自得到同样的文件，请人工核对。",
        "en": "Byte for byte the picture of case {other_case}, which another buyer sent first. Next to nothing is in "
        "it, as in a blank or a placeholder, so both may have got the same file from a program: have a person look.",
    },
    "reuse.earlier": {
        "zh": "另一位买家在更晚的案件 {other_case} 里提交了逐字节相同的图。本案提交在先，请人工核对谁是拍摄者。",
        "en": "Another buyer sent the same bytes in the later case {other_case}. This one came first: have a person "
        "find out who took it.",
    },
    "reuse.unknown_buyer": {
        "zh": "这张图与案件 {other_case} 的图逐字节相同。缺少买家编号，无法判断是否同一人重复提交，请人工核对。",
        "en": "Byte for byte the picture of case {other_case}. A buyer id is missing, so it may be one person sending "
        "it twice: have a person look.",
    },
    "reuse.unknown_order": {
        "zh": "这张图与案件 {other_case} 的图逐字节相同，那边是另一位买家。两案的申请时间缺失或相同，"
        "无法判断谁先提交，请人工核对谁是拍摄者。",
        "en": "Byte for byte the picture of case {other_case}, which is another buyer's. A time of request is missing, "
        "or both are the same, so it is not known who sent it first: have a person find out who took it.",
    },
}
