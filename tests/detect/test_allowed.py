"""The office's allow-list: it lowers its own people, never a private person, never an identifier."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewer.errors import RuleError
from reviewer.rulebook.allow import load_allowed
from reviewer.scanning import Scanner
from reviewer.settings import Settings
from tests.scanner import TODAY, scanner

LIST = """
- name: 张建国
  post: 办公室工作人员
  owner: 某市自然资源局办公室
  reason: 办事窗口公开的联系人
  until: 2027-12-31
  contacts: ['13812345678']
- name: 李秀英
  post: 咨询专家
  owner: 某市自然资源局科技处
  reason: 聘期内公开的专家
  until: 2026-01-31
"""


def scan_with(tmp_path: Path, listed: str, text: str) -> dict[str, str]:
    path = tmp_path / "公开人员.yml"
    path.write_text(listed, encoding="utf-8")
    one = Scanner(Settings(today=TODAY, allow_lists=(path,)), book=scanner().book)
    return {text[found.start : found.end]: found.severity for found in one.text(text).findings}


def test_listed_people_are_notes_until_they_expire(tmp_path: Path) -> None:
    text = "姓名：张建国，电话：13812345678\n姓名：李秀英，电话：13987654321"
    assert scan_with(tmp_path, LIST, text) == {
        "张建国": "note", "13812345678": "note", "李秀英": "check", "13987654321": "check",
    }  # fmt: skip


@pytest.mark.parametrize("text", ["信访人：张建国", "患者：张建国", "举报人：张建国"])
def test_a_listed_name_that_is_a_private_person_here_stays(tmp_path: Path, text: str) -> None:
    assert scan_with(tmp_path, LIST, text)["张建国"] != "note"


def test_faults_are_told_together(tmp_path: Path) -> None:
    path = tmp_path / "公开人员.yml"
    path.write_text("- name: 张建国\n  until: 明年\n  foo: 1\n- 李秀英\n", encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        load_allowed([path, tmp_path / "没有.yml"])
    told = "\n".join(caught.value.faults)
    assert all(word in told for word in ("不认识的键“foo”", "缺少“owner”", "日期", "键: 值", "没有.yml:1"))
    assert "张建国" not in told and "李秀英" not in told


