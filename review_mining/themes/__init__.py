"""Themes: like complaints grouped, named and recognised again."""

from review_mining.themes.model import COLUMNS, ThemeModel
from review_mining.themes.quotes import quotes_from
from review_mining.themes.vectors import SpanVectors

__all__ = ["COLUMNS", "SpanVectors", "ThemeModel", "quotes_from"]
