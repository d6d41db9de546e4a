"""The command line as its users meet it: outputs, exit codes, messages, and nothing unmasked."""

from __future__ import annotations

import argparse
import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewer.cli import _named, exit_code, main
from reviewer.cli.parser import make_parser
from reviewer.model import Document, Gap, Locator, Result
from reviewer.workers import Workers

ID = "34010219000506123X"
PHONE = "13800012345"
BLOCK = f"张建国，身份证号{ID}，电话{PHONE}。\n"
CHECK = f"联系电话：{PHONE}\n"
NOTE = "咨询电话：0563-3021234\n"
CLEAR = "全县低保标准提高到每人每月700元。\n"


@pytest.fixture
def drafts(tmp_path: Path) -> Path:
    for name, text in (("block", BLOCK), ("check", CHECK), ("note", NOTE), ("clear", CLEAR)):
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "odd.bin").write_bytes(bytes(range(256)) * 20)
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    try:
        code = main([str(argument) for argument in arguments])
    except SystemExit as stop:
        code = int(stop.code or 0)
    out, err = capsys.readouterr()
    return code, out, err


def functions(parser: argparse.ArgumentParser) -> Iterator[str]:
    """What the parser names to be run, of commands and the commands in them."""
    for action in parser._actions:
        for one in action.choices.values() if isinstance(action, argparse._SubParsersAction) else ():
            yield from functions(one) if one.get_default("run") is None else [one.get_default("run")]


def test_every_command_has_its_function() -> None:
    named = list(functions(make_parser()))
    assert len(set(named)) == len(named) > 30
    assert all(callable(_named(one)) for one in named)


@pytest.mark.parametrize(
    ("names", "options", "code"),
    [
        (["block"], [], 13),
        (["check"], [], 12),
        (["note"], [], 0),
        (["clear"], [], 0),
        (["block", "empty"], [], 13),
        (["check", "empty"], [], 3),
        (["clear", "odd.bin"], [], 3),
        (["missing"], [], 3),
        (["check"], ["--fail-on", "block"], 0),
        (["block"], ["--fail-on", "block"], 13),
        (["empty"], ["--fail-on", "block"], 3),
        (["check"], ["--min-severity", "block"], 12),
        (["check"], ["--format", "none"], 2),
        (["check"], ["--format", "json,html"], 2),
        (["check"], ["--rules", "nowhere"], 2),
        (["check"], ["--key-file", "nowhere"], 2),
        (["check"], ["--what"], 2),
        (["check"], ["--show"], 2),
        (["check"], ["--width", "5"], 2),
        (["check"], ["-o", "report.docx"], 2),
        ([], [], 2),
    ],
)
def test_exit_codes(
    drafts: Path, capsys: pytest.CaptureFixture[str], names: list[str], options: list[str], code: int
) -> None:
    paths = [drafts / (name if "." in name else f"{name}.txt") for name in names]
    found, out, err = run(capsys, "scan", *paths, *options)
    assert found == code
    assert ID not in out + err and PHONE not in out + err
    assert "Traceback" not in err


def test_an_empty_folder_is_no_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "scan", tmp_path)
    assert code == 3 and "没有可审查的文件" in err and str(tmp_path) in err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["scna", "a.txt"], ["没有 'scna' 这个值", "是不是 scan？"]),
        (["scan", "a.txt", "--fromat", "json"], ["不认识的参数：--fromat", "是不是 --format？", "reviewer scan"]),
        (["scan", "a.txt", "--show"], ["不认识的参数：--show", "是不是 --show-values？"]),
        (["scan", "a.txt", "--show-values=1"], ["--show-values：后面不跟值"]),
        (["scan", "a.txt", "--fail-on", "chek"], ["--fail-on：没有 'chek' 这个值，可用的有 'check', 'block'", "是不是 check？"]),
        (["scan", "a.txt", "--width", "five"], ["--width：five 不是 40 到 400 之间的整数"]),
        (["scan", "a.txt", "--format"], ["--format：后面要跟一个值"]),
        (["scan"], ["缺少参数：草稿"]),
        (["rules"], ["缺少参数：动作"]),
        (["rules", "lst"], ["是不是 list？", "reviewer rules"]),
        (["scan", "a.txt", "-o", "a.docx"], ["a.docx", "--format"]),
        (["scan", "a.txt", "--rules", __file__], [f"{__file__}: 这是一个文件"]),
        (["scan", "C:\\drafts\\a.txt"], ["用 / 分隔"]),
    ],
)
def test_what_is_told_of_a_mistake(capsys: pytest.CaptureFixture[str], arguments: list[str], told: list[str]) -> None:
    code, _, err = run(capsys, *arguments)
    assert code in (2, 3)
    for words in told:
        assert words in err
    assert not {"usage", "argument", "invalid", "choose", "error"} & set(err.replace(":", " ").split())


