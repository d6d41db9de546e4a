"""What a Veil hides beyond the findings' own places."""

from __future__ import annotations

import pytest

from reviewer.model import Finding, Locator, Result
from reviewer.readers.assembly import Assembly
from reviewer.reports.veil import Veil, veil_of
from reviewer.reports.words import citations, place, places, printable
from tests.reports import drafts


def veil(text: str, *values: tuple[str, str], path: str = "a.txt", name: tuple[Finding, ...] = ()) -> Veil:
    """A Veil over `text` where each value was found at its first place only."""
    page = Assembly()
    page.add(text)
    document = page.finish(path=path, kind="txt", data=b"")
    findings = []
    for value, entity in values:
        start = text.index(value)
        findings.append(
            Finding("r", entity, "check", "certain", start, start + len(value), "body", Locator(), value,
                    "folded", "", "", ())
        )  # fmt: skip
    return veil_of(drafts.bundle(Result(path, document, tuple(findings), name_findings=name)))


NUMBER = ("110101190203074530", "ID_CARD")
NAME = ("钟离墨", "NAME")


@pytest.mark.parametrize(
    ("text", "values", "shown"),
    [
        ("号110101190203074530。", [NUMBER], "号11**************30。"),
        # The same value where nothing found it, and the two glued together.
        ("号110101190203074530和110101190203074530", [NUMBER], "号11**************30和11**************30"),
        # What one mask leaves, another one hides.
        ("钟离墨之妻闻人诺", [("钟离墨之妻闻人诺", "FAMILY"), NAME], "钟******诺"),
        ("住钟离墨庄七组九号", [("钟离墨庄七组九号", "ADDRESS"), NAME], "住钟******号"),
        # Marks are shown, a name inside one is not.
        ("钟离墨：机密★5年", [("钟离墨：机密★5年", "CLASSIFICATION"), NAME], "钟**：机密★5年"),
        ("钟\n离墨", [("钟\n离墨", "NAME")], "钟***"),
        ("九九九", [], "九九九"),
    ],
)
def test_text(text: str, values: list[tuple[str, str]], shown: str) -> None:
    assert veil(text, *values).show(0, len(text)) == shown


def test_a_value_across_the_edge_of_what_is_shown() -> None:
    text = "号110101190203074530，又110101190203074530，完"
    again = text.rindex("110101")
    assert veil(text, NUMBER).show(0, again + 17)[-17:] == "11" + "*" * 14 + "3"
    assert veil(text, NUMBER).show(again + 1, len(text)).startswith("1" + "*" * 14 + "30")


def test_the_ends_of_a_masked_value_may_be_a_name() -> None:
    text = "钟离墨之妻闻人诺住在山后的老房子里，平日不出门"
    made = veil(text, (text, "FAMILY"), NAME)
    family = Finding("r", "FAMILY", "check", "certain", 0, len(text), "body", Locator(), text, "", "", "", ())
    assert made.value(family).startswith("钟**")


