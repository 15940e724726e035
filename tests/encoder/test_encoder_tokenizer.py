from __future__ import annotations

from pathlib import Path

import invented_texts
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import AutoTokenizer, PreTrainedTokenizerFast

from review_mining.encoder.tokenizer import SPECIAL_TOKENS, train_tokenizer

_HAN = sorted({char for review in invented_texts.REVIEWS for char in review.text if char != "，"})
_FULL_WIDTH = "".join(chr(code + 0xFEE0) for code in range(0x21, 0x7F))
_HALF_WIDTH = str.maketrans({char: chr(ord(char) - 0xFEE0) for char in _FULL_WIDTH})
_KNOWN = st.text(st.sampled_from([*_HAN, *"0123456789０１２３４５６７８９，,"]), max_size=30)


def test_special_tokens_come_first(tokenizer: PreTrainedTokenizerFast) -> None:
    assert tokenizer.convert_tokens_to_ids(list(SPECIAL_TOKENS)) == [0, 1, 2, 3, 4]
    ids = tokenizer("好看")["input_ids"]
    assert (ids[0], ids[-1], len(ids)) == (tokenizer.cls_token_id, tokenizer.sep_token_id, 4)
    pair = tokenizer("好看", "不贵")["input_ids"]
    assert pair.count(tokenizer.sep_token_id) == 2


def test_han_characters_and_digits_stand_alone(tokenizer: PreTrainedTokenizerFast) -> None:
    assert tokenizer.tokenize("很好看，128元") == ["很", "好", "看", ",", "1", "2", "8", "[UNK]"]
    assert tokenizer.tokenize("2024") == ["2", "0", "2", "4"]


def test_latin_words_are_pieced_in_lower_case(tokenizer: PreTrainedTokenizerFast) -> None:
    pieces = tokenizer.tokenize("Chargings")
    assert len(pieces) > 1
    assert pieces[0] + "".join(piece.removeprefix("##") for piece in pieces[1:]) == "chargings"
    assert tokenizer.tokenize("IPHONE") == tokenizer.tokenize("iphone") == ["iphone"]


def test_full_width_forms_are_folded(tokenizer: PreTrainedTokenizerFast) -> None:
    assert tokenizer.tokenize("ＵＳＢ１２") == tokenizer.tokenize("usb12")
    assert "[UNK]" not in tokenizer.tokenize("ＵＳＢ１２")


def test_what_was_never_seen_is_unknown(tokenizer: PreTrainedTokenizerFast) -> None:
    assert tokenizer.tokenize("好龘看") == ["好", "[UNK]", "看"]


def test_the_rarest_characters_are_left_out_where_there_is_no_room() -> None:
    rare = "甲乙丙丁戊己庚辛壬癸子丑"
    small = train_tokenizer(["好" * 9, rare], vocab_size=12, min_frequency=1)
    assert small.tokenize("好") == ["好"]
    assert "[UNK]" in small.tokenize(rare)


@given(_KNOWN)
@settings(max_examples=60, deadline=None)
def test_offsets_point_at_the_token(tokenizer: PreTrainedTokenizerFast, text: str) -> None:
    encoded = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
    tokens = tokenizer.convert_ids_to_tokens(encoded["input_ids"])
    spans = [text[start:end].translate(_HALF_WIDTH) for start, end in encoded["offset_mapping"]]
    assert spans == [token.translate(_HALF_WIDTH) for token in tokens]
    assert [end - start for start, end in encoded["offset_mapping"]] == [1] * len(text)


def test_a_saved_tokenizer_is_the_same(tokenizer: PreTrainedTokenizerFast, tmp_path: Path) -> None:
    tokenizer.save_pretrained(tmp_path)
    again = AutoTokenizer.from_pretrained(tmp_path)
    texts = [*invented_texts.corpus(20), "ＵＳＢ１２ Chargings 龘"]
    first = tokenizer(texts, return_offsets_mapping=True)
    second = again(texts, return_offsets_mapping=True)
    assert first["input_ids"] == second["input_ids"]
    assert first["offset_mapping"] == second["offset_mapping"]
    assert list(first) == list(second)
    assert again.pad_token_id == 0
    assert again.mask_token == "[MASK]"
