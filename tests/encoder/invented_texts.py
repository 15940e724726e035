"""Invented reviews, and small encoders, corpora and task files that are made of them."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import torch
from transformers import PreTrainedTokenizerFast

from review_mining.encoder.configuration import ReviewEncoderConfig
from review_mining.encoder.labelled import LabelledTexts
from review_mining.encoder.modeling import ReviewEncoderModel
from review_mining.encoder.ngram_index import codes_of, fill_buckets
from review_mining.encoder.tokenizer import train_tokenizer


@dataclass(frozen=True)
class Review:
    text: str
    stars: int
    code: str
    span: str

    @property
    def polarity(self) -> float:
        return float(self.stars > 3)

    @property
    def key(self) -> str:
        return hashlib.sha1(self.text.encode(), usedforsecurity=False).hexdigest()


REVIEWS = (
    Review("台灯光线柔和，很好看", 5, "q.look", "很好看"),
    Review("书包样式大方，外观好看", 5, "q.look", "外观好看"),
    Review("花瓶颜色正，摆着真好看", 4, "q.look", "真好看"),
    Review("被套花纹清新，做得好看", 5, "q.look", "做得好看"),
    Review("手表小巧，戴着好看", 4, "q.look", "戴着好看"),
    Review("窗帘颜色不错，很漂亮", 5, "q.look", "很漂亮"),
    Review("外套版型好，非常漂亮", 5, "q.look", "非常漂亮"),
    Review("杯子画的小猫，漂亮极了", 4, "q.look", "漂亮极了"),
    Review("昨天下单今天就到，发货很快", 5, "l.speed", "发货很快"),
    Review("物流真快，包得也好", 5, "l.speed", "物流真快"),
    Review("两天收到米，快递很快", 4, "l.speed", "快递很快"),
    Review("送货速度快，师傅还帮忙搬上楼", 5, "l.speed", "送货速度快"),
    Review("发货快，比预计早到一天", 4, "l.speed", "发货快"),
    Review("快递飞快，茶叶当晚就喝上", 5, "l.speed", "快递飞快"),
    Review("物流很快，鱼缸一点没碎", 5, "l.speed", "物流很快"),
    Review("客服耐心，教我装好滤芯", 5, "s.attitude", "客服耐心"),
    Review("客服态度好，换货不啰嗦", 5, "s.attitude", "客服态度好"),
    Review("问尺码回得及时，客服很好", 4, "s.attitude", "客服很好"),
    Review("店家热情，还多送一双袜子", 5, "s.attitude", "店家热情"),
    Review("客服讲解细致，态度很好", 5, "s.attitude", "态度很好"),
    Review("半夜也有人答话，客服真好", 4, "s.attitude", "客服真好"),
    Review("锅底厚实，价格实惠", 5, "p.value", "价格实惠"),
    Review("一箱橙子又甜又便宜，划算", 5, "p.value", "又甜又便宜"),
    Review("拖把好用，价格便宜", 4, "p.value", "价格便宜"),
    Review("搞活动买的毛巾，真划算", 5, "p.value", "真划算"),
    Review("雨伞结实，性价比高", 4, "p.value", "性价比高"),
    Review("吹风机声音小，很划算", 5, "p.value", "很划算"),
    Review("枕头软硬合适，价格公道", 5, "p.value", "价格公道"),
    Review("核桃皮薄，价格真便宜", 4, "p.value", "价格真便宜"),
    Review("键盘手感好，物有所值", 5, "p.value", "物有所值"),
    Review("台灯灯罩歪着，很难看", 1, "q.look", "很难看"),
    Review("书包掉色厉害，难看死了", 1, "q.look", "难看死了"),
    Review("花瓶瓶口粗糙，真难看", 2, "q.look", "真难看"),
    Review("被套图案印糊了，实在难看", 1, "q.look", "实在难看"),
    Review("手表表盘发黄，样子难看", 2, "q.look", "样子难看"),
    Review("窗帘色差太大，丑得很", 1, "q.look", "丑得很"),
    Review("外套皱成一团，太丑了", 1, "q.look", "太丑了"),
    Review("杯子印歪了，丑得没法用", 2, "q.look", "丑得没法用"),
    Review("等了半个月，发货太慢", 1, "l.speed", "发货太慢"),
    Review("物流太慢，月饼过了节才来", 1, "l.speed", "物流太慢"),
    Review("催了三回，快递还是慢", 2, "l.speed", "快递还是慢"),
    Review("送货慢得离谱，说好周一周五才来", 1, "l.speed", "送货慢得离谱"),
    Review("发货慢，孩子生日都过完了", 2, "l.speed", "发货慢"),
    Review("快递慢吞吞，青菜都烂了", 1, "l.speed", "快递慢吞吞"),
    Review("物流真慢，鱼缸还裂了口", 1, "l.speed", "物流真慢"),
    Review("客服不理人，退款拖着不办", 1, "s.attitude", "客服不理人"),
    Review("客服态度差，说两句就骂人", 1, "s.attitude", "客服态度差"),
    Review("问什么都不答，客服很差", 2, "s.attitude", "客服很差"),
    Review("店家冷漠，坏了也不管", 1, "s.attitude", "店家冷漠"),
    Review("客服推来推去，态度恶劣", 1, "s.attitude", "态度恶劣"),
    Review("换个灯泡要吵三天，客服真差", 2, "s.attitude", "客服真差"),
    Review("锅底薄得像纸，价格太贵", 1, "p.value", "价格太贵"),
    Review("一箱橙子坏一半，又酸又贵", 1, "p.value", "又酸又贵"),
    Review("拖把一用就散，价格偏贵", 2, "p.value", "价格偏贵"),
    Review("毛巾掉毛，买贵了", 1, "p.value", "买贵了"),
    Review("雨伞一吹就翻，性价比低", 2, "p.value", "性价比低"),
    Review("吹风机两天就坏，不划算", 1, "p.value", "不划算"),
    Review("枕头一股怪味，不值这价", 1, "p.value", "不值这价"),
    Review("核桃全是空壳，真贵", 2, "p.value", "真贵"),
    Review("键盘按键失灵，白花钱", 1, "p.value", "白花钱"),
)


def corpus(count: int = 200) -> list[str]:
    """Different texts, each of two or three reviews."""
    rng = np.random.default_rng(0)
    return ["。".join(REVIEWS[place].text for place in rng.choice(60, rng.integers(2, 4), False)) for _ in range(count)]


def tokenizer() -> PreTrainedTokenizerFast:
    """Learnt on the invented texts, digits and a few Latin words; about 300 entries."""
    texts = [*corpus(), *(review.text for review in REVIEWS)]
    latin = ["iphone charger charging charge usb 0123456789 ", "iphones chargers 9876543210,.!?"]
    return train_tokenizer([*texts, *latin * 3], vocab_size=500, min_frequency=2)


def config(**changes: Any) -> ReviewEncoderConfig:
    small = {
        "vocab_size": 300,
        "character_size": 24,
        "ngram_rows": 101,
        "ngram_buckets": 211,
        "ngram_size": 12,
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 48,
        "max_position_embeddings": 64,
    }
    return ReviewEncoderConfig(**{**small, **changes})


def encoder(**changes: Any) -> ReviewEncoderModel:
    """An untrained encoder whose wide path carries noise."""
    torch.manual_seed(0)
    model = ReviewEncoderModel(config(**changes)).eval()
    if model.config.evidence_size:
        for table in (model.evidence.of_token, model.evidence.of_ngram):
            table.normal_(std=0.1)
    return model


def teach_ngrams(model: ReviewEncoderModel, pieces: Sequence[Sequence[int]]) -> ReviewEncoderModel:
    """Let the model know as many n-grams of the pieces as it has rows for."""
    shape = model.config
    codes: dict[int, None] = {}
    for ids in pieces:
        for order in shape.ngram_orders:
            ngrams = np.array([ids[start : start + order] for start in range(len(ids) - order + 1)], dtype=np.int64)
            codes.update(dict.fromkeys(codes_of(ngrams.reshape(-1, order), shape.vocab_size).tolist()))
    index, known, _ = fill_buckets(np.array(list(codes), dtype=np.int64), shape.ngram_rows, shape.ngram_buckets)
    model.embeddings.know(torch.from_numpy(index), torch.from_numpy(known))
    return model


def polarity_task(*, reserved_each: int = 5) -> LabelledTexts:
    """Polarity of the reviews; every ``reserved_each``-th is reserved."""
    return LabelledTexts(
        "polarity",
        "binary",
        [review.text for review in REVIEWS],
        np.array([review.polarity for review in REVIEWS], dtype=np.float32),
        (),
        np.arange(len(REVIEWS)) % reserved_each == 0,
        np.full(len(REVIEWS), "invented"),
    )


def write_lines(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def annotated_rows(reviews: tuple[Review, ...] = REVIEWS) -> list[dict[str, Any]]:
    """Rows as in a file of annotated reviews."""
    rows = []
    for review in reviews:
        start = review.text.index(review.span)
        opinion = {
            "code": review.code,
            "polarity": "positive" if review.polarity else "negative",
            "span": review.span,
            "start": start,
            "end": start + len(review.span),
        }
        overall = opinion["polarity"]
        rows.append({"text": review.text, "key": review.key, "overall": overall, "opinions": [opinion]})
    return rows


def write_reviews(path: Path) -> Path:
    """The table of labelled reviews; every fifth is reserved, the last row has neither polarity nor stars."""
    rows: list[dict[str, Any]] = [
        {
            "text": review.text,
            "polarity": review.polarity,
            "rating": str(review.stars),
            "key": review.key,
            "reserved": number % 5 == 0,
            "source": "invented",
            "category": "家居",
        }
        for number, review in enumerate(REVIEWS)
    ]
    rows.append({**rows[0], "text": "还没拆封", "polarity": None, "rating": "unknown", "key": "none"})
    pq.write_table(pa.Table.from_pylist(rows), path)
    return path


def write_opinions(folder: Path) -> Path:
    """Files in the form of the Zhijiang Cup 2019: 整体 with both signs often enough to count, 价格 too rare."""
    folder.mkdir(parents=True, exist_ok=True)
    labels = [(number, "整体", "正面" if review.polarity else "负面") for number, review in enumerate(REVIEWS)]
    labels += [(number, "价格", "中性") for number in range(5)]
    texts = [(number, review.text) for number, review in enumerate(REVIEWS)] + [(99, "表中没有这一条")]
    for name, header, rows in (
        ("labels", ("id", "Categories", "Polarities"), labels),
        ("reviews", ("id", "Reviews"), texts),
    ):
        with (folder / f"Train_makeup_{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([header, *rows])
    return folder


def write_intents(folder: Path) -> Path:
    """Buyers' sentences of three intents, twelve to learn from and three held out."""
    folder.mkdir(parents=True, exist_ok=True)
    goods = ("台灯", "书包", "花瓶", "被套", "手表")
    ask = (("催发货", "我的{}怎么还不发货"), ("退款", "{}我不要了请退款"), ("问尺寸", "{}的尺寸是多大"))
    rows = [{"sentence": form.format(good), "label_des": name} for good in goods for name, form in ask]
    write_lines(folder / "train.json", rows[:12])
    write_lines(folder / "dev.json", rows[12:])
    return folder
