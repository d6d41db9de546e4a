"""Two tools on the same labelled text: scores, differences with intervals, and what changed, without values."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from reviewer import cli
from reviewer.errors import UsageError
from reviewer.evaluation.against import Answer, compare, read_answers
from reviewer.evaluation.labelled import Labelled

Spans = list[tuple[int, int, str]]


def _compared(wanted: list[Spans], old: list[Spans], new: list[Spans], **options: Any) -> dict[str, Any]:
    texts = [Labelled(f"{number:020}", tuple(spans), name=str(number)) for number, spans in enumerate(wanted)]
    mine = {text.text: [Answer(*span) for span in spans] for text, spans in zip(texts, new, strict=True)}
    theirs = {text.name: (20, tuple(Answer(*span) for span in spans)) for text, spans in zip(texts, old, strict=True)}

    def find(text: str) -> Sequence[Answer]:
        return mine[text]

    return compare(texts, find, theirs, **options)


_NAME, _PHONE, _OTHER = (0, 3, "NAME"), (5, 16, "PHONE"), (16, 19, "NAME")


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ([_NAME], [_NAME], []),
        ([], [_NAME], [("gained", 0)]),
        ([_NAME, _PHONE], [], [("lost", 0), ("lost", 5)]),
        ([_OTHER], [_NAME, _OTHER], [("gained", 0)]),
        ([], [_OTHER], [("new_false", 16)]),
        ([_NAME, _OTHER], [_NAME], [("gone_false", 16)]),
        ([], [(0, 3, "PHONE")], [("new_false", 0)]),
    ],
)
def test_what_changed(old: Spans, new: Spans, changes: list[tuple[str, int]]) -> None:
    told = _compared([[_NAME, _PHONE, (0, 5, "ORG")]], [old], [new])
    assert [(one["change"], one["start"]) for one in told["cases"]] == changes


def test_differences_and_their_intervals() -> None:
    """Ten texts: the old misses the name in five of them; phones are found by both."""
    wanted = [[_NAME, _PHONE]] * 10
    told = _compared(wanted, [[_PHONE]] * 5 + [[_NAME, _PHONE]] * 5, wanted)
    recall = told["by_entity"]["NAME"]["difference"]["recall"]
    assert (told["by_entity"]["NAME"]["old"]["recall"], recall["value"]) == (0.5, 0.5)
    # Binomial with ten draws at 0.5: 0.2 to 0.8.
    assert recall["ci"] == pytest.approx([0.2, 0.8], abs=0.1)
    assert told["by_entity"]["PHONE"]["difference"]["f1"] == {"value": 0.0, "ci": [0.0, 0.0]}
    assert told["total"]["difference"]["recall"]["value"] == 0.25


def test_pairs_are_narrower_than_two_samples() -> None:
    """Both miss the same half of the texts, the new one finds one more: the interval is that of the one, not of the half."""
    missed, found = [[]] * 20, [[_NAME]] * 20
    told = _compared([[_NAME]] * 40, [*missed, *found], [[_NAME], *missed[1:], *found])
    low, high = told["by_entity"]["NAME"]["difference"]["recall"]["ci"]
    assert low >= 0 and high < 0.15


@pytest.mark.parametrize("answers", [{}, {"0": (19, ())}])
def test_other_texts_are_refused(answers: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="同样的标注"):
        compare([Labelled("0" * 20, (), name="0")], lambda _: [], answers)


@pytest.mark.parametrize("content", ["[]", "{}", '{"answers": [{"text": "a"}]}', '{"answers": [{"text": "a", "spans": [1]}]}', "x"])
def test_what_is_no_answer(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError):
        read_answers(path)


def test_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A rule set is compared with itself and more; another tool's file says only where."""
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "a.txt").write_text("联系人电话«13800012345|PHONE»，密语«青山不老|CREDENTIAL»。\n---\n无\n", encoding="utf-8")
    own = tmp_path / "own"
    own.mkdir()
    (own / "motto.yml").write_text(
        "id: motto\ntitle: 密语\nentity: CREDENTIAL\nseverity: block\nbasis: [ogi-15]\nadvice: 删去。\nkind: labelled\n"
        "labels: [密语]\nvalue: '[一-龥]{4}'\nexamples: [密语«青山绿水», 密码本]\n", encoding="utf-8",
    )  # fmt: skip
    before = tmp_path / "before.json"
    assert cli.main(["evaluate", str(texts), "--format", "json"]) == 0
    before.write_text(capsys.readouterr().out, encoding="utf-8")
    assert "13800012345" not in before.read_text(encoding="utf-8")
    command = ["evaluate", str(texts), "--rules", str(own), "--against"]
    assert cli.main([*command, str(before)]) == 0
    out = capsys.readouterr().out
    assert "CREDENTIAL" in out and "原来漏的，现在找到：1 处" in out and "motto" in out and "青山" not in out
    other = tmp_path / "other.json"
    told = [{"text": "a.txt#1", "spans": [{"start": 0, "end": 2, "type": "mobile"}]}, {"text": "a.txt#2", "spans": []}]
    other.write_text(json.dumps({"answers": told}), encoding="utf-8")
    assert cli.main([*command, str(other), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["change"] for one in told["cases"]] == ["gained", "gained", "gone_false"]
