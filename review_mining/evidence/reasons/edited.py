"""Reasons for hints at locally edited regions."""

from __future__ import annotations

from review_mining.evidence.reasons.language import Sentences

_RELIABILITY = {
    "zh": "可靠性低：60 张未改动的照片里有 9 张也会这样（对焦与虚化、反光、重复花纹都会引起）；"
    "整图重新生成的 AI 编辑则看不出来。只提示看哪里，不能说明图片被改过。",
    "en": "Low reliability: 9 of 60 untouched photos show the same (focus beside blur, reflections, repeated "
    "patterns), and an AI edit that redraws the whole picture shows nothing. It says where to look, not that "
    "anything was edited.",
}
_WHERE = {
    "zh": "（横 {left}–{right}、竖 {top}–{bottom} 像素）",
    "en": " (pixels {left}–{right} across, {top}–{bottom} down)",
}

EDITED: Sentences = {
    "edit.noise": {
        "zh": "一块区域" + _WHERE["zh"] + "的细节噪点与同样明暗的其他地方不同。" + _RELIABILITY["zh"],
        "en": "A region" + _WHERE["en"] + " has other fine noise than places of like brightness. " + _RELIABILITY["en"],
    },
    "edit.ghosts": {
        "zh": "一块区域" + _WHERE["zh"] + "的压缩痕迹与其他地方不同。" + _RELIABILITY["zh"],
        "en": "A region" + _WHERE["en"] + " bears other traces of compression than the rest. " + _RELIABILITY["en"],
    },
    "edit.copies": {
        "zh": "一块区域" + _WHERE["zh"] + "与图中另一处几乎相同。" + _RELIABILITY["zh"],
        "en": "A region" + _WHERE["en"] + " almost equals another place in the picture. " + _RELIABILITY["en"],
    },
}
