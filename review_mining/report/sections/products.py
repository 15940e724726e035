"""The section that puts products and SKUs side by side."""

from __future__ import annotations

from typing import Any

from review_mining.report.sections.index import plotted
from review_mining.report.sections.names import Content, Names, View
from review_mining.report.words import Words


def view(content: Content, words: Words, names: Names) -> View:
    """Values for ``products.html.j2``."""
    products = content["products"]
    aspects = [figure["aspect"] for figure in products["rows"][0]["figures"]] if products["rows"] else []
    aspects.sort(key=lambda aspect: aspect != "total")
    return {
        "product_figures": [_figure(aspect, products["rows"], words, names) for aspect in aspects],
        "products_left_out": products["left_out"],
        "skus_left_out": sum(product["skus_left_out"] for product in products["rows"]),
    }


def _figure(aspect: str, products: list[dict[str, Any]], words: Words, names: Names) -> View:
    rows, table = [], []
    for product in products:
        label = product["name"] or product["product_id"]
        entries = [(product, label, "")] + [(sku, label, sku["sku"]) for sku in product["skus"]]
        for group, name, sku in entries:
            figure = next(f for f in group["figures"] if f["aspect"] == aspect)
            rows.append(_row(figure, sku or name, "" if sku else product["product_id"], bool(sku), words))
            table.append(
                (
                    name,
                    sku,
                    words.score(figure["score"]),
                    words.between(figure["low"], figure["high"]),
                    words.count(figure["n"]),
                )
            )
    return {
        "aspect": aspect,
        "name": names.aspect(aspect),
        "title": words.text("products.chart", aspect=names.aspect(aspect)),
        "n": sum(product["n"] for product in products),
        "rows": rows,
        "table": table,
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
