"""Street addresses in Chinese text: a road with a house number, or a named estate with a building."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NUMBER = r"[0-9０-９一二三四五六七八九十百A-Za-z]{1,5}(?:-[0-9]{1,4})?"
_DETAIL = (
    rf"(?:[ ，,]?{_NUMBER}(?:号楼|号院|号|栋|幢|弄|单元|室|楼|层|座|门|户|房)){{0,5}}"
    r"(?:[0-9]{3,4}(?![0-9.元块天年月]))?"
)
_ROAD = (
    r"(?:(?<![走电线思网公道在上半])路|街|大道|巷|胡同|弄)(?:[东西南北中](?:段|路)?|[一二三四五六七八九十]段)?"
    r"\s?[0-9０-９]{1,5}(?:-[0-9]{1,4})?\s?(?:号(?![线色店机])[楼院]?|弄)"
)
_ESTATE = (
    r"(?:小区|花园|家园|公寓|苑|大厦|新城|新村|山庄|华庭|雅居|公馆|佳苑|[一二三四五六七八九十]区)"
    rf"\s?{_NUMBER}(?:号楼|栋|幢|座|单元)"
)
_CORE = re.compile(rf"(?:{_ROAD}|{_ESTATE}){_DETAIL}")
_MAY_HOLD = re.compile("[0-9０-９一二三四五六七八九十A-Za-z] ?(?:号|栋|幢|弄|座|单元)")
_PLACE = re.compile("[㐀-鿿]{0,28}$")
_BEFORE = re.compile(
    "(?:我家|家住|货人|件人|公司|麻烦|取件|退货|发往|楼下|[在到至住是寄址往给去来写填的了从我他她送]|(?<!解)放)"
)


def find_addresses(text: str) -> Iterator[tuple[int, int]]:
    """Find street addresses.

    An address begins after the nearest word that leads into one (住, 到, 寄…) or a character that is no Han, and needs
    at least one character of a name before its road or estate.

    Yields:
        Start and end, half-open, in reading order and without overlap.
    """
    if not _MAY_HOLD.search(text):
        return
    end = 0
    for core in _CORE.finditer(text):
        start = _start(text[max(end, core.start() - 28) : core.start()], core.start())
        if start < core.start():
            yield start, core.end()
            end = core.end()


def _start(before: str, core: int) -> int:
    place = _PLACE.search(before)
    name = place[0] if place else ""
    for lead in _BEFORE.finditer(name):
        name_after = name[lead.end() :]
        if not _BEFORE.search(name_after):
            return core - len(name_after)
    return core - len(name)
