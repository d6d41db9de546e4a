"""Pictures of identity cards and other certificates, of signatures, fingerprints and private seals.

They are told by the words that are printed on them or stand beside them: only text recognised in a picture counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from re import Match

from reviewer.detect.candidate import Candidate
from reviewer.detect.compiled import Compiled
from reviewer.model import Block, Document
from reviewer.prepared.patterns import compiled

_NUMBER = compiled("公民身份号码|公民身份证号码?")
_FRONT = compiled("姓[ \u3000]{0,3}名|性[ \u3000]{0,3}别|民[ \u3000]{0,3}族|出[ \u3000]{0,3}生|住[ \u3000]{0,3}址")
_BACK = compiled("签发机关")
_VALID = compiled("有效期限")
_PAPERS = (
    (compiled("机动车驾驶证|Driving License"), compiled("准驾车型|初次领证日期|Class")),
    (compiled("中华人民共和国护照|PASSPORT|Passport"), compiled("护照号|Passport No|P<CHN")),
    (compiled("中华人民共和国残疾人证|残疾人证号"), compiled("残疾类别|残疾等级")),
    (compiled("社会保障卡"), compiled("社会保障号码|发卡日期")),
    (compiled("(?:往来港澳|往来台湾|来往内地|来往大陆)通行证"), compiled("证件号码|有效期限")),
    (compiled("中华人民共和国(?:军官|士兵|文职干部|人民警察)证|人民警察证"), compiled("编号|警号|部别|部职别")),
)
"""certificates with a portrait: what they are called, and what is printed on them beside it"""
_SIGNER = (
    "领取人|领款人|收款人|户主|农户|村民|承包方|被征收人|被征地农户|权利人|当事人|申请人|信访人|投诉人|举报人|被询问人|证人|见证人|"
    "监护人|家长|代理人|受委托人|委托人|本人|患者|家属"
)
_LABEL_ENDS = "(?=[ \u3000]{0,2}(?:[：:（(）)\t\n]|$))"
_SIGNED = compiled(
    f"(?:{_SIGNER})[ \u3000]{{0,2}}(?:[（(][^（）()\n]{{1,8}}[）)])?[ \u3000]{{0,2}}"
    f"(?:签名|签字|签章|画押){_LABEL_ENDS}"
)
"""as a form has it: a sentence that speaks of signing goes on behind the word"""
_PRINT = compiled(f"(?:捺指印|捺手印|按指印|按手印|摁手印|捺印|指印){_LABEL_ENDS}")
_MARKS = ((_SIGNED, "signature-picture"), (_PRINT, "signature-picture"))
_SEAL = compiled("(?<![\u3400-\u9fff])[\u3400-\u9fff]{2,3}(?:之印|私印|印信)(?![\u3400-\u9fff])")
"""a private seal says whose it is (张三之印): that of an office has a longer name"""
_ENOUGH = 3
"""of the five other words of the front: on a photograph one or two are not recognised"""


def shown_persons(document: Document, rules: Compiled) -> Iterator[Candidate]:
    """Candidates for what pictures show of persons beside their names and numbers."""
    yield from card_pictures(document, rules)
    for blocks in _pictures(document):
        start, end = blocks[0].start, blocks[-1].end
        for name, print_ in _PAPERS:
            head = name.search(document.text, start, end)
            if head is not None and print_.search(document.text, start, end):
                yield from _candidate(rules, "certificate-picture", head)
                break
        for expression, rule in (*_MARKS, (_SEAL, "seal-picture")):
            for block in blocks:
                for found in expression.finditer(document.text, block.start, block.end):
                    yield from _candidate(rules, rule, found)


def _pictures(document: Document) -> Iterator[list[Block]]:
    """The recognised blocks of each picture."""
    shown = (block for block in document.blocks if block.recognised)
    for _, some in groupby(shown, key=lambda block: (block.source, block.locator.page)):
        yield list(some)


def _candidate(rules: Compiled, name: str, found: Match[str]) -> Iterator[Candidate]:
    rule = rules.book.by_id(name)
    if rule is not None:
        yield Candidate(
            rule, found.start(), found.end(), found[0], "plain", confidence="certain", severity=rule.severity,
            message=rule.message or rule.title,
        )  # fmt: skip


def card_pictures(document: Document, rules: Compiled) -> Iterator[Candidate]:
    """One candidate for each picture that shows the front or the back of a resident identity card (GA 490)."""
    rule = rules.book.by_id("id-card-picture")
    if rule is None:
        return
    for blocks in _pictures(document):
        start, end = blocks[0].start, blocks[-1].end
        number = _NUMBER.search(document.text, start, end)
        words = {"".join(match[0].split()) for match in _FRONT.finditer(document.text, start, end)}
        back = _BACK.search(document.text, start, end)
        if number is None or len(words) < _ENOUGH:
            number = back if back is not None and _VALID.search(document.text, start, end) else None
        if number is not None:
            yield from _candidate(rules, rule.id, number)
