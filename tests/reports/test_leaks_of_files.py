"""Made-up files with the same persons in every corner: no output shows what was found in them."""

from __future__ import annotations

import io
import random
import re
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment

from reviewer.cli import main
from reviewer.identifiers import resident_id
from reviewer.model import Result
from reviewer.reports import FORMATS
from reviewer.text.mask import SHOWN
from tests.readers import make_docx
from tests.reports import drafts
from tests.reports.test_reports import report, seen

_SURNAMES = ["欧阳", "司徒", "钟离", "闻人", "陈", "魏", "蒋", "沈"]
_GIVEN = ["墨白", "一诺", "秀兰", "建军", "若彤", "海燕"]
_VILLAGES = ["青禾县柳溪镇河湾村", "梅林县石塘镇下庄村", "清溪县大圩镇上坝村"]


@dataclass(frozen=True)
class Person:
    name: str
    number: str
    phone: str
    address: str
    card: str

    def values(self) -> tuple[str, ...]:
        return self.name, self.number, self.phone, self.address, self.card


def person(chance: random.Random) -> Person:
    first = (
        f"3401021{chance.choice('9')}0{chance.randrange(6)}{chance.randrange(1, 13):02d}{chance.randrange(1, 29):02d}"
    )
    first += f"{chance.randrange(1000):03d}"
    number = next(first + last for last in "0123456789X" if resident_id.is_valid(first + last))
    phone = f"1{chance.choice('35789')}{chance.randrange(10**9):09d}"
    start = f"622848{chance.randrange(10**12):012d}"
    card = next(start + last for last in "0123456789" if _luhn(start + last))
    name = chance.choice(_SURNAMES) + chance.choice(_GIVEN)
    address = f"{chance.choice(_VILLAGES)}{chance.randrange(1, 30)}组{chance.randrange(10, 900)}号"
    return Person(name, number, phone, address, card)


def _luhn(digits: str) -> bool:
    doubled = [int(d) * (1 + k % 2) for k, d in enumerate(reversed(digits))]
    return sum(d - 9 * (d > 9) for d in doubled) % 10 == 0


def notice(one: Person, other: Person) -> bytes:
    # One finding stands in the other's quotation; the second mention has no cue word.
    return (
        f"关于{one.name}信访事项的答复\r\n{one.name}，男，身份证号{one.number}，住{one.address}，电话{one.phone}。"
        f"经查，{other.name}（公民身份号码：{other.number}）患有尿毒症，联系电话：{other.phone}，"
        f"银行卡号：{other.card}。另据{one.name}反映，{one.number[:6]} {one.number[6:14]} {one.number[14:]} 有误，"
        f"请与{other.phone[:3]}-{other.phone[3:7]}-{other.phone[7:]}联系。\r\n"
    ).encode("gb18030")


def decision(one: Person, other: Person) -> bytes:
    run, paragraph = make_docx.run, make_docx.paragraph
    deleted = (
        f'<w:del w:id="9" w:author="{other.name}"><w:r><w:delText>身份证号{other.number}</w:delText></w:r></w:del>'
    )
    note = f'<w:comment w:id="0" w:author="{one.name}" w:initials="x">{paragraph(run("举报人" + one.name + "，电话" + one.phone))}</w:comment>'
    half = len(one.number) // 2
    body = paragraph(
        run("当事人：" + one.name + "，身份证号码："), run(one.number[:half]), run(one.number[half:]),
        run(f"，住{one.address}。证人{other.name}，电话{other.phone}。"), deleted,
    )  # fmt: skip
    return make_docx.docx(
        body,
        links=[("comments", "comments.xml")],
        parts={"word/comments.xml": make_docx.root("w:comments", note)},
    )


