"""What the tests of the encoder share."""

from __future__ import annotations

from collections.abc import Iterator

import datasets
import invented_texts
import pytest
from transformers import PreTrainedTokenizerFast


@pytest.fixture(scope="module")
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The ``datasets`` library keeps nothing of a test in the user's home."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path_factory.mktemp("cache"))
        datasets.disable_progress_bars()
        yield


@pytest.fixture(scope="session")
def tokenizer() -> PreTrainedTokenizerFast:
    return invented_texts.tokenizer()
