"""The tables that travel with the package: where they come from, what they hold, how they are rebuilt."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import reviewer
from reviewer.identifiers import areas, bank_card, build_data
from reviewer.identifiers.resident_id import PROVINCES

PACKAGE = Path(reviewer.__file__).parent
TABLES = [
    *(PACKAGE / "identifiers" / "data" / f"{name}.tsv" for name in ("areas", "card_bins", "landline_codes")),
    PACKAGE / "language" / "data" / "divisions.tsv",
]

SOURCES = {
    "gb2260_history.tsv": "# code\tname\tfirst\tlast\n110101\t东城区\t198012\t201904\n"
    "340102\t东市区\t198012\t200112\n340102\t瑶海区\t200212\t201904\n",
    "admin_provinces.csv": 'code,name\n34,"安徽省"\n',
    "admin_cities.csv": 'code,name,provinceCode\n3401,"合肥市",34\n',
    "admin_areas.csv": 'code,name,cityCode,provinceCode\n340102,"瑶海区",3401,34\n340199,"新设区",3401,34\n',
    "admin_streets.csv": 'code,name,areaCode,provinceCode,cityCode\n340102001,"明光路街道",340102,34,3401\n',
    "unionpay_bin.csv": "bin,bank,type,length\n622202,ICBC,DC,19\n622202,ICBC,DC,19\n999,NEWB,CC,16\n",
    "bank_name.csv": "bank,name\nICBC,中国工商银行\n\nNEWB,\n",
    "landline_area_code.txt": "0563 安徽/宣城\n010 北京/北京\n",
}

BUILT = {
    "areas.tsv": [
        "110101\t东城区", "340000\t安徽省", "340100\t合肥市", "340102\t东市区/瑶海区", "340199\t新设区",
        "830000\t台湾省",
    ],
    "card_bins.tsv": ["622202\t19\t中国工商银行", "999\t16\tNEWB"],
    "landline_codes.tsv": ["010\t北京/北京", "0563\t安徽/宣城"],
    "divisions.tsv": ["34\t安徽省\t1", "3401\t合肥市\t2", "340102\t瑶海区\t3", "340102001\t明光路街道\t4",
                      "340199\t新设区\t3"],
}  # fmt: skip


def test_build_from_lists(tmp_path: Path) -> None:
    for name, text in SOURCES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    build_data.build(tmp_path, tmp_path / "out", tmp_path / "out", date(2026, 11, 22))
    for name, rows in BUILT.items():
        lines = (tmp_path / "out" / name).read_text(encoding="utf-8").splitlines()
        assert [line for line in lines if not line.startswith("#")] == rows
        assert "2026-11-22" in "".join(line for line in lines if line.startswith("#"))


@pytest.mark.parametrize("table", TABLES, ids=lambda path: path.name)
def test_tables_say_where_they_come_from(table: Path) -> None:
    lines = table.read_text(encoding="utf-8").splitlines()
    head = "\n".join(line for line in lines if line.startswith("#"))
    assert "来源：" in head and "许可：" in head and "取得日期：" in head
    widths = {line.count("\t") for line in lines if not line.startswith("#")}
    assert len(widths) == 1 and "" not in lines


def test_areas_are_complete() -> None:
    assert {code[:2] for code in areas.codes()} == PROVINCES - {"91"}
    assert areas.names("340102") == ("东市区", "瑶海区")
    assert areas.names("349999") == ()
    for code in ("320506", "510722", "342501", "110103", "810000", "820000", "830000", "441900"):
        assert areas.is_listed(code), code
    assert "340102" in areas.codes_under("3401") and all(c.startswith("34") for c in areas.codes_under("34"))
    assert areas.codes_under("349999") == () and areas.codes_under("") == areas.codes()


def test_card_bins_are_whole() -> None:
    table = bank_card.bins()
    assert sum(map(len, table.values())) > 1600
    assert all(bin_.isdigit() and 3 <= len(bin_) <= 10 for bins in table.values() for bin_ in bins)
    assert not any(bank.isascii() and "," in bank for bins in table.values() for bank in bins.values())
