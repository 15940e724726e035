from __future__ import annotations

from collections.abc import Sequence

import invented_texts
import numpy as np
import numpy.typing as npt
import torch
from transformers import PreTrainedTokenizerFast

from review_mining.encoder.cooccurrence import TokenStream, contextual_vectors, frequent_units
from review_mining.encoder.initialisation import initialise
from review_mining.encoder.labelled import LabelledTexts
from review_mining.encoder.linear_prior import reduced
from review_mining.encoder.modeling import ReviewEncoderModel
from review_mining.encoder.ngram_index import codes_of, window
from review_mining.encoder.training_config import InitialisationConfig

_ROOMY = {"ngram_rows": 4000, "ngram_buckets": 9000}


def _cosine(one: npt.NDArray[np.float32], other: npt.NDArray[np.float32]) -> float:
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


def _made_up(pieces: int = 400) -> TokenStream:
    """Tokens 10 and 11 stand among 20 to 24, tokens 12 and 13 among 30 to 34."""
    rng = np.random.default_rng(0)
    made = []
    for number in range(pieces):
        first, around = ((10, 20), (12, 30))[number % 2]
        context = rng.integers(around, around + 5, 4)
        made.append(np.array([2, *context[:2], first + rng.integers(2), *context[2:], 3]))
    return TokenStream.of(made)


def test_a_stream_knows_where_pieces_end() -> None:
    stream = TokenStream.of([np.array([5, 6]), np.array([7])])
    ids, inside = stream.shifted(1)
    assert ids[inside].tolist() == [6]
    ids, inside = stream.shifted(-1)
    assert (ids[inside].tolist(), inside.tolist()) == ([5], [False, True, False])


def test_frequent_units_are_counted_and_placed() -> None:
    stream = TokenStream.of([np.array([2, 7, 8, 7, 8, 3]), np.array([7, 8, 9])])
    found = frequent_units(stream, window(2), min_count=2, most=10, special=5)
    assert found.ngrams.tolist() == [[7, 8]]
    assert found.counts.tolist() == [3]
    assert found.places.tolist() == [-1, -1, 0, -1, 0, -1, -1, 0, -1]
    most = frequent_units(stream, window(1), min_count=1, most=2, special=5)
    assert sorted(most.ngrams.ravel().tolist()) == [7, 8]


def test_tokens_of_the_same_contexts_are_near() -> None:
    stream = _made_up()
    unit = frequent_units(stream, window(1), min_count=5, most=100, special=5)
    (vectors,) = contextual_vectors(stream, [(window(1), unit)], vocab_size=40, window=2, size=6, seed=0)
    rows = {int(token): vectors[place] for place, token in enumerate(unit.ngrams[:, 0])}
    alike = min(_cosine(rows[10], rows[11]), _cosine(rows[12], rows[13]))
    unlike = max(_cosine(rows[one], rows[other]) for one in (10, 11) for other in (12, 13))
    assert alike > 0.8
    assert unlike < 0.5


def _initialised(
    tokenizer: PreTrainedTokenizerFast, tasks: Sequence[LabelledTexts], seed: int = 0, **changes: object
) -> tuple[ReviewEncoderModel, ReviewEncoderModel, TokenStream]:
    """The encoder before, after, and the corpus."""
    before, after = (invented_texts.encoder(vocab_size=len(tokenizer), **_ROOMY) for _ in range(2))
    pieces = [np.array(ids) for ids in tokenizer([*invented_texts.corpus(), *_single()])["input_ids"]]
    stream = TokenStream.of(pieces)
    settings = InitialisationConfig(**{"min_count": 3, "window": 3, **changes})
    initialise(after, stream, tasks, tokenizer, settings, seed)
    return before, after, stream


def _single() -> list[str]:
    return [review.text for review in invented_texts.REVIEWS] * 3


