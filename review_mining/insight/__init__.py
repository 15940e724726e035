"""From facts and mentions to the figures of the report: the index, its changes, what to fix first, and where."""

from review_mining.insight.analysis import Insight, analyse
from review_mining.insight.metrics import Metrics, load_definitions, read_metrics

__all__ = ["Insight", "Metrics", "analyse", "load_definitions", "read_metrics"]
