"""The section that puts products and SKUs side by side."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from review_mining.report.agenda import MAX_SHEETS
from review_mining.report.sections.index import plotted
from review_mining.report.sections.names import Content, Names, View
from review_mining.report.words import Words


def view(content: Content, words: Words, names: Names) -> View:
    """Values for ``products.html.j2``."""
    groups = {part["dimension"]: part for part in content["insight"]["breakdown"]}
    products = groups.get("product_id", {"values": [], "not_shown": 0})
    skus = groups.get("sku", {"values": [], "not_shown": 0})
    entries = [
        (value, content["products"].get(value["value"]) or value["value"], False) for value in products["values"]
    ]
    entries += [(value, value["value"], True) for value in skus["values"]]
    aspects = sorted(entries[0][0]["scores"], key=lambda name: name != "total") if entries else []
    return {
        "product_figures": [_figure(aspect, entries, words, names) for aspect in aspects],
        "products_left_out": products["not_shown"],
        "skus_left_out": skus["not_shown"],
        "sheets": [
            (f"meeting/{quote(sheet['file'])}", names.product(sheet["product"], content))
            for sheet in content["meeting"]
        ],
        "max_sheets": MAX_SHEETS,
    }


def _figure(aspect: str, entries: list[tuple[dict[str, Any], str, bool]], words: Words, names: Names) -> View:
    figures = [(value["scores"][aspect], value["value"], name, is_sku) for value, name, is_sku in entries]
    return {
        "aspect": aspect,
        "name": names.aspect(aspect),
        "title": words.text("products.chart", aspect=names.aspect(aspect)),
        "n": sum(value["n"] for value, _, is_sku in entries if not is_sku)
        or sum(value["n"] for value, _, _ in entries),
        "rows": [_row(figure, name, "" if is_sku else key, is_sku, words) for figure, key, name, is_sku in figures],
        "table": [
            (
                "" if is_sku else name,
                name if is_sku else "",
                words.score(figure["score"]),
                words.between(figure["low"], figure["high"]),
                words.count(figure["n"]),
            )
            for figure, _, name, is_sku in figures
        ],
    }


def _row(figure: dict[str, Any], name: str, identity: str, indent: bool, words: Words) -> View:
    return {
        "name": name,
        "id": identity if identity != name else "",
        "indent": indent,
        "plot": plotted(figure, name, words),
        "claimed": figure["score"] is not None,
        "score": words.score(figure["score"]),
        "interval": words.between(figure["low"], figure["high"]),
        "n": figure["n"],
    }
