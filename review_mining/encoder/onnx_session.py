"""Opening exported models: ONNX Runtime sessions, tokenizers, and what goes around the tokens of a text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from review_mining.errors import ModelError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

_UNUSED_OPTIMISERS = ["SkipLayerNormFusion"]
"""Its fused node takes seven times as long on processors as the two that it replaces."""


@dataclass(frozen=True)
class Framing:
    """What goes around the tokens of a text.

    Attributes:
        first, last: special tokens at the beginning and the end.
        filler: token that fills up shorter rows of a batch.
        max_tokens: longest row; longer texts keep their beginning and their end.
    """

    first: int
    last: int
    filler: int
    max_tokens: int


def load_tokenizer(path: Path) -> Tokenizer:
    """Read ``tokenizer.json``; nothing is cut off or filled up.

    Raises:
        ModelError: the file is damaged.
    """
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises nothing narrower
        raise ModelError(f"{path}: is damaged: {error}") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def framing_of(path: Path, tokenizer: Tokenizer, max_tokens: int) -> Framing:
    """What ``config.json`` and the tokenizer say of a row.

    Raises:
        ModelError: a file is damaged or puts other than two tokens around a text.
    """
    try:
        config: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        filler, longest = int(config.get("pad_token_id") or 0), int(config["max_position_embeddings"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{path}: is damaged: {error!r}") from error
    special = tokenizer.encode("").ids
    if len(special) != 2:
        raise ModelError(f"{path.with_name('tokenizer.json')}: puts {len(special)} tokens around a text, not 2.")
    return Framing(special[0], special[1], filler, min(max_tokens, longest))


def open_session(path: Path, kind: str, form: int) -> InferenceSession:
    """Open an ONNX file on one thread.

    Args:
        path: the file.
        kind: of model that its metadata must name.
        form: number of the format, likewise.

    Raises:
        ModelError: the file is damaged or something else.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    try:
        session = onnxruntime.InferenceSession(
            path, options, providers=["CPUExecutionProvider"], disabled_optimizers=_UNUSED_OPTIMISERS
        )
        described = session.get_modelmeta().custom_metadata_map
    except Exception as error:  # the library's errors have no common base of their own
        raise ModelError(f"{path}: is damaged: {error}") from error
    if (described.get("kind"), described.get("format")) != (kind, str(form)):
        raise ModelError(f"{path}: not a model of kind {kind}, format {form}.")
    return session
