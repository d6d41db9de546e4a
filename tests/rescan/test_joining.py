"""Joins in the reports of a rescan: which documents, what each gives, what to change; nothing unmasked."""

from __future__ import annotations

import io
import json

import openpyxl
import pytest

from reviewer.cli import main

from .test_against import NUMBER, PENSIONS, RELIEF, SECRETS


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Two lists that give a number away together, rescanned; one of them is named after somebody."""
    folder = tmp_path_factory.mktemp("joined")
    (folder / "site").mkdir()
    (folder / "site" / "a.txt").write_text(RELIEF, encoding="utf-8")
    (folder / "site" / "欧阳建国的津贴.txt").write_text(PENSIONS, encoding="utf-8")
    main(["key", "new", "--key-file", str(folder / "k")])
    told = {}
    for name in ("r.txt", "r.json", "r.html", "r.xlsx"):
        place = [str(folder / "site"), "--state", str(folder / "state"), "--key-file", str(folder / "k")]
        assert main(["rescan", *place, "-o", str(folder / name)]) in (12, 13)
        told[name] = (folder / name).read_bytes()
    return told


def shown(name: str, data: bytes) -> str:
    if not name.endswith("xlsx"):
        return data.decode()
    book = openpyxl.load_workbook(io.BytesIO(data))
    return " ".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize("name", ["r.txt", "r.html", "r.xlsx"])
def test_what_people_read(reports: dict[str, bytes], name: str) -> None:
    text = shown(name, reports[name])
    for said in ("汇聚风险", "同一号码的遮法不一", "a.txt", "第1—14位", "保留前 2 位、后 3 位"):
        assert said in text or (said == "汇聚风险" and name.endswith("xlsx")), said
    assert [secret for secret in (*SECRETS, NUMBER, "欧阳建国") if secret in text] == []


def test_what_programs_read(reports: dict[str, bytes]) -> None:
    (join,) = json.loads(reports["r.json"])["joins"]
    assert join["documents"] == ["a.txt", "欧阳建国的津贴.txt"]
    assert (join["kind"], join["after"], join["severity"]) == ("complementary_masks", 1, "check")
    assert len(join["change"]) == 1 and join["change"][0] in join["advice"]
    assert not any(secret in json.dumps(join, ensure_ascii=False) for secret in SECRETS)