def test_tables_of_frequent_units_are_filled_and_the_rest_kept(tokenizer: PreTrainedTokenizerFast) -> None:
    before, after, stream = _initialised(tokenizer, [])
    counts = np.bincount(stream.ids, minlength=len(tokenizer))
    changed = (before.embeddings.characters.weight != after.embeddings.characters.weight).any(dim=1).numpy()
    assert changed[5:].tolist() == (counts[5:] >= 3).tolist()
    assert not changed[:5].any()
    for order in (2, 3):
        for ngram in frequent_units(stream, window(order), min_count=3, most=60_000, special=5).ngrams:
            row = _row(after, ngram.tolist())
            assert (before.embeddings.ngrams.weight[row] != after.embeddings.ngrams.weight[row]).any()
    in_use = int((after.embeddings.code_of_row >= 0).sum())
    assert torch.equal(before.embeddings.ngrams.weight[in_use + 1 :], after.embeddings.ngrams.weight[in_use + 1 :])
    spread = after.embeddings.characters.weight[torch.from_numpy(np.flatnonzero(changed))].square().mean().sqrt()
    assert 0.05 < spread.item() < 0.15


def test_evidence_tells_good_from_bad(tokenizer: PreTrainedTokenizerFast) -> None:
    task = invented_texts.polarity_task()
    _, after, _ = _initialised(tokenizer, [task])
    good, bad = (
        after.evidence.of_ngram[_row(after, tokenizer.convert_tokens_to_ids(list(pair)))] for pair in ("好看", "难看")
    )
    assert good[0] > 0.05
    assert bad[0] < -0.05
    assert not good[1:].any()  # one task with one answer fills one column
    assert after.evidence.of_token[tokenizer.convert_tokens_to_ids("难")][0] < 0
    before, without, _ = _initialised(tokenizer, [])
    assert torch.equal(before.evidence.of_ngram, without.evidence.of_ngram)


def test_little_room_goes_to_telling_and_frequent_ngrams(tokenizer: PreTrainedTokenizerFast) -> None:
    task = invented_texts.polarity_task()
    _, all_known, stream = _initialised(tokenizer, [task])
    model = invented_texts.encoder(vocab_size=len(tokenizer), ngram_rows=41, ngram_buckets=9000)
    settings = InitialisationConfig(min_count=3, window=3, telling_share=0.5)
    initialise(model, stream, [task], tokenizer, settings, 0)
    known = model.embeddings.code_of_row
    assert int((known >= 0).sum()) == 40
    assert set(known.tolist()) <= set(all_known.embeddings.code_of_row.tolist())
    bigrams = frequent_units(stream, window(2), min_count=3, most=1, special=5)
    assert _row(model, bigrams.ngrams[0].tolist())
    assert model.evidence.of_ngram[_row(model, tokenizer.convert_tokens_to_ids(["难", "看"]))][0] < -0.05


def test_noise_where_nothing_shall_be_filled(tokenizer: PreTrainedTokenizerFast) -> None:
    before, after, _ = _initialised(tokenizer, [], filled=False)
    assert torch.equal(before.embeddings.ngrams.weight, after.embeddings.ngrams.weight)
    assert (after.embeddings.code_of_row >= 0).any()


def _row(model: ReviewEncoderModel, ngram: list[int]) -> int:
    code = int(codes_of(np.array([ngram]), model.config.vocab_size)[0])
    (row,) = np.flatnonzero(model.embeddings.code_of_row.numpy() == code)
    return int(row)


def test_labels_of_reserved_rows_have_no_effect(tokenizer: PreTrainedTokenizerFast) -> None:
    task = invented_texts.polarity_task()
    turned = np.where(task.reserved, 1, task.targets).astype(np.float32)
    other = LabelledTexts(task.name, task.kind, task.texts, turned, (), task.reserved, task.sources)
    first, second = (_initialised(tokenizer, [one])[1].state_dict() for one in (task, other))
    assert all(torch.equal(weight, second[name]) for name, weight in first.items())


def test_a_seed_gives_the_same_weights(tokenizer: PreTrainedTokenizerFast) -> None:
    task = invented_texts.polarity_task()
    first, second = (_initialised(tokenizer, [task], seed=3)[1].state_dict() for _ in range(2))
    assert all(torch.equal(weight, second[name]) for name, weight in first.items())


def test_single_outputs_come_first_and_missing_columns_are_zero() -> None:
    rng = np.random.default_rng(0)
    alone, many = rng.normal(size=(30, 1)).astype(np.float32), rng.normal(size=(30, 2)).astype(np.float32)
    found = reduced([many, alone], 5, seed=0)
    np.testing.assert_array_equal(found[:, :1], alone)
    assert np.linalg.matrix_rank(np.concatenate([found[:, 1:3], many], axis=1), tol=1e-3) == 2
    assert not found[:, 3:].any()
