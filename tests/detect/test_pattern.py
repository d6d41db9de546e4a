"""Numbers and addresses in their views: which characters are flagged, and which reading found them."""

from __future__ import annotations

import pytest

from tests.scanner import found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("邮箱：lifang88@\n126.com", [("EMAIL", "lifang88@\n126.com", "joined")]),
        ("邮箱：lifang88@126.\r\ncom，请查收", [("EMAIL", "lifang88@126.\r\ncom", "joined")]),
        ("邮箱：lifang88\n@126.com", [("EMAIL", "lifang88\n@126.com", "joined")]),
        ("邮箱：lifang88@126.com\n网址略", [("EMAIL", "lifang88@126.com", "plain")]),
        ("请@\n126号窗口", []),
        ("姓名\t邮箱\n甲\tlifang88@\n126.com\t乙", []),
        ("邮箱：lifang88(at)126.com", [("EMAIL", "lifang88(at)126.com", "folded")]),
        ("邮箱：lifang88＠126.com", [("EMAIL", "lifang88＠126.com", "folded")]),
        ("电话：139 563 01829", [("PHONE", "139 563 01829", "compact")]),
        ("来电 139 563 01829，请回复", [("PHONE", "139 563 01829", "compact")]),
        # Columns of figures set with blanks.
        ("产值 44 139 563 01829 55", []),
        ("产值 139 563 01829 442 118", []),
        # An ID written digit by digit is the whole of it, though its check character be wrong.
        ("公民身份号码：3 4 0 8 2 4 1 9 0 1 0 3 0 5 5 0 1 X", [("ID_CARD", "3 4 0 8 2 4 1 9 0 1 0 3 0 5 5 0 1 X", "compact")]),
        ("身份证：340824 190103 055 01X", [("ID_CARD", "340824 190103 055 01X", "compact")]),
        ("身份证：3 4 0 8 2 4 0 1 0 3 0 5 5 0 1", [("ID_CARD", "3 4 0 8 2 4 0 1 0 3 0 5 5 0 1", "compact")]),
    ],
)
def test_views(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert [(one.entity, text[one.start : one.end], one.view) for one in found(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "姓名,住址,金额\n韦小宝,清溪县柳林镇杨树村12号,1200\n李小红,清溪县柳林镇杨树村3号,1300\n",
        "姓名\t住址\t金额\n韦小宝\t清溪县柳林镇杨树村12号\t1200\n李小红\t清溪县柳林镇杨树村3号\t1300\n",
        "姓名|住址|金额\n韦小宝|清溪县柳林镇杨树村12号|1200\n李小红|清溪县柳林镇杨树村3号|1300\n",
        "姓名,备注,金额\n韦小宝,现住清溪县柳林镇杨树村12号,1200\n李小红,现住清溪县柳林镇杨树村3号,1300\n",
    ],
)
def test_no_finding_runs_over_a_cells_edge(text: str) -> None:
    spans = [text[one.start : one.end] for one in found(text) if one.entity == "ADDRESS"]
    assert spans == ["清溪县柳林镇杨树村12号", "清溪县柳林镇杨树村3号"]
