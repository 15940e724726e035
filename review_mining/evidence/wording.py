"""Every sentence about a sign, in Chinese and English.

The wording states what was read in a file and what it does not prove. It never says that a buyer lied.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Language = Literal["zh", "en"]

_FORGEABLE = {
    "zh": "标识没有签名，任何人（包括转发的人）都能写入，请人工核对。",
    "en": "The label is unsigned and anyone who handled the file could have written it: have a person look.",
}

_REASONS: dict[str, dict[Language, str]] = {
    "tc260.is": {
        "zh": "文件内嵌国家标准的 AI 隐式标识，声明“是 AI 生成”（位置：{place}）。" + _FORGEABLE["zh"],
        "en": "The file carries the national AI label, which declares “AI-generated” ({place}). " + _FORGEABLE["en"],
    },
    "tc260.possible": {
        "zh": "文件内嵌国家标准的 AI 隐式标识，声明“可能是 AI 生成”（位置：{place}）。" + _FORGEABLE["zh"],
        "en": "The file carries the national AI label, which declares “possibly AI-generated” ({place}). "
        + _FORGEABLE["en"],
    },
    "tc260.suspected": {
        "zh": "文件内嵌国家标准的 AI 隐式标识，声明“疑似 AI 生成”（位置：{place}）。" + _FORGEABLE["zh"],
        "en": "The file carries the national AI label, which declares “suspected AI-generated” ({place}). "
        + _FORGEABLE["en"],
    },
    "tc260.other": {
        "zh": "文件内嵌 AI 隐式标识，但标识值不在国家标准的 1、2、3 之内（位置：{place}）。" + _FORGEABLE["zh"],
        "en": "The file carries an AI label whose value is not one of the standard's 1, 2, 3 ({place}). "
        + _FORGEABLE["en"],
    },
    "iptc.generated": {
        "zh": "图片信息写明来源为“生成式 AI 创作”（位置：{place}）。" + _FORGEABLE["zh"],
        "en": "The picture's source field says “created using generative AI” ({place}). " + _FORGEABLE["en"],
    },
    "iptc.edited": {
        "zh": "图片信息写明“经生成式 AI 编辑”（位置：{place}）；手机相册的一键修图也会写入。" + _FORGEABLE["zh"],
        "en": "The picture's source field says “edited with generative AI” ({place}); a phone's one-tap retouching "
        "writes it too. " + _FORGEABLE["en"],
    },
    "iptc.synthetic_part": {
        "zh": "图片信息写明“含合成内容”（位置：{place}），不一定与商品问题有关。" + _FORGEABLE["zh"],
        "en": "The picture's source field says “contains synthetic elements” ({place}), which need not touch the "
        "complaint. " + _FORGEABLE["en"],
    },
    "iptc.system": {
        "zh": "图片信息写明使用了 AI 系统“{value}”（位置：{place}）。" + _FORGEABLE["zh"],
        "en": "The picture's fields name an AI system, “{value}” ({place}). " + _FORGEABLE["en"],
    },
    "generator": {
        "zh": "文件里有绘图程序 {tool} 留下的生成参数（位置：{place}）。参数可以被写入或删除，请人工核对。",
        "en": "The file carries generation settings left by {tool} ({place}). Such settings can be written or removed: "
        "have a person look.",
    },
    "reuse.later": {
        "zh": "这张图与案件 {other_case} 的图逐字节相同，那边由另一位买家先提交。请先排除两人同住、代买、转发等情况。",
        "en": "Byte for byte the picture of case {other_case}, which another buyer sent first. Rule out a shared "
        "household, a purchase on someone's behalf or a forwarded picture.",
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
    "unreadable.missing": {
        "zh": "图片文件没有找到，请重新上传。",
        "en": "The picture file was not found: ask for it again.",
    },
    "unreadable.not_a_file": {
        "zh": "这个名字指向的不是普通文件，没有读取。",
        "en": "The name does not lead to a regular file, so it was not read.",
    },
    "unreadable.empty": {
        "zh": "图片文件是空的（0 字节），多半是上传中断。",
        "en": "The picture file is empty (0 bytes), most likely an interrupted upload.",
    },
    "unreadable.too_large": {
        "zh": "图片文件超过 {limit} 字节的上限，没有读取。",
        "en": "The picture file exceeds the limit of {limit} bytes, so it was not read.",
    },
    "unreadable.unknown_format": {
        "zh": "文件内容不是支持的图片格式（JPEG、PNG、WebP、GIF、TIFF、HEIC、AVIF）。",
        "en": "The content is none of the known picture formats (JPEG, PNG, WebP, GIF, TIFF, HEIC, AVIF).",
    },
    "unreadable.too_many_pixels": {
        "zh": "图片尺寸 {width}×{height} 超过 {limit} 像素的上限，没有解码。",
        "en": "At {width}×{height} the picture exceeds the limit of {limit} pixels, so it was not decoded.",
    },
    "unreadable.too_many_frames": {
        "zh": "动图或多页图超过 {limit} 帧的上限，没有解码。",
        "en": "The animation or page count exceeds the limit of {limit} frames, so it was not decoded.",
    },
    "unreadable.damaged": {
        "zh": "图片文件损坏或不完整，打不开，多半是上传中断。",
        "en": "The picture file is damaged or incomplete and cannot be opened, most likely an interrupted upload.",
    },
}


def reason(message: str, facts: Mapping[str, object], language: Language) -> str:
    """Fill the sentence of a message with facts.

    Args:
        message: a key of this module.
        facts: values for the placeholders; unused ones are ignored.
        language: ``zh`` or ``en``.
    """
    return _REASONS[message][language].format_map(facts)
