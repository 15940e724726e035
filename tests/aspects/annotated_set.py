"""An invented annotated set: eighty-odd reviews put together from a few dozen invented phrases."""

from __future__ import annotations

import json
from pathlib import Path

_PHRASES = (
    ("q.function", "positive", ("运行很流畅", "音质清楚", "吸力挺大", "续航够用")),
    ("q.function", "negative", ("用着太卡了", "噪音特别大", "发热很厉害", "充电慢得很")),
    ("l.speed", "positive", ("发货真快", "隔天就送到", "物流很快", "配送神速")),
    ("l.speed", "negative", ("等了半个月才到", "发货太慢", "物流慢得离谱", "迟迟不发货")),
    ("s.attitude", "positive", ("客服很耐心", "客服态度好", "回复挺及时", "店家热情")),
    ("s.attitude", "negative", ("客服爱理不理", "客服态度差", "没人回复我", "店家语气很冲")),
    ("p.value", "positive", ("价格实惠", "性价比很高", "买得很值", "比别处便宜")),
    ("p.value", "negative", ("价格偏贵", "不值这个价", "性价比太低", "贵得没道理")),
)
_ALSO = ("买给家里老人的", "上周下的单", "第一次来这家", "颜色选的灰色")


def reviews(count: int = 88) -> list[dict[str, object]]:
    """Rows as in an annotation file, each of a different make-up."""
    return [_review(number) for number in range(count)]


def write(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def _review(number: int) -> dict[str, object]:
    if number % 11 == 10:
        return {
            "text": f"春眠不觉晓处处闻啼鸟{number}",
            "overall": "not_a_review",
            "opinions": [],
            "source": "invented",
        }
    first, second = number % 8, (number * 3 + number // 8) % 8
    text, opinions = _ALSO[number % 4], []
    for kind in dict.fromkeys((first, second)):
        code, polarity, phrases = _PHRASES[kind]
        phrase = phrases[(number // 8) % 4]
        start = len(text) + 1
        text += "，" + phrase
        opinions.append(
            {"code": code, "polarity": polarity, "span": phrase, "start": start, "end": start + len(phrase)}
        )
    signs = {opinion["polarity"] for opinion in opinions}
    overall = signs.pop() if len(signs) == 1 else "neutral"
    return {"text": text, "overall": overall, "opinions": opinions, "source": "invented"}