def register(one: Person, other: Person) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "名单"
    sheet.append(["姓名", "身份证号", "手机号码", "银行卡号", "家庭住址", f"经办人{one.name}"])
    for each in (one, other):
        sheet.append([each.name, each.number, each.phone, each.card, each.address, "=1+1"])
    sheet["A2"].comment = Comment(f"{one.name}已死亡，电话{other.phone}", other.name)
    hidden = book.create_sheet(f"{one.name}{one.phone}")
    hidden.sheet_state = "hidden"
    hidden.append([f"身份证号{other.number}", f"+86{other.phone}", f'=HYPERLINK("tel:{one.phone}")'])
    book.properties.creator = other.name
    book.properties.title = f"{one.name}的低保金"
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def page(one: Person, other: Person) -> bytes:
    return (
        f'<meta charset="utf-8"><title>{one.name}的答复</title><!-- 身份证号{one.number} -->'
        f"<table><tr><th>姓名<th>电话<th>身份证号<tr><td>{other.name}<td>{other.phone}<td>{other.number}</table>"
        f'<input type="hidden" name="phone" value="{one.phone}"><a href="tel:{other.phone}">电话</a>'
        f'<p title="{one.address}">信访人<b>{one.name[:1]}</b>{one.name[1:]}：来信收悉。</p>'
    ).encode()


KINDS = {"txt": notice, "docx": decision, "xlsx": register, "html": page}


def scanned(folder: Path, chance: random.Random) -> list[Result]:
    from tests.scanner import scanner

    one, other = person(chance), person(chance)
    results = []
    for suffix, build in KINDS.items():
        path = folder / f"{chance.choice((one.name, other.phone, '附件'))}的材料.{suffix}"
        path.write_bytes(build(one, other))
        results.append(scanner().file(path, f"案卷/{path.name}"))
    return results


_NOT_FOUND_VALUES = re.compile(r"[0-9a-f]{16,64}")
"""fingerprints and hashes: a made-up number may stand in one by chance"""


def parts_of(value: str) -> set[str]:
    """The value and, of its long numbers, both halves."""
    halves = {value}
    for digits in re.findall("[0-9]{10,}", value):
        halves |= {digits[: len(digits) // 2], digits[len(digits) // 2 :]}
    return halves


@pytest.mark.parametrize("seed", range(6))
def test_no_output_holds_what_was_found(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    results = scanned(tmp_path, chance)
    found = [(r, f) for r in results for f in (*r.findings, *r.name_findings) if f.entity not in SHOWN]
    assert len(found) > 40
    secrets: set[str] = set()
    for result, finding in found:
        written = result.document.text[finding.start : finding.end] if result.document else ""
        secrets |= parts_of(finding.value)
        if finding.part != "filename":
            secrets |= parts_of(written)
    secrets = {secret for secret in secrets if len(secret) > 1 and any(map(str.isalnum, secret))}
    bundle = drafts.bundle(*results)
    for format in FORMATS:
        text = _NOT_FOUND_VALUES.sub("", seen(format, report(format, bundle)))
        if format in ("json", "sarif"):
            for result in results:
                text = text.replace(result.path, "")
        flat = re.sub(r"\s", "", text)
        assert [secret for secret in secrets if secret in text or (len(secret) > 3 and secret in flat)] == []


def test_nothing_is_left_behind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the cache nor the configuration folder nor what is said on the way holds a found value."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    folder = tmp_path / "drafts"
    folder.mkdir()
    results = scanned(folder, random.Random(7))
    (folder / "坏.docx").write_bytes(b"PK\x03\x04 13900000001")
    output = tmp_path / "out"
    assert main(["scan", str(folder), "--format", "json,html,xlsx,sarif", "-o", f"{output}/"]) == 13
    said = capsys.readouterr()
    secrets = {f.value for r in results for f in r.findings if f.entity not in SHOWN and len(f.value) > 3}
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and folder not in path.parents]
    assert {path.parent.name for path in kept} >= {"reviewer", "out"}
    for text in (
        said.out,
        said.err,
        *(path.read_bytes().decode("utf-8", "replace") for path in kept if path.suffix not in (".json", ".sarif")),
    ):
        assert [secret for secret in secrets if secret in text] == []
