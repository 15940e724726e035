"""Text: one written form, words, and whether a review is worth counting."""

from review_mining.text.judge import Judge
from review_mining.text.normalise import Normalised, content_of, normalise, normalise_all
from review_mining.text.segment import Segmenter, stop_words

__all__ = ["Judge", "Normalised", "Segmenter", "content_of", "normalise", "normalise_all", "stop_words"]
