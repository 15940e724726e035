"""Reasons for text that is printed on a picture."""

from __future__ import annotations

from review_mining.evidence.reasons.language import Sentences

_ANYONE = {
    "zh": "任何人都能在图上加字，聊天窗口、商品页截图里也会有同样的字；这不说明图中的问题是假的，请人工核对。",
    "en": "Anyone can write on a picture, and screenshots of chats and listings carry such words too; it does not show "
    "that the fault is invented: have a person look.",
}

VISIBLE: Sentences = {
    "visible.declared": {
        "zh": "画面边缘读到文字“{text}”，写法与 AI 生成标识一致。" + _ANYONE["zh"],
        "en": "Near the edge of the picture stands “{text}”, worded like a label of AI-generated content. "
        + _ANYONE["en"],
    },
    "visible.service": {
        "zh": "画面边缘读到文字“{text}”，像是一个 AI 服务的名称，但没有写明图片由 AI 生成。" + _ANYONE["zh"],
        "en": "Near the edge of the picture stands “{text}”, like the name of an AI service, though not that the "
        "picture is AI-made. " + _ANYONE["en"],
    },
}