def test_a_file_given_twice_is_scanned_once(
    drafts: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(drafts)
    _, out, _ = run(capsys, "scan", "check.txt", "./check.txt", drafts / "check.txt", "--format", "json")
    assert [one["path"] for one in json.loads(out)["documents"]] == ["check.txt"]


def test_a_report_does_not_take_the_place_of_a_draft_in_a_folder(
    drafts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = run(capsys, "scan", drafts, "-o", drafts / "check.txt")
    assert code == 2 and "check.txt" in err
    assert (drafts / "check.txt").read_text(encoding="utf-8") == CHECK


def test_a_report_that_takes_the_place_of_another_file_says_so(
    drafts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for told in (False, True):
        _, _, err = run(capsys, "scan", drafts / "check.txt", "-o", drafts / "out" / "r.json")
        assert ("替换了原来的文件" in err) is told


@pytest.mark.parametrize(("name", "code"), [("block", 13), ("clear", 3)])
def test_an_interrupt_keeps_what_was_found(
    drafts: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str, code: int
) -> None:
    whole = Workers.results

    def interrupted(workers: Workers, files: list[tuple[Path, str]], _: object = None) -> Iterator[tuple[int, tuple[Result, ...]]]:
        yield from whole(workers, files[:1] if files[0][0].name != "check.txt" else [])
        raise KeyboardInterrupt

    monkeypatch.setattr(Workers, "results", interrupted)
    paths = [drafts / f"{one}.txt" for one in (name, "check", "note")]
    found, out, err = run(capsys, "scan", *paths, "--format", "json")
    verdicts = [one["verdict"] for one in json.loads(out)["documents"]]
    assert (found, verdicts) == (code, [name, "incomplete", "incomplete"])
    assert "审查了 1 个文件" in err and "2 个没有审查" in err
    found, out, err = run(capsys, "scan", *paths[1:], "--format", "json")
    assert (found, out) == (130, "") and "已中断" in err


@pytest.mark.parametrize("environment", [{"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}])
def test_any_locale(drafts: Path, environment: dict[str, str]) -> None:
    (drafts / "check.txt").rename(drafts / "名单.txt")
    command = [sys.executable, "-m", "reviewer", "scan", str(drafts / "名单.txt"), "-o", str(drafts / "报告.json")]
    done = subprocess.run(command, capture_output=True, env=os.environ | environment)
    assert (done.returncode, done.stdout) == (12, b"")
    report = json.loads((drafts / "报告.json").read_text(encoding="utf-8"))
    assert report["documents"][0]["path"] == str(drafts / "名单.txt")


def test_a_name_on_disk_in_gb18030_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = f"申请表{ID}.txt"
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name.encode("gb18030"))).write_text(CLEAR, encoding="utf-8")
    code, out, _ = run(capsys, "scan", tmp_path, "--format", "json")
    assert (code, json.loads(out)["documents"][0]["path"]) == (13, str(tmp_path / name))


def _result(verdict: str) -> Result:
    document = Document("a", "txt", "0", "text")
    gap = Gap("1", "body", Locator(), "picture", "")
    return Result("a", document, gaps=(gap,) if verdict == "incomplete" else ())


def test_nothing_read_is_not_nothing_found() -> None:
    assert exit_code([]) == 3
    assert exit_code([_result("clear"), _result("incomplete")]) == 3
    assert exit_code([_result("clear")]) == 0


def test_json(drafts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "scan", drafts / "block.txt", "--format", "json")
    report = json.loads(out)
    (document,) = report["documents"]
    assert report["schema"] == "reviewer.findings/1" and len(report["key_id"]) == 16
    assert (document["verdict"], document["complete"], document["characters"]) == ("block", True, len(BLOCK))
    entities = {finding["entity"]: finding for finding in document["findings"]}
    assert {"ID_CARD", "PHONE", "NAME"} <= set(entities)
    for finding in document["findings"]:
        assert finding["value"] != BLOCK[finding["start"] : finding["end"]]
    _, shown, _ = run(capsys, "scan", drafts / "block.txt", "--format", "json", "--show-values")
    assert {finding["value"] for finding in json.loads(shown)["documents"][0]["findings"]} >= {ID, PHONE}


def test_offsets_count_in_what_text_prints(drafts: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    path = drafts / "crlf.txt"
    path.write_bytes(b"\xef\xbb\xbf" + "一\r\n电话".encode() + PHONE.encode() + b"\r\n")
    assert main(["text", str(path)]) == 0
    text = capsysbinary.readouterr().out.decode()
    assert text == f"一\r\n电话{PHONE}\r\n"
    main(["scan", str(path), "--format", "json"])
    (finding,) = json.loads(capsysbinary.readouterr().out)["documents"][0]["findings"]
    assert text[finding["start"] : finding["end"]] == PHONE
    assert finding["locator"] == {"line": 2, "column": 3}


def test_several_formats_at_once(drafts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = drafts / "out"
    code, printed, _ = run(
        capsys, "scan", drafts / "check.txt", "--format", "json,html,sarif", "--format", "xlsx", "-o", f"{out}/"
    )
    assert code == 12 and printed == ""
    assert sorted(path.name for path in out.iterdir()) == ["report.html", "report.json", "report.sarif", "report.xlsx"]
    for path in out.iterdir():
        assert PHONE.encode() not in path.read_bytes()


@pytest.mark.parametrize("name", ["r.json", "r.html", "r.sarif", "r.xlsx", "r.txt"])
def test_the_suffix_names_the_format(drafts: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    run(capsys, "scan", drafts / "check.txt", "-o", drafts / name)
    assert (drafts / name).stat().st_size > 100


def test_a_found_name_or_number_in_a_path(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / f"申请表{ID}.txt"
    path.write_text(CLEAR, encoding="utf-8")
    code, out, err = run(capsys, "scan", path)
    assert code == 13 and ID not in out + err
    _, out, _ = run(capsys, "scan", path, "--format", "json")
    document = json.loads(out)["documents"][0]
    (finding,) = document["findings"]
    assert document["path"] == str(path) and finding["part"] == "filename"
    assert path.name[finding["start"] : finding["end"]] == ID


def test_key_new(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "keys" / "site.key"
    assert run(capsys, "key", "new", "--key-file", path)[0] == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert run(capsys, "key", "new", "--key-file", path)[0] == 2
    path.chmod(0o644)
    draft = tmp_path / "a.txt"
    draft.write_text(CHECK, encoding="utf-8")
    code, _, err = run(capsys, "scan", draft, "--key-file", path)
    assert code == 2 and "600" in err


def test_outputs_of_two_keys_are_not_compared(drafts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("one", "two"):
        run(capsys, "key", "new", "--key-file", drafts / f"{name}.key")
        run(capsys, "scan", drafts / "check.txt", "--key-file", drafts / f"{name}.key", "-o", drafts / f"{name}.json")
    code, _, err = run(capsys, "compare", drafts / "one.json", drafts / "two.json")
    assert code == 2 and "密钥" in err
    code, out, _ = run(capsys, "compare", drafts / "one.json", drafts / "one.json", "--format", "json")
    outcome = json.loads(out)
    assert (code, len(outcome["new"]), len(outcome["gone"]), len(outcome["known"])) == (0, 0, 0, 1)


def test_a_fingerprint_stays_when_lines_move(drafts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (drafts / "moved.txt").write_text("新的一行。\n" + CHECK, encoding="utf-8")
    for name in ("check", "moved"):
        run(capsys, "scan", drafts / f"{name}.txt", "-o", drafts / f"{name}.json")
    _, out, _ = run(capsys, "compare", drafts / "check.json", drafts / "moved.json", "--format", "json")
    assert [len(part) for part in json.loads(out).values()] == [0, 0, 1]


@pytest.mark.parametrize("command", [["list"], ["show", "phone"], ["explain", "phone"], ["explain", "amount"]])
def test_rules_commands(capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    code, out, _ = run(capsys, "rules", *command)
    assert code == 0 and out.strip()


def test_an_unknown_rule_is_named_with_what_is_near(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "rules", "show", "phon")
    assert code == 2 and "phone" in err


def test_rules_test_tells_faults_and_failing_examples_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "broken.yml").write_text("id: broken\ncolour: red\n", encoding="utf-8")
    (tmp_path / "failing.yml").write_text(
        "id: failing\ntitle: 试验\nentity: PHONE\nseverity: check\nkind: pattern\nbasis: [ogi-15]\n"
        "advice: 删去。\npatterns: ['甲乙丙']\nexamples:\n  - 没有«丁»\n  - 甲乙\n",
        encoding="utf-8",
    )
    code, _, err = run(capsys, "rules", "test", "--rules", tmp_path)
    assert code == 2
    assert "broken.yml:2: 不认识的键“colour”" in err and "failing.yml:10: 例子不符" in err


def test_evaluate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text(f"电话«{PHONE}|PHONE,check»，身份证«{ID}|ID_CARD»。\n---\n没有\n", encoding="utf-8")
    (tmp_path / "b.jsonl").write_text(
        json.dumps({"text": f"电话{PHONE}", "spans": [{"start": 0, "end": 2, "type": "PHONE"}]}, ensure_ascii=False),
        encoding="utf-8",
    )
    code, out, _ = run(capsys, "evaluate", tmp_path, "--format", "json")
    scores = json.loads(out)["by_entity"]
    assert code == 0 and set(scores["PHONE"]) == {"tp", "fp", "fn", "precision", "recall", "f1", "ci"}
    assert (scores["PHONE"]["tp"], scores["PHONE"]["fp"], scores["PHONE"]["fn"]) == (1, 1, 1)
    assert (scores["ID_CARD"]["tp"], scores["ID_CARD"]["recall"]) == (1, 1.0)
    code, out, _ = run(capsys, "evaluate", tmp_path)
    assert code == 0 and "PHONE" in out


def test_evaluate_the_model_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """雷锋 is a figure of history: a name to the model, nothing to the tool."""
    (tmp_path / "a.txt").write_text("会上，«雷锋|NAME»精神受到«王立军|NAME»的赞扬。\n", encoding="utf-8")
    scores = []
    for options in ((), ("--model-only",), ("--model-only", "--language", "none")):
        _, out, _ = run(capsys, "evaluate", tmp_path, "--format", "json", *options)
        scores.append(json.loads(out)["by_entity"]["NAME"]["tp"])
    assert scores == [1, 2, 0]


@pytest.mark.parametrize(
    "content", ['{"text": 1}', "not json", '{"text": "a", "spans": [{"start": "x", "end": 1, "type": "PHONE"}]}']
)
def test_evaluate_names_the_faulty_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "a", "spans": []}\n' + content, encoding="utf-8")
    code, _, err = run(capsys, "evaluate", path)
    assert code == 2 and "a.jsonl:2:" in err


@pytest.mark.parametrize(("label", "severity"), [("PHONE", "check"), ("PHONE,block", "block"), ("ID_CARD", "block")])
def test_what_is_missed_counts_for_a_severity(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], label: str, severity: str
) -> None:
    (tmp_path / "a.txt").write_text(f"项目编号«20230101|{label}»\n电话«{PHONE}|PHONE»", encoding="utf-8")
    _, out, _ = run(capsys, "evaluate", tmp_path, "--format", "json")
    scores = json.loads(out)["by_severity"]
    assert {name for name, score in scores.items() if score["fn"]} == {severity}
    assert scores["check"]["tp"] == 1 and scores[severity]["recall"] < 1


_NAMED = f"张建国{PHONE}"


@pytest.mark.parametrize(
    "arguments",
    [
        ("scan", "check.txt", "-o", f"{_NAMED}.html"),
        ("scan", "check.txt", "-o", f"{_NAMED}.x"),
        ("scan", f"{_NAMED}.txt", "-o", f"{_NAMED}.txt"),
        ("scan", "check.txt", "-o", f"{_NAMED}/", "--format", "json,html"),
        ("scan", "check.txt", "--rules", _NAMED),
        ("scan", "check.txt", "--allow", f"{_NAMED}.yml"),
        ("scan", "check.txt", f"--key-file={_NAMED}"),
        ("scan", "check.txt", "--words", _NAMED),
        ("scan", "check.txt", "--width", _NAMED),
        ("scan", "check.txt", f"--{_NAMED}"),
        ("scan", "check.txt", "--min-severity", _NAMED),
        ("compare", f"{_NAMED}.txt", "b.json"),
        ("evaluate", f"{_NAMED}.json"),
        ("text", f"{_NAMED}.docx"),
        ("rules", "test", "--rules", _NAMED),
        ("key", "new", "--key-file", f"{_NAMED}.key"),
    ],
)
def test_messages_mask_the_names_in_paths(
    drafts: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.chdir(drafts)
    (drafts / f"{_NAMED}.txt").write_text(CHECK, encoding="utf-8")
    _, out, err = run(capsys, *arguments)
    said = out + err
    assert PHONE not in said and "张建国" not in said
    assert "*" in said


def test_one_format_named_twice_is_one_report(drafts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "scan", drafts / "check.txt", "--format", "json,json")
    assert (code, json.loads(out)["summary"]["findings"]) == (12, 1)
    one = drafts / "a.json"
    assert run(capsys, "scan", drafts / "check.txt", "--format", "json,html", "-o", one, "-o", one)[0] == 2
    assert run(capsys, "scan", drafts / "check.txt", "--format", "json,json", "-o", one)[0] == 12
    assert json.loads(one.read_text(encoding="utf-8"))["summary"]["findings"] == 1


def test_a_fault_of_ours_shows_no_text(
    drafts: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object, **options: object) -> None:
        raise RuntimeError(f"at {ID}")

    monkeypatch.setattr("reviewer.scanning.scan", broken)
    code, out, err = run(capsys, "scan", drafts / "block.txt")
    assert code == 1 and ID not in out + err and "RuntimeError" in err


def test_an_unreadable_file_does_not_stop_the_others(drafts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "scan", drafts, "--format", "json")
    report = json.loads(out)
    verdicts = {os.path.basename(one["path"]): one["verdict"] for one in report["documents"]}
    assert verdicts == {
        "block.txt": "block", "check.txt": "check", "note.txt": "note", "clear.txt": "clear",
        "empty.txt": "incomplete", "odd.bin": "incomplete",
    }  # fmt: skip
    errors = {one["path"]: one["errors"] for one in report["documents"]}
    assert errors[str(drafts / "empty.txt")][0]["code"] == "empty"
    assert errors[str(drafts / "odd.bin")][0]["code"] == "unknown-format"
    assert code == 13


def test_a_pipe_and_a_linked_folder_are_named_not_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "drafts").mkdir()
    (tmp_path / "elsewhere").mkdir()
    os.mkfifo(tmp_path / "drafts" / "pipe")
    (tmp_path / "drafts" / "link").symlink_to(tmp_path / "elsewhere")
    code, out, _ = run(capsys, "scan", tmp_path / "drafts", "--format", "json")
    found = {os.path.basename(one["path"]): one["errors"][0]["code"] for one in json.loads(out)["documents"]}
    assert (code, found) == (3, {"pipe": "unknown-format", "link": "not-found"})


@pytest.mark.parametrize("target", ["block.txt", "/dev/full"])
def test_a_report_never_takes_the_place_of_a_draft_or_a_device(
    drafts: Path, capsys: pytest.CaptureFixture[str], target: str
) -> None:
    code, _, _ = run(capsys, "scan", drafts / "block.txt", "--format", "json", "-o", drafts / target)
    assert code == 2
    assert (drafts / "block.txt").read_text(encoding="utf-8") == BLOCK


def test_a_reader_that_goes_away_changes_no_verdict(drafts: Path) -> None:
    command = f"{sys.executable} -m reviewer scan {drafts / 'block.txt'} --format json | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    assert done.returncode == 13 and "Traceback" not in done.stderr and "Error" not in done.stderr


def test_an_unknown_label_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text("«甲|NOBODY»", encoding="utf-8")
    code, _, err = run(capsys, "evaluate", tmp_path / "a.txt")
    assert code == 2 and "NOBODY" in err
