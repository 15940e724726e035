"""Patterns of what people draw instead of write: emoji and kaomoji.

Emoji follow the sequence grammar of Unicode Technical Standard 51 (ED-17): flags, keycaps, skin tones, joined families
and tag sequences are one unit each. Kaomoji have no standard: two families are known here, faces in brackets such as
``(╯°□°)╯`` and a short list of bare faces such as ``^_^`` and ``T_T``.
"""

from __future__ import annotations

import re

_BASE = (
    "[\U0001f000-\U0001f1e5\U0001f200-\U0001faff\u2600-\u2604\u2607-\u27bf\u231a\u231b\u23e9-\u23f3\u23f8-\u23fa"
    "\u2b1b\u2b1c\u2b50\u2b55\u3030\u303d\u3297\u3299]"
)
_PRESENTED = "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2934\u2935\u25aa-\u25fe\u2328\u23cf\u24c2]\ufe0f"
_ELEMENT = f"(?:{_PRESENTED}|{_BASE}[\ufe0e\ufe0f]?[\U0001f3fb-\U0001f3ff]?(?:[\U000e0020-\U000e007e]+\U000e007f)?)"

EMOJI = f"(?:[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3|{_ELEMENT}(?:\u200d{_ELEMENT})*|[\U0001f1e6-\U0001f1ff])"
"""Regular expression of one emoji."""

_FACE = r"\^_﹏▽∀□д△ωз∇﹃▂ᴗ‿◡◠⌒≧≦><╥╯╰◕⊙●∩￣ˊˋ´｀・ｏᵔ"
_ARM = r"[╭╮╰╯ヾノゞづ√乂Σσ凸]"
_BODY = r"[^\w\s()（）,，。、!！?？:：\"“”《》\[\]]|[oOтTtvVuUqQxXдωзДノヽᴥᴗᵔ_;；]"
_BRACKETED = rf"{_ARM}?[(（](?=[^()（）]{{0,10}}[{_FACE}])(?:{_BODY}){{2,11}}[)）](?:[~～]?{_ARM})?"
_BARE = r"\^[_.oω▽]?\^|>[_.﹏]+<|T[_﹏]+T|=_+=|-_+-|⊙[▽﹏_o]⊙|〒[▽_]〒|(?<![a-z0-9])(?:Q[_AW]Q|orz)(?![a-z0-9])"

KAOMOJI = f"(?:{_BRACKETED}|(?i:{_BARE}))"
"""Regular expression of one kaomoji, before or after normalisation."""

SYMBOL = re.compile(f"{EMOJI}|{KAOMOJI}")
"""One emoji or kaomoji."""
