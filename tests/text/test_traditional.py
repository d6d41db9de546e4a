"""Text in traditional characters gets its labels, names and places."""

from __future__ import annotations

import pytest

from reviewer.text.traditional import SIMPLIFIED, TRADITIONAL, simplified
from tests.scanner import seen


def test_each_stands_for_one_character_that_no_simplified_text_holds() -> None:
    assert len(set(TRADITIONAL)) == len(TRADITIONAL) == len(SIMPLIFIED)
    for char in TRADITIONAL:
        with pytest.raises(UnicodeEncodeError):
            char.encode("gb2312")
        simplified(char).encode("gb2312")
    assert simplified("電話，後來") == "电话，後来"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("姓名：劉國慶　電話：13812345678", {("NAME", "劉國慶"), ("PHONE", "13812345678")}),
        ("銀行賬號：34010012345678901", {("BANK_ACCOUNT", "34010012345678901")}),
        ("銀行帳號：\n34010012345678901", {("BANK_ACCOUNT", "34010012345678901")}),
        ("住址：宣城市宣州區疊嶂路88號3棟502室", {("ADDRESS", "宣城市宣州區疊嶂路88號3棟502室")}),
        ("戶主：陳麗華，低保戶", {("NAME", "陳麗華"), ("WELFARE", "低保戶")}),
        ("姓名\t身份證號\n張建國\t34250119050615217X\n", {("NAME", "張建國"), ("ID_CARD", "34250119050615217X")}),
        ("姓名\t健康狀況\n張建國\t高血壓\n", {("NAME", "張建國"), ("HEALTH", "高血壓")}),
        ("兩岸經貿論壇討論電話通訊業的發展。", set()),
    ],
)
def test_labels(text: str, expected: set[tuple[str, str]]) -> None:
    assert {(entity, value) for entity, value, _ in seen(text)} == expected
