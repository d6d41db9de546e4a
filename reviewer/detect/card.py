"""Pictures of identity cards, told by the words that are printed on them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from reviewer.detect.candidate import Candidate
from reviewer.detect.compiled import Compiled
from reviewer.model import Block, Document
from reviewer.prepared.patterns import compiled

_NUMBER = compiled("公民身份号码|公民身份证号码?")
_FRONT = compiled("姓[ \u3000]{0,3}名|性[ \u3000]{0,3}别|民[ \u3000]{0,3}族|出[ \u3000]{0,3}生|住[ \u3000]{0,3}址")
_BACK = compiled("签发机关")
_VALID = compiled("有效期限")
_ENOUGH = 3
"""of the five other words of the front: on a photograph one or two are not recognised"""


def card_pictures(document: Document, rules: Compiled) -> Iterator[Candidate]:
    """One candidate for each picture that shows the front or the back of a resident identity card (GA 490)."""
    rule = rules.book.by_id("id-card-picture")
    if rule is None:
        return
    shown = (block for block in document.blocks if block.recognised)
    for _, some in groupby(shown, key=lambda block: (block.source, block.locator.page)):
        blocks: list[Block] = list(some)
        start, end = blocks[0].start, blocks[-1].end
        number = _NUMBER.search(document.text, start, end)
        words = {"".join(match[0].split()) for match in _FRONT.finditer(document.text, start, end)}
        back = _BACK.search(document.text, start, end)
        if number is None or len(words) < _ENOUGH:
            number = back if back is not None and _VALID.search(document.text, start, end) else None
        if number is not None:
            yield Candidate(
                rule, number.start(), number.end(), number[0], "plain", confidence="certain", severity=rule.severity,
                message=rule.message or rule.title,
            )  # fmt: skip
