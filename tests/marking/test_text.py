"""Masked copies of text: what is refused, what is masked, what may stay, and that the copy is proved."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewer.cli import main
from reviewer.marking.search import ENCODINGS, Search, in_text

ID, PHONE = "110101190203074530", "13800012345"
LETTER = f"""关于某信访事项的答复
信访人：张建国，身份证号码：{ID}，电话 138 0001 2345，住青禾县柳溪镇河湾村七组12号。
张建国患尿毒症。王科长负责办理，联系电话：0551-62345678。
受理号13800012345，邮箱 zhangjg@163.com，证明人刘大明、刘小红。
"""


@pytest.fixture(autouse=True)
def own_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def mask(tmp_path: Path, text: str | bytes, *options: str, name: str = "稿.txt") -> tuple[int, str | None]:
    """The exit code and the copy, None where there is none."""
    draft, copy = tmp_path / name, tmp_path / f"公开-{name}"
    draft.write_bytes(text if isinstance(text, bytes) else text.encode())
    before = draft.read_bytes()
    try:
        code = main(["mask", str(draft), "-o", str(copy), *options])
    except SystemExit as stop:
        code = int(stop.code or 0)
    assert draft.read_bytes() == before
    assert not list(tmp_path.glob(".*.part"))
    return code, copy.read_bytes().decode() if copy.exists() else None


def findings(tmp_path: Path, name: str = "稿.txt") -> list[dict[str, object]]:
    main(["scan", str(tmp_path / name), "--format", "json", "-o", str(tmp_path / "scan.json")])
    document = json.loads((tmp_path / "scan.json").read_text())["documents"][0]
    return list(document["findings"])


def test_a_letter(tmp_path: Path) -> None:
    code, copy = mask(tmp_path, LETTER)
    assert code == 0
    assert copy == (
        "关于某信访事项的答复\n"
        "信访人：某甲，身份证号码：11*************530，电话 138 **** 2345，住青禾县柳溪镇。\n"
        "某甲患〔略〕。王科长负责办理，联系电话：0551-62345678。\n"
        "受理号138****2345，邮箱 z******@***.***，证明人刘某甲、刘某乙。\n"
    )


@pytest.mark.parametrize(
    ("text", "options", "wanted"),
    [
        (f"联系人张建国，手机{PHONE}，+86{PHONE}。", (), "138****2345，+86138****2345。"),
        (f"张建国，男，身份证号{ID}", ("--profile", "strict"), "某甲，男，身份证号〔已隐去〕"),
        (f"张建国，男，身份证号{ID}", ("--profile", "legacy"), "张某，男，身份证号110101********4530"),
        (f"申请人张建国，身份证号{ID}，电话{PHONE}", ("--only", "ID_CARD"), f"张建国，身份证号11*************530，电话{PHONE}"),
        ("申请人：王　伟，电话13800012345", (), "申请人：王某，电话138****2345"),
        ("申请人：张建国、张建国、张小明。张某反映。", (), "张某甲、张某甲、张某乙。张某反映。"),
        # In a sentence 〔略〕 stands for what is deleted; a cell or a line of its own is left empty.
        (f"张建国（{ID}）微信：wx_1234567，患尿毒症，需透析。", (), "）微信：〔略〕，患〔略〕，需"),
        (f"申请人张建国，电话{PHONE}\n住青云小区7栋602室\n", (), "****2345\n住〔略〕\n"),
        # The surname of 周女士 is in 周某乙 and in her own pseudonym.
        (f"患者周女士确诊登革热。患者周海燕，身份证号{ID}，确诊登革热。周女士说。", (), "患者周某甲女士确诊〔略〕。患者周某乙，"),
        # 之子 is a fact about a person only where the names around it are none of a mother and a child.
        ("低保户阿卜杜拉·买买提之子古丽·阿卜杜拉，8岁。", (), "古某，〔略〕。"),
        # One number in other spellings, which no rule finds without a word that names it.
        (f"身份证号{ID}。附：１１０１０１１９０２０３０７４５３０、110101★19020307★4530、SL{ID}", (),
         "附：１１*************５３０、11****★********★*530、SL11*************530"),
        # The year alone, in any writing.
        ("申请人张建国，1902年3月7日出生；出生日期：1902-03-07", (), "张某，1902年出生；出生日期：1902"),
        # The contact with the patient's number is the patient; another one may be a namesake.
        (f"患者张华芳患肺癌，电话{PHONE}。\n经办人联系张华芳，电话{PHONE}。", (), "经办人联系张某，电话138****2345。"),
        ("患者张华芳患肺癌。\n联系人：张华芳，电话13900012345。", (), "联系人：张华芳，电话139****2345。"),
        (f"手机{PHONE}，{PHONE}{PHONE}1。", (), "138****2345138****23451。"),
    ],
)  # fmt: skip
def test_forms(tmp_path: Path, text: str, options: tuple[str, ...], wanted: str) -> None:
    code, copy = mask(tmp_path, text, *options)
    assert code == 0 and copy is not None and wanted in copy


def test_a_mask_that_its_row_undoes_is_widened(tmp_path: Path) -> None:
    """1902 beside 11*************530 leaves many; the whole birth date beside an old mask leaves few."""
    text = "申请人：张建国，1902年3月7日出生，身份证号110101********4530\n"
    code, copy = mask(tmp_path, text, "--only", "ID_CARD")
    assert code == 0 and copy is not None and "4530" not in copy and "110101" not in copy


def test_marks_need_a_decision(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = f"机密★5年\n关于张建国的情况\n身份证号{ID}\n"
    assert mask(tmp_path, text) == (13, None)
    (mark,) = re.findall("指纹 ([0-9a-f]{32})", capsys.readouterr().out)
    assert mask(tmp_path, text, "--accept", mark) == (13, None)
    (tmp_path / "公开-稿.txt").write_text("旧")
    assert mask(tmp_path, text) == (13, "旧") and "不是这一次的副本" in capsys.readouterr().err
    main(["key", "id"])
    key = capsys.readouterr().out.split()[-1]
    for decision, kept in (
        ("decision: lawful, reason: 样例", True),
        ("decision: declassified, body: 某局, date: 2026-01-05, basis: 解密决定第1号", False),
    ):
        file = tmp_path / "意见.yml"
        file.write_text(
            f"schema: reviewer.decisions/1\nkey_id: {key}\ndecisions:\n - {{fingerprint: {mark}, {decision}}}\n"
        )
        code, copy = mask(tmp_path, text, "--decisions", str(file))
        assert code == 0 and copy is not None
        assert ("机密★5年" in copy) is kept and ID not in copy


def test_a_lifted_mark_leaves_no_empty_brackets(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "通知\n（此件不公开）\n"
    assert mask(tmp_path, text) == (13, None)
    (mark,) = re.findall("指纹 ([0-9a-f]{32})", capsys.readouterr().out)
    main(["key", "id"])
    key = capsys.readouterr().out.split()[-1]
    (tmp_path / "意见.yml").write_text(
        f"schema: reviewer.decisions/1\nkey_id: {key}\ndecisions:\n"
        f" - {{fingerprint: {mark}, decision: declassified, body: 某局, date: 2026-01-05, basis: 变更公开属性第1号}}\n"
    )
    assert mask(tmp_path, text, "--decisions", str(tmp_path / "意见.yml")) == (0, "通知\n\n")


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("schema: reviewer.decisions/1\nkey_id: k\ndecisions:\n - {fingerprint: a, decision: lawful}\n", "要写明理由"),
        ("schema: reviewer.decisions/1\nkey_id: k\ndecisions:\n - {fingerprint: a, decision: declassified}\n", "basis"),
        ("schema: x\nkey_id: k\n", "不在允许的范围内"),
        ("schema: reviewer.decisions/1\nkey_id: k\nother: 1\n", "不认识的键"),
        ("schema: reviewer.decisions/1\nkey_id: 0000\n", "另一把站点密钥"),
        ("- 1\n", "键: 值"),
    ],
)
def test_faulty_decisions(tmp_path: Path, capsys: pytest.CaptureFixture[str], lines: str, message: str) -> None:
    (tmp_path / "意见.yml").write_text(lines)
    assert mask(tmp_path, LETTER, "--decisions", str(tmp_path / "意见.yml")) == (2, None)
    assert message in capsys.readouterr().err


def test_accepting_a_number_keeps_all_of_it_and_a_name_only_its_place(tmp_path: Path) -> None:
    text = f"申请人：张建国，电话{PHONE}。\n代理人电话{PHONE}。\n申请人：张建国。\n"
    mask(tmp_path, text)
    found = findings(tmp_path)
    phone = next(one["fingerprint"] for one in found if one["entity"] == "PHONE")
    name = next(one["fingerprint"] for one in found if one["entity"] == "NAME")
    code, copy = mask(tmp_path, text, "--accept", f"{phone},{name}")
    assert code == 0 and copy is not None
    assert copy.count(PHONE) == 2 and copy.count("张建国") == 1 and copy.startswith("申请人：张建国")


def test_a_number_inside_an_accepted_mail_stays(tmp_path: Path) -> None:
    text = f"张建国电话{PHONE}，邮箱zhang{PHONE}@163.com\n"
    mask(tmp_path, text)
    (mark,) = [str(one["fingerprint"]) for one in findings(tmp_path) if one["entity"] == "EMAIL"]
    code, copy = mask(tmp_path, text, "--accept", mark)
    assert code == 0 and copy == f"张某电话138****2345，邮箱zhang{PHONE}@163.com\n"


def test_what_only_leaves_is_not_called_publishable(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = tmp_path / "r.json"
    code, copy = mask(tmp_path, LETTER, "--only", "PHONE", "--report", str(report))
    assert code == 0 and copy is not None and ID in copy
    assert json.loads(report.read_text())["publishable"] is False
    assert "不称它为可以公开的副本" in capsys.readouterr().out


def test_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    (tmp_path / "稿.txt").write_text(LETTER)
    assert main(["mask", str(tmp_path / "稿.txt"), "-o", f"{tmp_path}/新/"]) == 0
    assert (tmp_path / "新" / "稿（公开稿）.txt").exists()


def test_what_the_user_says_must_fit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for options in (("--accept", "0" * 32), ("--accept-gap", "1"), ("--only", "NONE"), ("--profile", "none")):
        assert mask(tmp_path, LETTER, *options) == (2, None)
    assert main(["mask", str(tmp_path / "稿.txt"), "-o", str(tmp_path / "稿.txt")]) == 2
    assert main(["mask", str(tmp_path), "-o", str(tmp_path / "x.txt")]) == 2
    assert main(["mask", str(tmp_path / "稿.txt"), "-o", str(tmp_path / "稿.docx")]) == 2
    assert main(["mask", str(tmp_path / "没有.txt"), "-o", str(tmp_path / "x.txt")]) == 3
    assert ID not in "".join(capsys.readouterr())


def test_unread_parts_need_somebody_who_read_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = f"电话{PHONE}，说明：".encode("gb18030") * 3 + b"\xff\xff\n"
    code, copy = mask(tmp_path, data)
    assert (code, copy) == (3, None)
    (gap,) = re.findall("编号 ([0-9a-f]{16})", capsys.readouterr().out)
    draft, target = tmp_path / "稿.txt", tmp_path / "副本.txt"
    assert main(["mask", str(draft), "-o", str(target), "--accept-gap", gap]) == 0
    out = capsys.readouterr().out
    assert "不称它为可以公开的副本" in out and "核验通过" not in out
    assert PHONE.encode() not in target.read_bytes()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_encoding_and_line_ends_stay(tmp_path: Path, encoding: str) -> None:
    text = f"名单如下，请有关单位核对后报送。\r\n电话{PHONE}\r\n"
    draft, copy = tmp_path / "a.txt", tmp_path / "b.txt"
    draft.write_bytes(text.encode(encoding))
    assert main(["mask", str(draft), "-o", str(copy)]) == 0
    assert copy.read_bytes() == text.replace(PHONE, "138****2345").encode(encoding)


def test_the_report_holds_no_value(tmp_path: Path) -> None:
    report = tmp_path / "清单.json"
    code, _ = mask(tmp_path, LETTER, "--report", str(report))
    told = json.loads(report.read_text())
    assert code == 0 and told["publishable"] is True and told["profile"] == "standard"
    assert {"ID_CARD", "PHONE", "ADDRESS", "HEALTH", "EMAIL"} <= {one["entity"] for one in told["changes"]}
    text = report.read_text()
    assert not any(value in text for value in (ID, PHONE, "张建国", "尿毒症", "河湾村", "zhangjg"))
    marks = {one["fingerprint"] for one in told["changes"]}
    assert marks & {one["fingerprint"] for one in findings(tmp_path)}


def test_a_fact_over_two_cells_leaves_the_table_its_shape(tmp_path: Path) -> None:
    text = "项目,内容\n申请人,张建国\n家庭成员,共4人，其中孙女张小雨，7岁\n身份证号,110101190203074530\n"
    code, copy = mask(tmp_path, text, name="表.csv")
    assert code == 0 and copy is not None and "小雨" not in copy and "7岁" not in copy
    assert [line.count(",") for line in copy.splitlines()] == [1] * 4


def test_csv_keeps_its_shape_and_annotate_marks_its_cells(tmp_path: Path) -> None:
    rows = [f"张建{c},{PHONE[:-2]}{n},河湾村" for n, c in enumerate("国民军平安", 10)]
    text = "姓名,手机号码,村\n" + "\n".join(rows) + "\n"
    code, copy = mask(tmp_path, text, name="名单.csv")
    assert code == 0 and copy is not None
    assert [line.count(",") for line in copy.splitlines()] == [2] * 6
    assert all("****" in line and line.endswith(",河湾村") for line in copy.splitlines()[1:])
    assert main(["annotate", str(tmp_path / "名单.csv"), "-o", str(tmp_path / "标注.html")]) == 0
    page = (tmp_path / "标注.html").read_text()
    assert page.count("<tr>") == 6 and "<script" not in page
    for row in rows:
        assert f">{row.split(',')[1]}</mark>" in page
    notes = page[page.index('<aside class="reviewer-notes">') :]
    assert PHONE[:-2] not in notes and "本列共 5 处" in notes


def test_markup_in_a_draft_stays_text(tmp_path: Path) -> None:
    draft = tmp_path / "a.txt"
    draft.write_text(f"<script>alert(1)</script>电话{PHONE}<img src=x>\n\x1b[2J")
    assert main(["annotate", str(draft), "-o", str(tmp_path / "a.html")]) == 0
    page = (tmp_path / "a.html").read_text()
    assert "<script" not in page and "<img" not in page and "\x1b" not in page


DIGITS = st.text("0123456789", min_size=6, max_size=18)


@settings(max_examples=60)
@given(st.lists(DIGITS, min_size=1, max_size=8), st.text("年a 。1★", max_size=12), st.sampled_from(ENCODINGS))
def test_search_finds_what_stands_alone(values: list[str], filler: str, encoding: str) -> None:
    text = "".join(f"{filler}，{value}，" for value in values)
    data = text.encode(encoding, "ignore")
    assert {value for _, value in Search(values).places(data)} >= set(values)
    longer = "".join(f"9{value}" for value in values).encode(encoding)
    places = [value for _, value in Search([values[0]]).places(longer)]
    # Eleven characters are no part of another number by chance.
    assert all(len(value) < len(longer) for value in places) and (len(values) > 1 or bool(places) == (len(values[0]) > 10))


@settings(max_examples=60)
@given(st.lists(DIGITS, min_size=1, max_size=6, unique=True), st.text("年é😀 。", max_size=9))
def test_places_in_text_are_characters(values: list[str], filler: str) -> None:
    text = "，".join(filler + value for value in values)
    for start, value in in_text(text, values):
        assert text[start : start + len(value)] == value


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.integers(0, 99_999_999).map(lambda n: f"138{n:08}"), min_size=1, max_size=4),
    st.sampled_from(["联系电话：{}", "{}（手机）", "手机号{}，", "电话\t{}\n", "tel:{}", "手机 {} "]),
)
def test_no_masked_number_survives(tmp_path: Path, numbers: list[str], pattern: str) -> None:
    text = "\n".join(pattern.format(number) for number in numbers)
    code, copy = mask(tmp_path, text)
    assert code == 0 and copy is not None
    assert not any(number in copy for number in numbers)
    assert re.sub("[0-9*]", "", copy) == re.sub("[0-9]", "", text)


def test_the_manual_speaks_of_what_there_is(tmp_path: Path) -> None:
    """docs/masking.md: its policy and its decisions file load, its forms and decisions are the program's."""
    from reviewer.marking.decisions import KINDS as DECISIONS
    from reviewer.marking.decisions import load_decisions
    from reviewer.rulebook.masking import KINDS, load_policy

    manual = (Path(__file__).parents[2] / "docs" / "masking.md").read_text(encoding="utf-8")
    policy, decisions = re.findall("```yaml\n(.*?)```", manual, re.S)
    (tmp_path / "policy.yml").write_text(policy)
    (tmp_path / "decisions.yml").write_text(decisions)
    assert {form.kind for form in load_policy(path=tmp_path / "policy.yml").forms.values()} <= set(KINDS)
    assert len(load_decisions(tmp_path / "decisions.yml", "0123456789abcdef").findings) == 2
    assert all(f"`{kind}`" in manual for kind in DECISIONS)
    assert load_policy("strict").form("ID_CARD").kind == "label" and load_policy().form("ID_CARD").back == 3


def test_names_that_must_be_shown_stay_when_what_stood_beside_them_is_gone(tmp_path: Path) -> None:
    text = (
        "青禾县2026年度拟录用公务员公示\n现将拟录用人员名单予以公示，公示期为5个工作日，监督电话：0563-3021234。\n"
        "序号\t姓名\t准考证号\t身份证号码\t招录机关\n"
        f"1\t孙建国\t20260101\t{ID}\t青禾县财政局\n2\t李秀英\t20260102\t{ID}\t青禾县财政局\n"
    )
    code, copy = mask(tmp_path, text)
    assert code == 0 and copy is not None and ID not in copy
    assert "孙建国" in copy and "李秀英" in copy
    # A subsidy list has no such duty.
    code, copy = mask(tmp_path, text.replace("拟录用公务员", "临时救助对象").replace("拟录用人员", "救助对象"))
    assert code == 0 and copy is not None and "孙建国" not in copy
