"""What of a complaint carries its meaning: its content words, and its text without fillers.

Negation stays on the word it negates (``不`` + ``制冷`` → ``不制冷``), because 制冷 and 不制冷 are opposite news.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Protocol

LONGEST = 120
"""Characters of a span that are read; what follows in a longer one adds no further complaint."""

NEGATIONS = frozenset(
    "不 没 没有 未 无 别 无法 不能 不会 不给 不让 不可以 没法 没人 不是 从不 从未 毫无 并不 并未 都不 都没 也不 还不 还没".split()
)
_PLAIN_NEGATION = {"没有": "没", "无法": "不能", "没法": "不能", "未": "没", "并不": "不", "并未": "没", "都不": "不"}
_PLAIN_NEGATION |= {"都没": "没", "也不": "不", "还不": "不", "还没": "没", "从未": "没", "毫无": "没"}

FILLERS = frozenset(
    """的 了 着 过 地 得 吧 吗 呢 啊 呀 嘛 哦 哈 啦 哟 呗 么 唉 哎 额 嗯 咯 之 所 而 且 与 及 或 和 跟 同 把 被 将 让 给 对 对于 关于 在 从 向 到
    是 就是 都是 还是 也是 真是 算是 只是 不过 但是 但 可是 然而 而且 并且 因为 所以 由于 如果 虽然 结果 然后 于是 最后 后来 反正 其实 另外 还有 以及
    我 我们 俺 咱 咱们 自己 本人 个人 你 你们 您 他 他们 她 它 它们 人家 大家 这 这个 这样 这种 这么 这款 这家 这里 此 那 那个 那样 那么 那种 哪 什么 怎么 啥 某
    很 太 真 真的 真心 超 超级 特 特别 挺 蛮 好 非常 十分 极 极其 极度 相当 实在 实在是 简直 简直是 有点 有点儿 有些 一点 一点儿 些 比较 最 更 更加 完全 根本 确实 的确
    都 也 还 又 就 才 便 再 已 已经 居然 竟然 竟 竟是 果然 总是 老是 一直 经常 感觉 觉得 认为 以为 发现 说 看 看着 看到 一 一个 一下 一样 个 种 次 里 上 下 中 时 时候
    可以 能 会 要 想 去 来 用 买 使用 收到 起来 出来 东西 产品 商品 宝贝 可能 应该 估计 好像 似乎 不得不 呵呵 哈哈 呜呜 以后 之后 现在 今天 昨天 目前 个月 天 多 几 两 有""".split()
)
"""Words that say how strongly, by whom or when, not what is wrong."""

_NOISE = re.compile(r"[\W_]+")
_FILLER_CHARACTERS = re.compile(
    r"非常|特别|十分|实在|简直|有点儿?|有些|居然|竟然|已经|而且|但是|[的了着吧吗呢啊呀嘛哦啦哈很太真超挺还都也又就才]"
)


class Words(Protocol):
    """Anything that splits texts into words, such as ``review_mining.text.Segmenter``."""

    def __call__(self, texts: Iterable[str]) -> list[list[str]]:
        """Tokens of each text, in order."""
        ...


def key(span: str) -> str:
    """Spans with one key are the same complaint: case, width, punctuation, emoji and blanks do not count."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", span[:LONGEST]).lower())


def core_text(text: str) -> str:
    """A key without particles and intensifiers, or the key itself where nothing else is in it."""
    return _FILLER_CHARACTERS.sub("", text) or text


def content_words(tokens: Iterable[str]) -> list[str]:
    """Words that say what is wrong, each with the negation before it.

    Args:
        tokens: words of one span, punctuation and function words included.
    """
    words: list[str] = []
    negation = ""
    for token in (token.strip().lower() for token in tokens):
        if token in NEGATIONS:
            negation = _PLAIN_NEGATION.get(token, token)
        elif token not in FILLERS and not _NOISE.fullmatch(token) and token:
            words.append(negation + token)
            negation = ""
    if negation and not words:
        words.append(negation)
    return words
