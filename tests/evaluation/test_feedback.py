"""False alarms -> counter-examples -> changes of rules, tried before anybody applies them."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from reviewer.evaluation.counterexamples import COVER, Alarm, Counterexample, counterexamples
from reviewer.evaluation.feedback import Effect, Ground, Proposal, Trial, proposals, recommended, with_items
from reviewer.evaluation.labelled import Labelled
from reviewer.readers import read_bytes
from reviewer.rulebook.load import load, rule_in
from reviewer.scanning import Scanner, plain_document
from reviewer.settings import Settings

_SETTINGS = Settings(today=date(2026, 11, 22))
_PHONE = "13911102345"


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner(_SETTINGS, book=load(whole=True))


def _alarms(scanner: Scanner, text: str, entity: str, name: str = "a.txt") -> list[Alarm]:
    """Each finding of the entity in a text as a false alarm."""
    document = plain_document(text, _SETTINGS)
    found = scanner.document(document).findings
    return [Alarm(one.rule, entity, document, one.start, one.end, name) for one in found if one.entity == entity]


def _tried(scanner: Scanner, text: str, entity: str, *labelled: str) -> list[tuple[Proposal, Effect]]:
    examples = counterexamples(scanner, _alarms(scanner, text, entity))
    trial = Trial(scanner, scanner.book, Ground(tuple(_labelled(one) for one in labelled)))
    return [(one, trial.effect(one)) for one in proposals(scanner.book, examples)]


def _labelled(text: str) -> Labelled:
    from reviewer.rulebook.load import marked

    plain, spans = marked(text)
    return Labelled(plain, spans, name="x#1")


@pytest.mark.parametrize(
    ("text", "entity", "wanted"),
    [
        (f"前一句。灯杆喷码：{_PHONE}，运行正常。后一句。", "PHONE", f"灯杆喷码：{_PHONE}，运行正常。"),
        (f"灯杆喷码\t安装日期\n000\t2023年\n{_PHONE}\t2024年\n", "PHONE", f"灯杆喷码\t安装日期\n{_PHONE}\t2024年"),
        (f"经办人李建国，灯杆喷码：{_PHONE}。", "PHONE", f"经办人{COVER * 3}，灯杆喷码：{_PHONE}。"),
    ],
)
def test_the_least_text_that_raises_the_alarm(scanner: Scanner, text: str, entity: str, wanted: str) -> None:
    (made,) = counterexamples(scanner, _alarms(scanner, text, entity))
    assert made.fires and made.value == _PHONE
    assert made.text == wanted


def test_a_sheet_with_a_title_over_its_headers(scanner: Scanner) -> None:
    """The title stands alone in the first row; the counter-example is the headers and the row."""
    from openpyxl import Workbook

    book = Workbook()
    for row in (["2024年路灯巡检记录"], ["序号", "灯杆喷码", "安装日期"], ["1", _PHONE, "2024年1月"], ["2", "无", "2024年"]):
        book.active.append(row)
    stream = BytesIO()
    book.save(stream)
    document = read_bytes(stream.getvalue(), "a.xlsx", _SETTINGS.limits)
    found = [one for one in scanner.document(document).findings if one.entity == "PHONE"]
    alarms = [Alarm(one.rule, one.entity, document, one.start, one.end) for one in found]
    (made,) = counterexamples(scanner, alarms)
    assert (made.header, made.text) == ("灯杆喷码", f"序号\t灯杆喷码\t安装日期\n1\t{_PHONE}\t2024年1月")
    assert [one.kind for one in proposals(scanner.book, [made])] == ["header", "words"]


def test_the_same_text_from_two_documents_is_one(scanner: Scanner) -> None:
    text = f"灯杆喷码：{_PHONE}。"
    alarms = [*_alarms(scanner, text, "PHONE", "a"), *_alarms(scanner, f"另一段。{text}", "PHONE", "b")]
    assert [one.sources for one in counterexamples(scanner, alarms)] == [("a", "b")]


@pytest.mark.parametrize(
    ("text", "entity", "kinds"),
    [
        (f"灯杆喷码：{_PHONE}，正常。", "PHONE", ["label", "words"]),
        # What speaks for the rule is no reason to be silent behind it.
        (f"联系电话：{_PHONE}", "PHONE", ["words"]),
        (f"灯杆喷码\t安装日期\n{_PHONE}\t2024年1月\n13900054321\t2024年2月", "PHONE", ["header", "words", "words"]),
        ("请找王建国办理。", "NAME", ["words"]),
    ],
)
def test_what_is_proposed(scanner: Scanner, text: str, entity: str, kinds: list[str]) -> None:
    tried = _tried(scanner, text, entity)
    assert [one.kind for one, _ in tried] == kinds
    assert [effect.ringing for _, effect in tried] == [0] * len(kinds)
    assert [effect.refused for _, effect in tried] == [""] * len(kinds)
    # The first that speaks for all of them is enough.
    assert next(one.kind for one in recommended(tried)) == kinds[0]


def test_what_it_says_passes_its_own_examples(scanner: Scanner, tmp_path: Path) -> None:
    tried = _tried(scanner, f"灯杆喷码：{_PHONE}，正常。", "PHONE")
    for proposal, _ in tried:
        (tmp_path / proposal.file).write_text(proposal.content, encoding="utf-8")
    again = Scanner(_SETTINGS, book=load([tmp_path]))
    assert [one.entity for one in again.text(f"灯杆喷码：{_PHONE}，正常。").findings] == []
    assert [one.entity for one in again.text("灯杆喷码：13900054321，正常。").findings] == []
    assert [one.entity for one in again.text("联系电话：13900054321。").findings] == ["PHONE"]


def test_what_a_label_asks_for_is_never_silenced(scanner: Scanner) -> None:
    """The words that were no name here are a name elsewhere."""
    tried = _tried(scanner, "请找王建国办理。", "NAME", "申请人：«王建国|NAME»，申请减免。")
    assert [(effect.refused[:4], [one.expected for one in effect.lost][:1]) for _, effect in tried] == [("会漏掉 ", [True])]
    assert recommended(tried) == []


def test_a_broken_example_refuses(scanner: Scanner) -> None:
    """A rule's own example holds the very value."""
    example = next(one for one in scanner.book.by_id("phone").examples if one.spans)  # type: ignore[union-attr]
    start, end, _ = example.spans[0]
    value = example.text[start:end]
    one = Counterexample("phone", "PHONE", f"灯杆喷码：{value}", 5, 5 + len(value), label="")
    (words,) = proposals(scanner.book, [one])
    assert "例子不符" in Trial(scanner, scanner.book, Ground()).effect(words).refused


