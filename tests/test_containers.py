"""Files in files, on their way from the scan to the reports: paths, names, folders, verdicts, nothing unmasked."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import jsonschema
import pytest

from reviewer.cli import main
from reviewer.model import Result
from reviewer.reports import FORMATS
from tests.readers.make_archive import locked_zip, tarred, zipped
from tests.readers.make_mail import attached, mail
from tests.reports.test_reports import seen
from tests.scanner import scanner

ID = "34010219000506123X"
PHONE = "13800012345"
SCHEMA = json.loads((Path(__file__).parents[1] / "docs/findings.schema.json").read_text(encoding="utf-8"))


def results(tmp_path: Path, name: str, data: bytes) -> list[Result]:
    (tmp_path / name).write_bytes(data)
    return list(scanner().results(tmp_path / name, name))


def named(result: Result) -> list[tuple[str, str, int, int]]:
    return [(one.entity, one.part, one.start, one.end) for one in result.name_findings]


def test_members_follow_their_container(tmp_path: Path) -> None:
    inner = zipped({"材料/a.txt": f"电话{PHONE}".encode()})
    data = zipped({"说明.txt": "全县低保标准提高。".encode(), "内层.zip": inner, "b.bin": bytes(range(256))})
    found = results(tmp_path, "外层.zip", data)
    assert [one.path for one in found] == [
        "外层.zip", "外层.zip!说明.txt", "外层.zip!内层.zip", "外层.zip!内层.zip!材料/a.txt", "外层.zip!b.bin",
    ]  # fmt: skip
    assert [one.verdict for one in found] == ["clear", "clear", "clear", "check", "incomplete"]
    whole = scanner().file(tmp_path / "外层.zip")
    # A container is never better than what is in it.
    assert (whole.verdict, whole.complete) == ("check", False)
    assert [one.verdict for one in whole.members] == ["clear", "check", "check", "incomplete"]


def test_the_nest_ends_where_it_is_too_deep(tmp_path: Path) -> None:
    data = b"a"
    for _ in range(7):
        data = zipped({"a.zip": data})
    found = results(tmp_path, "a.zip", data)
    assert len(found) == 5 and [gap.reason for gap in found[-1].gaps] == ["too-deep"]
    assert not scanner().file(tmp_path / "a.zip").complete


def test_names_and_folders_inside(tmp_path: Path) -> None:
    data = zipped({f"张建国{ID}/身份证{ID}.txt": b"a", f"张建国{ID}/b.txt": b"b", "c/张建国，艾滋病诊断.txt": b"c"})
    found = {one.path: one for one in results(tmp_path, "a.zip", data)}
    folder = found[f"a.zip!张建国{ID}/"]
    assert ("ID_CARD", "filename", 3, 21) in named(folder)
    assert folder.complete and folder.document is not None and folder.document.format == "folder"
    assert ("ID_CARD", "filename", 3, 21) in named(found[f"a.zip!张建国{ID}/身份证{ID}.txt"])
    # Once for the folder, not for each file in it.
    assert named(found[f"a.zip!张建国{ID}/b.txt"]) == []
    assert "a.zip!c/" not in found


def test_the_folder_is_context_for_a_name(tmp_path: Path) -> None:
    found = results(tmp_path, "a.zip", zipped({"张建国/艾滋病诊断证明.txt": b"a"}))
    assert ("HEALTH", "filename", 0, 3) in named(found[-1])


def test_folders_on_the_disk(tmp_path: Path) -> None:
    inside = tmp_path / "材料" / f"身份证{ID}" / "复印件"
    inside.mkdir(parents=True)
    files = [str(inside / "a.txt"), str(inside.parent / "b.txt")]
    (folder,) = scanner().folders([tmp_path / "材料"], files)
    assert folder.path == f"{inside.parent}/" and named(folder) == [("ID_CARD", "filename", 3, 21)]
    assert list(scanner().folders([inside / "a.txt"], files)) == []


def test_what_servers_write_into_a_mail_is_a_note(tmp_path: Path) -> None:
    (found,) = results(tmp_path, "a.eml", mail(b"a"))
    assert {one.severity for one in found.findings if one.entity == "IP"} == {"note"}
    (found,) = results(tmp_path, "b.eml", mail(b"server: 10.3.4.5\n"))
    assert {one.severity for one in found.findings if one.entity == "IP"} == {"note", "check"}


# -- the command line and the reports ---------------------------------------------------------------


@pytest.fixture
def drafts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    folder = tmp_path / "稿件"
    folder.mkdir()
    text = f"张建国，身份证号{ID}，电话{PHONE}。\n".encode()
    inner = tarred({f"张建国{PHONE}/说明.txt": text}, "w:gz")
    (folder / "外层.zip").write_bytes(zipped({f"张建国{ID}.txt": text, "内层.tgz": inner}))
    (folder / "来信.eml").write_bytes(attached(text, 'Content-Disposition: attachment; filename="a.txt"'))
    return folder


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    try:
        code = main([str(argument) for argument in arguments])
    except SystemExit as stop:
        code = int(stop.code or 0)
    out, err = capsys.readouterr()
    return code, out, err


def test_json_has_a_document_for_each(drafts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "scan", drafts, "--format", "json")
    told = json.loads(out)
    jsonschema.validate(told, SCHEMA)
    assert code == 13
    rows = [(one["path"].removeprefix(str(drafts)), one["format"], one["verdict"]) for one in told["documents"]]
    assert rows == [
        ("/外层.zip", "zip", "block"), (f"/外层.zip!张建国{ID}.txt", "txt", "block"),
        ("/外层.zip!内层.tgz", "tar", "block"), (f"/外层.zip!内层.tgz!张建国{PHONE}/", "folder", "check"),
        (f"/外层.zip!内层.tgz!张建国{PHONE}/说明.txt", "txt", "block"),
        ("/来信.eml", "eml", "block"), ("/来信.eml!a.txt", "txt", "block"),
    ]  # fmt: skip
    assert told["documents"][3]["sha256"] is None and told["documents"][3]["complete"]


def test_sarif_knows_what_lies_in_what(drafts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "scan", drafts, "--format", "sarif")
    artifacts = json.loads(out)["runs"][0]["artifacts"]
    assert [one.get("parentIndex") for one in artifacts] == [None, 0, 0, 2, 2, None, 5]
    assert artifacts[2]["location"]["uri"].endswith(".zip!%E5%86%85%E5%B1%82.tgz")


@pytest.mark.parametrize("format", [name for name in FORMATS if name not in ("json", "sarif")])
def test_no_report_shows_a_name_or_number(format: str, drafts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = drafts.parent / "out"
    run(capsys, "scan", drafts, "--format", format, "-o", target)
    (written,) = drafts.parent.glob("out*")
    data = written.read_bytes()
    if format == "xlsx":
        with zipfile.ZipFile(written) as book:
            data = b"".join(map(book.read, book.namelist()))
    shown = seen(format, data.decode())
    if format == "console":
        shown = re.sub(r"\n *", "", shown)  # how a path is folded depends on where the tests' folder lies
    assert "外层.zip!" in shown
    for value in (ID, PHONE, "张建国"):
        assert value not in shown


def test_text_of_a_file_in_a_file(drafts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inner = f"{drafts}/外层.zip!内层.tgz!张建国{PHONE}/说明.txt"
    assert run(capsys, "text", inner)[:2] == (0, f"张建国，身份证号{ID}，电话{PHONE}。\n")
    code, out, err = run(capsys, "text", f"{drafts}/外层.zip!没有.txt")
    assert (code, out) == (3, "") and "没有这个文件" in err


def test_passwords_come_from_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.zip").write_bytes(locked_zip("a.txt", f"电话{PHONE}".encode(), "密码 1".encode("gb18030")))
    passwords = tmp_path / "passwords.txt"
    passwords.write_text("abc\n密码 1\n\n", encoding="utf-8")
    assert run(capsys, "scan", tmp_path / "a.zip")[0] == 3
    code, out, err = run(capsys, "scan", tmp_path / "a.zip", "--password-file", passwords)
    assert code == 12 and "密码 1" not in out + err
    assert run(capsys, "text", f"{tmp_path}/a.zip!a.txt", "--password-file", passwords)[:2] == (0, f"电话{PHONE}")
    passwords.write_text("\n".join(map(str, range(101))), encoding="utf-8")
    code, _, err = run(capsys, "scan", tmp_path / "a.zip", "--password-file", passwords)
    assert code == 2 and "100 行" in err
    assert run(capsys, "scan", tmp_path / "a.zip", "--password-file", tmp_path / "no")[0] == 2


@pytest.mark.parametrize(("command", "name", "word"), [("annotate", "外层.zip", "解压"), ("mask", "来信.eml", "另存")])
def test_containers_are_not_marked(command: str, name: str, word: str, drafts: Path, capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    code, out, err = run(capsys, command, drafts / name, "-o", drafts.parent / "out")
    assert (code, out) == (2, "") and word in err
