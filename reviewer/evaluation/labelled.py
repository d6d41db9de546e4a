"""Files with labels -> texts and the spans that are to be found in them. Four forms are read:

.txt                      «张建国|NAME» marked in the text; a line of only --- begins another text
.jsonl                    {"text", "spans": [{"start", "end", "type"}]}, one text a line
.ann beside .txt          BRAT's standoff: T1<tab>NAME 0 3<tab>张建国; offsets count characters of the .txt
.conll .bio .bioes .bmes .iob   a character or word and its label (B- I- E- M- S- O) a line, then a blank line
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reviewer.errors import UsageError
from reviewer.model import ENTITY_TITLES
from reviewer.rulebook.load import marked

Span = tuple[int, int, str]
COLUMNS = (".conll", ".bio", ".bioes", ".bmes", ".iob")
_ALIASES = {
    "PER": "NAME", "PERSON": "NAME", "PER.NAM": "NAME", "NR": "NAME", "MOBILE": "PHONE", "IDCARD": "ID_CARD",
    "TEL": "PHONE", "MAIL": "EMAIL", "ADDR": "ADDRESS", "BANKCARD": "BANK_CARD",
}  # fmt: skip
_TAG = re.compile(r"O|([BIEMSL])[-_](\S+)")
_BRAT = re.compile(r"T\S+\t(\S+) ([0-9]+ [0-9]+(?:;[0-9]+ [0-9]+)*)(?:\t|$)")


def entity_of(label: str) -> str:
    """Our word for a label of somebody else's text: "per" is NAME; unknown ones stay as they are."""
    return label if label in ENTITY_TITLES else _ALIASES.get(label.upper(), label.upper())


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text with the spans that are to be found; `severities` where the mark names one."""

    text: str
    spans: tuple[Span, ...]
    severities: tuple[str, ...] = ()
    name: str = ""
    """file and number of the text in it, from 1: "a.txt#2" """


def labelled_texts(path: Path) -> Iterator[Labelled]:
    """The labelled texts of a file or of all files of a folder. Raises UsageError with file and line."""
    if not path.is_dir():
        yield from _texts(path, path.name)
        return
    for file in sorted(path.iterdir()):
        # The .txt of a pair is read with its .ann.
        is_pair = file.suffix == ".txt" and file.with_suffix(".ann").is_file()
        if file.suffix in (".txt", ".jsonl", ".ann", *COLUMNS) and not is_pair:
            yield from _texts(file, file.name)


def _texts(path: Path, name: str) -> Iterator[Labelled]:
    annotations = path.with_suffix(".ann")
    if path.suffix == ".ann" or (path.suffix == ".txt" and annotations.is_file()):
        yield _standoff(path.with_suffix(".txt"), annotations)
        return
    source = _read(path).removeprefix("\ufeff")
    if path.suffix == ".jsonl":
        yield from _json_lines(source, path, name)
    elif path.suffix in COLUMNS:
        yield from _columns(source, path, name)
    else:
        yield from _marked(source, path, name)


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except FileNotFoundError:
        raise UsageError(f"找不到标注文件：{path}") from None
    except (OSError, UnicodeDecodeError):
        raise UsageError(f"标注文件读不了（应为 UTF-8 文本）：{path}") from None


def _marked(source: str, path: Path, name: str) -> Iterator[Labelled]:
    for number, piece in enumerate(source.replace("\r\n", "\n").split("\n---\n"), 1):
        text, spans = marked(piece)
        labels = [label.split(",") for _, _, label in spans]
        for parts in labels:
            if parts[0] not in ENTITY_TITLES:
                raise UsageError(f"{path}：标注“|{parts[0]}”不是可用的类别，应写作«值|类别»，如 «13800012345|PHONE»。")
        yield Labelled(
            text,
            tuple((start, end, parts[0]) for (start, end, _), parts in zip(spans, labels, strict=True)),
            tuple(parts[1] if len(parts) > 1 else "" for parts in labels),
            f"{name}#{number}",
        )


def _json_lines(source: str, path: Path, name: str) -> Iterator[Labelled]:
    for number, line in enumerate(source.splitlines(), 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            spans = tuple(
                (int(span["start"]), int(span["end"]), str(span.get("type") or span["entity"]))
                for span in entry["spans"]
            )
            yield Labelled(str(entry["text"]), spans, name=f"{name}#{number}")
        except (ValueError, KeyError, TypeError, AttributeError):
            form = '{"text", "spans": [{"start", "end", "type"}]}'
            raise UsageError(f"{path}:{number}: 不是 {form} 的形式") from None


def _standoff(path: Path, annotations: Path) -> Labelled:
    """A text and its BRAT annotations; relations, events and notes are passed over, a broken span is its hull."""
    text = _read(path)
    spans = []
    for number, line in enumerate(_read(annotations).split("\n"), 1):
        if not line.startswith("T"):
            continue
        found = _BRAT.match(line.rstrip("\r"))
        if found is None:
            raise UsageError(f"{annotations}:{number}: 不是 BRAT 的形式（T1<制表符>类别 起 止<制表符>文字）")
        ends = [int(one) for one in re.findall("[0-9]+", found[2])]
        if not 0 <= min(ends) < max(ends) <= len(text):
            raise UsageError(f"{annotations}:{number}: 起止位置不在 {path.name} 之内")
        spans.append((min(ends), max(ends), found[1]))
    return Labelled(text, tuple(sorted(spans)), name=f"{path.name}#1")


def _columns(source: str, path: Path, name: str) -> Iterator[Labelled]:
    """The sentences of a file in columns: what stands first in a line is the token, what stands last its label."""
    number = 0
    tokens: list[tuple[str, str]] = []
    for at, line in enumerate([*source.split("\n"), ""], 1):
        parts = line.split()
        if parts and parts[0] == "-DOCSTART-":
            continue
        if parts:
            if len(parts) > 1 and _TAG.fullmatch(parts[-1]):
                tokens.append((parts[0], parts[-1]))
            elif not parts[0].startswith("#"):
                raise UsageError(f"{path}:{at}: 不是“字 标签”的形式（标签如 B-NAME、I-NAME、O）")
        elif tokens:
            number += 1
            yield _sentence(tokens, f"{name}#{number}")
            tokens = []


def _sentence(tokens: list[tuple[str, str]], name: str) -> Labelled:
    text = ""
    spans: list[Span] = []
    open_type = ""
    for token, tag in tokens:
        # Words of Latin letters and numbers stand apart; Chinese, and what is given by characters, runs on.
        gap = " " if len(token) > 1 and _is_latin(token[0]) and _is_latin(text[-1:]) else ""
        start, text = len(text) + len(gap), text + gap + token
        found = _TAG.fullmatch(tag)
        kind, label = (found[1], found[2]) if found is not None and found[1] else ("O", "")
        if kind in ("I", "M", "E", "L") and label == open_type:
            spans[-1] = (spans[-1][0], len(text), label)
        elif label:
            spans.append((start, len(text), label))
        open_type = "" if kind in ("O", "E", "L", "S") else label
    return Labelled(text, tuple(spans), name=name)


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()