def test_an_own_rule_takes_the_label_itself(tmp_path: Path) -> None:
    path = tmp_path / "meter.yml"
    path.write_text(
        "id: meter\ntitle: 户表号\nentity: HUKOU\nseverity: check\nbasis: [ogi-15]\nadvice: 删去。\nkind: pattern\n"
        "patterns: ['(?<![0-9])77[0-9]{6}(?![0-9])']  # 本县的\nexamples:\n  - 号«77123456»\n  - 号77\n", encoding="utf-8",
    )  # fmt: skip
    scanner = Scanner(_SETTINGS, book=load([tmp_path], whole=True))
    examples = counterexamples(scanner, _alarms(scanner, "井盖编号：77000001。", "HUKOU"))
    made = proposals(scanner.book, examples, own=[tmp_path])
    assert [one.kind for one in made] == ["not_near", "label", "words"]
    effect = Trial(scanner, scanner.book, Ground()).effect(made[0])
    assert (effect.silent, effect.refused) == (1, "")
    assert "# 本县的" in made[0].content and "not_near: ['井盖编号']" in made[0].content
    path.write_text(made[0].content, encoding="utf-8")
    assert not Scanner(_SETTINGS, book=load([tmp_path])).text("井盖编号：77000001。").findings


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("a: 1\nnot_near: [甲]\nexamples: [x]\n", "a: 1\nnot_near: [甲, 乙]\nexamples: [x]\n"),
        ("not_near:\n  - 甲   # 一\nb: 2\n", "not_near:\n  - 甲   # 一\n  - 乙\nb: 2\n"),
        ("not_near: [甲,\n  丙]  # 二\nb: 2", "not_near: [甲,\n  丙, 乙]  # 二\nb: 2\n"),
        ("a: 1\nexamples:\n  - x\n", "a: 1\nnot_near: [乙]\nexamples:\n  - x\n"),
    ],
)
def test_a_list_grows_and_the_rest_stays(source: str, wanted: str) -> None:
    assert with_items(source, "not_near", ["乙"]) == wanted


@pytest.mark.parametrize("value", ["a'b\"c", "甲\t乙\n丙", "[x](y)*", "^\\d"])
def test_any_words_make_a_sound_rule(scanner: Scanner, value: str) -> None:
    one = Counterexample("name", "NAME", f"见{value}。", 1, 1 + len(value))
    for made in proposals(scanner.book, [one]):
        rule, faults = rule_in(made.content, Path(made.file))
        assert rule is not None and faults == []
        assert rule.examples[0].text == f"见{value}。"
