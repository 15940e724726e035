"""Annotation: which reviews to read next, what readers wrote, how far they agree."""
