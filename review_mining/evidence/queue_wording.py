"""Labels of the queue page in Chinese and English."""

from __future__ import annotations

from review_mining.evidence.reasons import Language

LABELS: dict[Language, dict[str, str]] = {
    "zh": {
        "title": "售后凭证待核队列",
        "principle": "迹象不是结论。没有迹象也不证明图片属实；请由人作出决定，并给买家说明和申诉的机会。",
        "order": "按紧急程度排序：结论、是否有人举报造假、食品与人身安全、涉及金额。买家的历史不参与排序。",
        "order.accounts": "按紧急程度排序：结论、是否有人举报造假、食品与人身安全、涉及金额，"
        "以及账号情况（最多 {most} 分）。账号情况只影响先后，不影响结论，不得告知买家。",
        "outcome.no_sign": "未见迹象",
        "outcome.ask_for_more": "请补充照片",
        "outcome.human_review": "人工核对",
        "outcome.strong_sign": "强迹象",
        "cases": "个案件",
        "left_out": "个较不紧急的案件没有显示，完整名单在 cases.parquet。",
        "case": "案件",
        "urgency": "紧急度",
        "reported": "陈述中称凭证造假",
        "amount": "金额",
        "yuan": "元",
        "statement": "陈述（个人信息已遮盖）",
        "blank": "没有文字陈述。",
        "no_picture": "没有提交图片。",
        "no_preview": "无预览",
        "heat": "局部痕迹热度图（可靠性低）",
        "no_finding": "未见迹象",
        "ask_for": "可以请买家补充",
        "more_pictures": "张图片没有显示",
        "kind.damaged_in_transit": "运输破损",
        "kind.spoiled": "变质",
        "kind.defective": "质量故障",
        "kind.missing": "少件",
        "kind.wrong_item": "发错货",
        "kind.not_as_described": "与描述不符",
        "kind.suspected_fake": "疑似假货",
        "kind.size": "尺码问题",
        "kind.expired": "过期",
        "kind.foreign_body": "异物",
        "kind.changed_mind": "不想要了",
        "kind.other": "其他",
        "scope": "本页检查文件内的声明（TC260 隐式标识、IPTC 来源、生成参数）、"
        "别人发过的图片（逐字节相同，或改动后经几何核对一致）和陈述中的关键词；"
        "不检查 C2PA 签名、可见水印和像素。",
    },
    "en": {
        "title": "After-sales evidence to look at",
        "principle": "A sign is not a verdict, and the absence of signs proves nothing. A person decides; the buyer is "
        "told why and can appeal.",
        "order": "Ordered by urgency: outcome, a report of fake evidence, food and personal safety, amount. The "
        "buyer's history plays no part.",
        "order.accounts": "Ordered by urgency: outcome, a report of fake evidence, food and personal safety, amount, "
        "and facts about the account (at most {most} points). These change no outcome and are not for the buyer.",
        "outcome.no_sign": "No sign",
        "outcome.ask_for_more": "Ask for a photo",
        "outcome.human_review": "Human review",
        "outcome.strong_sign": "Strong sign",
        "cases": "cases",
        "left_out": "less urgent cases are not shown; the full list is in cases.parquet.",
        "case": "Case",
        "urgency": "Urgency",
        "reported": "Statement calls the evidence fake",
        "amount": "Amount",
        "yuan": "yuan",
        "statement": "Statement (personal data masked)",
        "blank": "No written statement.",
        "no_picture": "No picture was sent.",
        "no_preview": "No preview",
        "heat": "Heat map of local traces (low reliability)",
        "no_finding": "No sign found",
        "ask_for": "The buyer could be asked for",
        "more_pictures": "pictures not shown",
        "kind.damaged_in_transit": "Damaged in transit",
        "kind.spoiled": "Spoiled",
        "kind.defective": "Defective",
        "kind.missing": "Missing",
        "kind.wrong_item": "Wrong item",
        "kind.not_as_described": "Not as described",
        "kind.suspected_fake": "Suspected counterfeit",
        "kind.size": "Size",
        "kind.expired": "Expired",
        "kind.foreign_body": "Foreign body",
        "kind.changed_mind": "Changed mind",
        "kind.other": "Other",
        "scope": "Looked at: declarations inside the files (TC260 label, IPTC source, generation settings), pictures "
        "sent before (identical bytes, or altered and verified by geometry), and words of the statement. Not looked "
        "at: C2PA signatures, visible marks, pixels.",
    },
}
"""Label by language and key; both languages have the same keys."""
