"""The encoder: a small BERT of Chinese reviews, its training from any corpus, and its inference without torch."""
