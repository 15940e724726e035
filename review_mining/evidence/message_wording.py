"""The sentences of messages to buyers and of statements for a platform, in Chinese and English."""

from __future__ import annotations

from review_mining.evidence.reasons import Language

MESSAGE: dict[Language, dict[str, str]] = {
    "zh": {
        "greeting": "您好，您的售后申请已收到。",
        "greeting_product": "您好，您关于“{product}”的售后申请已收到。",
        "ask": "为了尽快为您处理，麻烦补充：",
        "why": "这样我们能看清问题，并对应到您的这笔订单。在本次售后里直接上传即可；"
        "不方便拍的话请告诉我们，换一种办法也可以。",
        "going_on": "您的申请正在处理，有进展会马上告诉您。",
        "looked_at": "您的申请由专人处理，会尽快给您答复，并说明理由。",
        "appeal": "如对处理结果有不同意见，可以随时提出，由另一位同事重新查看。",
    },
    "en": {
        "greeting": "Hello, we have received your after-sales request.",
        "greeting_product": "Hello, we have received your after-sales request about “{product}”.",
        "ask": "So that we can settle it quickly, please add:",
        "why": "It lets us see the problem and match it to your order. Please upload it to this request; if you cannot "
        "take it, tell us and we will find another way.",
        "going_on": "Your request is being handled; we will tell you as soon as there is news.",
        "looked_at": "A colleague is handling your request and will answer soon, with the reasons.",
        "appeal": "If you do not agree with the result, say so at any time: another colleague will look at it again.",
    },
}
"""Nothing here may sound like an accusation; the same message is sent whatever was found."""

FACTS: dict[Language, dict[str, str]] = {
    "zh": {
        "title": "售后案件 {case} 的事实说明",
        "nature": "以下是程序读到的事实，以及每一项不能证明什么；不是对买家的结论。",
        "join": "，",
        "order": "订单：",
        "order_id": "订单号",
        "product": "商品",
        "amount": "金额（元）",
        "ordered_at": "下单",
        "delivered_at": "签收",
        "requested_at": "申请",
        "statement": "陈述归类为“{kind}”（由程序归类，原文见案件页）。",
        "reported": "陈述称凭证系伪造或盗用（得分 {score}）；这是陈述者的说法，没有得到证明。",
        "outcome": "按规则得到的处理建议：{outcome}。",
        "picture": "图片 {number}：文件 {file}，SHA-256 {sha256}，{bytes} 字节，{format}，{size}。",
        "of_picture": "图片 {number}：",
        "read": "（读到：{facts}）",
        "not_proven": " 限度：{limit}",
        "contradiction": "不一致：",
        "withdrawn": "原有迹象已由人撤回，不作依据：{reason}",
        "decided_upheld": "{at} {by} 核对后维持 {sign}（图片 {picture}）：{note}",
        "decided_withdrawn": "{at} {by} 核对后撤回 {sign}（图片 {picture}）：{note}",
        "versions": "程序 review-mining {program}，陈述识别 {method}，设置 SHA-256 {settings}，判断时间 {at}。",
    },
    "en": {
        "title": "Facts of after-sales case {case}",
        "nature": "What the program read, and what each fact does not prove; no conclusion about the buyer.",
        "join": ", ",
        "order": "Order: ",
        "order_id": "number",
        "product": "product",
        "amount": "amount (yuan)",
        "ordered_at": "ordered",
        "delivered_at": "delivered",
        "requested_at": "requested",
        "statement": "The statement was classed as “{kind}” (by the program; its words are on the case page).",
        "reported": "The statement says that the evidence is made up or stolen (score {score}): the writer's word, not "
        "proven.",
        "outcome": "Handling that the rules suggest: {outcome}.",
        "picture": "Picture {number}: file {file}, SHA-256 {sha256}, {bytes} bytes, {format}, {size}.",
        "of_picture": "Picture {number}: ",
        "read": " (Read: {facts}.)",
        "not_proven": " Limit: {limit}",
        "contradiction": "Does not agree: ",
        "withdrawn": "An earlier sign was withdrawn by a person and carries no weight: {reason}",
        "decided_upheld": "{at} {by} upheld {sign} after looking (picture {picture}): {note}",
        "decided_withdrawn": "{at} {by} withdrew {sign} after looking (picture {picture}): {note}",
        "versions": "Program review-mining {program}, statements read by {method}, settings SHA-256 {settings}, judged "
        "at {at}.",
    },
}
"""Sentence by language and key; both languages have the same keys."""
