"""What somebody who sees the workbench for the first time must be told: ways back, reasons, names in Chinese."""

from __future__ import annotations

import io
import re
from importlib.resources import files

import pytest

from reviewer.review.procedure import Procedure, Step
from reviewer.web.words import EVENTS, told

from ..casework.world import PLAIN, PRIVATE
from .browser import Browser, Site


def _revision(browser: Browser, item: int) -> str:
    found = re.search(r'name="revision" value="([0-9]+)"', browser.get(f"/items/{item}").text)
    assert found is not None
    return found[1]


def test_every_kind_of_event_has_a_name() -> None:
    """The kinds are literals in the code that writes them: whoever adds one, names it."""
    kinds = set()
    for package in ("reviewer.casework", "reviewer.review"):
        for one in files(package).iterdir():
            if one.name.endswith(".py"):
                text = one.read_text(encoding="utf-8")
                kinds |= set(re.findall(r'(?:\.record\(|\bkind=|Moved\([a-z_]+(?:\([^()]*\))?, )"([a-z_]+)"', text))
    kinds -= {"mark"}
    assert len(kinds) > 40 and kinds - EVENTS.keys() == set()


@pytest.mark.parametrize(
    ("payload", "says"),
    [
        ({"step": "second", "proposal": "deidentified"}, "环节 复审 拟办意见 去标识（删减）后公开"),
        ({"steps": ["first", "final"], "urgent": False}, "各级 初审、终审 加急 否"),
        ({"attribute": "open", "channels": ["website"]}, "拟公开属性 主动公开 拟公开方式 政府网站"),
        ({"kind": "lawful", "reach": "column", "count": 3}, "意见 依法可公开 用于 同一规则、同一列 处数 3"),
        ({"from": "approved"}, "原状态 已批准"), ({"from": "refused"}, "原状态 不予公开"), ({"until": None}, "到 没有"),
        ({"new": {"a": 1}}, 'new {"a": 1}'), ({"reason": "", "round": 1}, "轮次 1"),
        ({"files": [{"role": "final", "format": "pdf", "size": 2048, "sha256": "ab" * 32}]},
         "文件 拟公开文件 pdf 2.0 KB SHA-256 abababababababab…"),
    ],
)  # fmt: skip
def test_what_an_event_says_is_chinese(payload: dict[str, object], says: str) -> None:
    assert " ".join(f"{name} {value}" for name, value in told(payload)) == says


def test_the_log_is_readable(bench: Site) -> None:
    bench.world.approved(PLAIN)
    page = bench.by("auditor").get("/events").text
    cells = re.sub(r"<[^>]+>", " ", "".join(re.findall(r'<td class="payload">(.*?)</td>', page)))
    for code in ("proposal", "outcome", "website", "deidentified", "urgent"):
        assert code not in cells, code
    assert "拟公开方式" in cells and "初审" in cells


def test_the_reason_of_a_return_is_the_first_thing(bench: Site) -> None:
    item = bench.world.submitted(PRIVATE)
    first, drafter = bench.by("first"), bench.by("drafter")
    form = {"revision": _revision(first, item), "reason": "请先把号码遮住"}
    assert first.post(f"/items/{item}/act/return", form).status_code == 303
    page = drafter.get(f"/items/{item}").text
    told_at, files_at = page.index("请先把号码遮住"), page.index("<h2>文件")
    assert told_at < files_at and "退回（初审）" in page and "上传新的一版" in page[told_at:files_at]
    # Who can do nothing about it is not asked to.
    assert "改好以后" not in bench.by("second").get(f"/items/{item}").text


def test_a_refused_form_leads_back_to_its_item(bench: Site) -> None:
    item = bench.world.submitted(PRIVATE)
    first = bench.by("first")
    answer = first.post(f"/items/{item}/act/return", {"revision": _revision(first, item), "reason": ""})
    assert answer.status_code == 422 and f'href="/items/{item}">回到事项' in answer.text
    absent = bench.by("other_first").get(f"/items/{item}/review")
    assert absent.status_code == 404 and "回到事项" not in absent.text


@pytest.mark.parametrize(("after", "said"), [("first", "口令已经设定"), ("changed", "口令已经修改"), ("<b>x", "")])
def test_signing_in_says_that_the_password_was_set(bench: Site, after: str, said: str) -> None:
    page = bench.anyone().get("/signin", params={"after": after}).text
    assert ('class="said"' in page) == bool(said) and said in page and "<b>x" not in page


def test_a_rule_is_shown_with_its_examples(bench: Site) -> None:
    page = bench.anyone().get("/rules/resident-id").text
    assert "例子（虚构）" in page and re.search(r'class="blk example">[^<]*<mark>[0-9Xx]{18}</mark>', page)


def test_all_clocks_of_a_unit_can_be_set(bench: Site) -> None:
    browser = bench.by("system_admin")
    browser.learn("/users")
    form = {
        "name": "丙局", "steps": "4", "days": "2", "hours": "4", "publish_days": "10", "third_party_days": "7",
        "retention": "30",
    }  # fmt: skip
    assert browser.post("/units", form).status_code == 303
    page = browser.get("/users").text
    row = page[page.rindex("丙局") :].partition("</form>")[0]
    assert "2、2、2、2；10；7" in row
    # The form of the page holds what is set: to save it unchanged changes nothing.
    shown = dict(re.findall(r'name="(days|hours|publish_days|third_party_days|retention)" value="([0-9]+)"', row))
    assert shown == {name: form[name] for name in shown} and len(shown) == 5


def test_what_a_unit_has_where_nothing_is_given(bench: Site) -> None:
    from reviewer.web.forms import Form
    from reviewer.web.people import _procedure

    assert _procedure(Form((("steps", "3"),))) == Procedure()
    assert _procedure(Form((("steps", "4"), ("days", "9")))).steps[2] == Step("third", 9)


def test_an_approved_form_leaves_nothing_open(bench: Site) -> None:
    """What is only a hint needs no decision, and the record that inspectors see does not call it open."""
    from docx import Document as Word
    from pypdfium2 import PdfDocument

    item = bench.world.approved(PLAIN + "姓名：张*\n")
    browser = bench.by("auditor")
    word = Word(io.BytesIO(browser.get(f"/items/{item}/form.docx").content))
    text = "\n".join(cell.text for row in word.tables[0].rows for cell in row.cells)
    assert "：提示 1" in text and "尚未处理" not in text
    page = PdfDocument(browser.get(f"/items/{item}/form.pdf").content)[0].get_textpage().get_text_range()
    # A blank that a font has no picture for shows as a box.
    assert "提示 1" in page and "\xa0" not in page and "填表日期" in page