@pytest.mark.parametrize(
    ("path", "found", "shown"),
    [
        ("案/钟离墨.docx", ["钟离墨"], "案/钟**.docx"),
        ("钟离墨/钟离墨.docx", ["钟离墨"], "钟**/钟**.docx"),
        ("13900000001/a.docx", [], "1*********1/a.docx"),
        ("１３９００００００01/a.docx", [], "１*********1/a.docx"),
        ("outer.zip!钟离墨.docx", ["钟离墨"], "outer.zip!钟**.docx"),
        ("a\\钟离墨.docx", ["钟离墨"], "a\\钟**.docx"),
        ("20261122/a.docx", [], "20261122/a.docx"),
        ("a\n\x1b.docx", [], "a⏎\\x1b.docx"),
    ],
)
def test_path(path: str, found: list[str], shown: str) -> None:
    name = path.replace("\\", "/").rsplit("/", 1)[-1].rsplit("!", 1)[-1]
    named = tuple(drafts.in_name(name, value, "NAME") for value in found)
    page = Assembly()
    page.add("无")
    result = Result(path, page.finish(path=path, kind="txt", data=b""), name_findings=named)
    assert veil_of(drafts.bundle(result)).path(result) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J\u202e\u2066\x9b", "\\x1b[2J\\u202e\\u2066\\x9b"),
        ("a\tb\nc", "a\tb\nc"),
        ("\u200b\ufeff\xad\ud800\U000e0041", "\\u200b\\ufeff\\xad\\ud800\\U000e0041"),
        ("\ufffe\uffff", "\\ufffe\\uffff"),
        ("★①ＡＢ𠮷", "★①ＡＢ𠮷"),
    ],
)
def test_printable(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize(
    ("locators", "column", "shown"),
    [
        ([Locator(sheet="名单", cell="C5")], True, "工作表“名单”C5"),
        ([Locator(sheet="名单", cell=f"C{n}") for n in (5, 7)], True, "工作表“名单”C5、C7，共 2 处"),
        ([Locator(sheet="名单", cell=f"C{n}") for n in range(5, 9)], True, "工作表“名单”C5 至 C8，共 4 处"),
        ([Locator(sheet="名单", cell=f"C{n}") for n in range(5, 9)], False,
         "工作表“名单”C5、C6、C7 等，共 4 处"),
        ([Locator(sheet=name, cell="C5") for name in "甲乙"], False, "工作表“甲”C5、工作表“乙”C5，共 2 处"),
        ([Locator(paragraph=n) for n in (5, 51)], False, "第5段、第51段，共 2 处"),
        ([Locator(line=3, column=n) for n in (5, 51)], False, "第3行第5字、第3行第51字，共 2 处"),
    ],
)  # fmt: skip
def test_places(locators: list[Locator], column: bool, shown: str) -> None:
    findings = [Finding("r", "NAME", "note", "likely", 0, 2, "body", place, "甲乙", "plain", "", "", ())
                for place in locators]  # fmt: skip
    assert places(findings, printable, column=column) == shown


@pytest.mark.parametrize(
    ("keys", "short", "shown"),
    [
        (["ogi-15"], True, "《政府信息公开条例》第十五条"),
        (["ogi-15", "pipl-28", "ogi-16", "local"], True,
         "《政府信息公开条例》第十五条、第十六条；《个人信息保护法》第二十八条；local"),
        (["pipl-28"], False, "《中华人民共和国个人信息保护法》第二十八条"),
        ([], True, ""),
    ],
)  # fmt: skip
def test_a_law_is_named_once(keys: list[str], short: bool, shown: str) -> None:
    basis = {**drafts.BASIS, "ogi-16": ("中华人民共和国政府信息公开条例", "第十六条", "", "")}
    assert citations(drafts.bundle(basis=basis), keys, short=short) == shown


@pytest.mark.parametrize(
    ("part", "locator", "shown"),
    [
        ("body", Locator(), "正文"),
        ("body", Locator(paragraph=3), "第3段"),
        ("body", Locator(sheet="名单", cell="D7", row=7, column=4), "工作表“名单”D7"),
        ("hidden", Locator(sheet="名单", row=7), "隐藏内容 工作表“名单”第7行"),
        ("hidden", Locator(sheet="名单", column=3), "隐藏内容 工作表“名单”第3列"),
        ("body", Locator(page=2), "第2页"),
        ("body", Locator(line=12, column=5), "第12行第5字"),
        ("body", Locator(row=3, column=2), "表格第3行第2列"),
        ("comment", Locator(note="批注1"), "批注（批注1）"),
        ("footer", Locator(paragraph=1), "页脚 第1段"),
        ("filename", Locator(), "文件名第3字"),
    ],
)
def test_place(part: str, locator: Locator, shown: str) -> None:
    assert place(part, locator, printable, start=2) == shown


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("信访/钟离墨的材料/a.docx", "信访/钟**的材料/a.docx"),
        ("电话139 0000 0001/a.docx", "电话13**********1/a.docx"),
        ("钟离墨/外.zip!钟离墨/内.docx", "钟**/外.zip!钟**/内.docx"),
        ("C:\\钟离墨\\a.docx", "C:\\钟**\\a.docx"),
        ("a.docx", "a.docx"),
    ],
)
def test_folders_are_named_after_persons_too(path: str, shown: str) -> None:
    def found_in(name: str) -> list[Finding]:
        return [
            *(drafts.in_name(name, "钟离墨", "NAME") for _ in range("钟离墨" in name)),
            *(drafts.in_name(name, "139 0000 0001", "PHONE") for _ in range("139 0000 0001" in name)),
        ]

    page = Assembly()
    page.add("无")
    result = Result(path, page.finish(path=path, kind="txt", data=b""))
    assert veil_of(drafts.bundle(result, found_in=found_in)).path(result) == shown
