"""The vectors of a vision backbone that the user has (CLIP, DINOv2 …) as features of crops.

Crops enter as they lie: as large as the backbone's own input, never resized. Nothing is downloaded, no code from the
directory runs, and weights are read as safetensors only.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from review_mining.errors import MissingExtraError, ModelError
from review_mining.evidence.pixels.crops import Pixels
from review_mining.evidence.pixels.features import Table

try:
    import torch
    from transformers import AutoConfig, AutoModel
except ImportError as error:
    raise MissingExtraError("transformers", "train") from error

_DEFAULT_MEAN, _DEFAULT_DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Of ImageNet, for a directory without ``preprocessor_config.json``."""


class BackboneFeatures:
    """Pooled vectors of a vision model.

    Args:
        model: takes ``pixel_values``, gives ``pooler_output`` or ``last_hidden_state``.
        side: of its input, in pixels.
        mean, deviation: of its input's channels, from 0–1.
        digest: tells this model from another.
    """

    def __init__(
        self,
        model: Any,  # noqa: ANN401
        side: int,
        mean: tuple[float, ...],
        deviation: tuple[float, ...],
        digest: str,
    ) -> None:
        self._model, self.side = model.eval(), side
        self._mean, self._deviation = (torch.tensor(values).view(1, 3, 1, 1) for values in (mean, deviation))
        self.method = f"backbone-{digest}"

    @classmethod
    def from_directory(cls, directory: Path) -> BackboneFeatures:
        """Open a directory in the format of Hugging Face.

        Raises:
            ModelError: it holds no vision model with safetensors weights.
        """
        try:
            config = AutoConfig.from_pretrained(str(directory), local_files_only=True, trust_remote_code=False)
            vision = getattr(config, "vision_config", config)
            model: Any = AutoModel.from_pretrained(
                str(directory), local_files_only=True, trust_remote_code=False, use_safetensors=True
            )
            side = int(vision.image_size)
            described = directory / "preprocessor_config.json"
            settings = json.loads(described.read_text(encoding="utf-8")) if described.is_file() else {}
            mean, deviation = (
                tuple(float(value) for value in settings.get(name, default))
                for name, default in (("image_mean", _DEFAULT_MEAN), ("image_std", _DEFAULT_DEVIATION))
            )
        except Exception as error:  # the library's errors have no common base
            raise ModelError(f"{directory} holds no vision model that can be probed: {error}") from error
        return cls(getattr(model, "vision_model", model), side, mean, deviation, _digest(directory))

    def __call__(self, crops: Pixels) -> Table:
        """Vectors of crops, shape (crops, side, side, 3) to (crops, hidden)."""
        pictures = torch.from_numpy(crops.copy()).permute(0, 3, 1, 2).float() / 255
        with torch.inference_mode():
            found = self._model(pixel_values=(pictures - self._mean) / self._deviation)
        pooled = getattr(found, "pooler_output", None)
        vectors = found.last_hidden_state[:, 0] if pooled is None else pooled
        return np.asarray(vectors.reshape(len(crops), -1).float().numpy())


def _digest(directory: Path) -> str:
    whole = hashlib.sha256()
    for path in sorted(directory.glob("*.safetensors")):
        with path.open("rb") as file:
            whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()[:16]
