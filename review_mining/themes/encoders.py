"""Encoders by name: the bundled one, a directory of this project's, or a model of model2vec or sentence-transformers.

What a directory holds tells which library reads it. A name that is no directory is looked for on the Hugging Face hub,
where only the two small files that tell are fetched before the library is asked to fetch the rest.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from review_mining.encoder.runtime import FILES, Encoder
from review_mining.errors import MissingExtraError, ModelError
from review_mining.themes.vectors import Encode, bundled_encoder

_EXTRA = "embeddings"
_CONFIG, _MODULES = "config.json", "modules.json"


def load_encoder(name: str) -> Encode:
    """The encoder of a name.

    Args:
        name: empty for the bundled encoder; else a directory, or a model on the hub such as
            ``minishlab/potion-multilingual-128M``.

    Raises:
        ModelError: it is neither, or the directory is of no known kind or damaged.
        MissingExtraError: the library that reads it is not installed.
    """
    if not name:
        return bundled_encoder()
    directory = Path(name) if Path(name).is_dir() else _described_on_hub(name)
    # A model2vec directory may hold the other library's file too, so that both can read it.
    if _model_type(directory / _CONFIG) == "model2vec":
        return _model2vec(name)
    if (directory / _MODULES).is_file():
        return _sentence_transformers(name)
    if (directory / FILES["int8"]).is_file():
        return Encoder.from_pretrained(directory).encode
    raise ModelError(
        f"{name}: is no encoder of a known kind.\n"
        f"  It needs {FILES['int8']} (this project's export), a {_CONFIG} of model2vec, or {_MODULES} "
        "(sentence-transformers)."
    )


def _model_type(config: Path) -> object:
    if not config.is_file():
        return None
    try:
        content = json.loads(config.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{config}: is damaged: {error}") from error
    return content.get("model_type") if isinstance(content, dict) else None


def _described_on_hub(name: str) -> Path:
    """A directory with what tells the kind of a model on the hub."""
    try:
        from huggingface_hub import snapshot_download
    except ImportError as error:
        raise MissingExtraError("huggingface_hub", _EXTRA) from error
    try:
        return Path(str(snapshot_download(name, allow_patterns=[_CONFIG, _MODULES])))
    except (OSError, ValueError) as error:
        raise ModelError(f"{name}: is neither a directory nor a model that the hub gives: {error}") from error


def _model2vec(name: str) -> Encode:
    try:
        from model2vec import StaticModel
    except ImportError as error:
        raise MissingExtraError("model2vec", _EXTRA) from error
    model = StaticModel.from_pretrained(name)
    # Other processes would cost more than they save: callers come in blocks.
    return lambda texts: np.asarray(model.encode(list(texts), use_multiprocessing=False), dtype=np.float32)


def _sentence_transformers(name: str) -> Encode:
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise MissingExtraError("sentence_transformers", _EXTRA) from error
    model = SentenceTransformer(name)
    return lambda texts: np.asarray(model.encode(list(texts), show_progress_bar=False), dtype=np.float32)
