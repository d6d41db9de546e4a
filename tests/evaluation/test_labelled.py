"""Labelled text in four forms gives the same texts and spans."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewer.errors import UsageError
from reviewer.evaluation.labelled import labelled_texts
from reviewer.evaluation.scores import labels_of

_BIO = "王 B-PER\n小 I-PER\n英 I-PER\n来 O\n自 O\n县 B-ORG\n局 I-ORG\n\n# 第二句\n找 O\n李 B-PER\n明 I-PER\n"
_TABBED = "-DOCSTART- O\n\n王\tNN\tB-NAME\r\n小\tNN\tM-NAME\r\n英\tNN\tE-NAME\r\n来\tVV\tO\r\n自\tVV\tO\r\n县\tNN\tO\r\n局\tNN\tO\r\n\r\n"
_BRAT = (
    "T1\tPerson 0 3\t王小英\nT2\tORG 5 7\t县局\nR1\tworks Arg1:T1 Arg2:T2\n#1\tAnnotatorNotes T1\t甲\n"
    "T3\tPhone 8 9;10 12\t1 33\n"
)


@pytest.mark.parametrize(
    ("files", "texts", "spans"),
    [
        ({"a.txt": "«王小英|NAME»来自县局\n---\n找«李明|NAME,check»"}, ["王小英来自县局", "找李明"], [[(0, 3)], [(1, 3)]]),
        ({"a.jsonl": '{"text": "找李明", "spans": [{"start": 1, "end": 3, "type": "per"}]}\n'}, ["找李明"], [[(1, 3)]]),
        ({"a.bio": _BIO}, ["王小英来自县局", "找李明"], [[(0, 3)], [(1, 3)]]),
        ({"a.conll": _TABBED}, ["王小英来自县局"], [[(0, 3)]]),
        ({"a.ann": _BRAT, "a.txt": "王小英来自县局 1-33"}, ["王小英来自县局 1-33"], [[(0, 3), (8, 12)]]),
        ({"a.bioes": "请 O\nJohn B-PER\nDoe E-PER\n打 O\n1 B-PHONE\n3 I-PHONE\n"}, ["请John Doe打13"], [[(1, 9), (10, 12)]]),
        ({"a.iob": "甲 S-NAME\n乙 S-NAME\n"}, ["甲乙"], [[(0, 1), (1, 2)]]),
    ],
)
def test_texts_and_spans(tmp_path: Path, files: dict[str, str], texts: list[str], spans: list[list[tuple[int, int]]]) -> None:
    for name, content in files.items():
        (tmp_path / name).write_bytes(content.encode())
    read = list(labelled_texts(tmp_path))
    assert [one.text for one in read] == texts
    assert [[(label.start, label.end) for label in labels_of(one)] for one in read] == spans
    assert [one.name.rpartition("#")[2] for one in read] == [str(number + 1) for number in range(len(read))]


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("a.bio", "王 B-PER\n小\n", "a.bio:2"),
        ("a.bio", "王 B-PER\n小 PER\n", "a.bio:2"),
        ("a.ann", "T1\tPER 0 1\t王\nT2\tPER 3\t王\n", "a.ann:2"),
        ("a.ann", "T1\tPER 0 9\t王\n", "a.ann:1"),
        ("b.ann", "T1\tPER 0 1\t王\n", "b.txt"),
    ],
)
def test_faults_name_file_and_line(tmp_path: Path, name: str, content: str, line: str) -> None:
    (tmp_path / "a.txt").write_text("王小英", encoding="utf-8")
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=line):
        list(labelled_texts(tmp_path / name))
