"""How many complaints have found a theme: what belongs nowhere is counted, not folded in."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from review_mining.insight.observations import Flags, Mentions


def leftovers(themes: pa.Table) -> Flags:
    """Which themes hold the leftovers of their sub-aspect. Bool, (themes,)."""
    return np.asarray(themes.column("stability").to_numpy() == 0.0)


def grouping(mentions: Mentions, residual: Flags) -> dict[str, int]:
    """Count the complaints by what has become of them.

    Args:
        mentions: visible mentions.
        residual: bool, (themes,): the theme holds its sub-aspect's leftovers.

    Returns:
        ``complaints``, of which ``in_themes``, ``left_over`` (in groups too small to be a theme) and ``alone`` (like
        no other complaint, or of a sub-aspect without themes).
    """
    theme = mentions.theme[mentions.negative]
    left_over = np.append(residual, False)[theme]
    return {
        "complaints": len(theme),
        "in_themes": int(np.count_nonzero((theme >= 0) & ~left_over)),
        "left_over": int(np.count_nonzero(left_over)),
        "alone": int(np.count_nonzero(theme < 0)),
    }
