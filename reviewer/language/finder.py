"""Which detector finds the names of running text: our own, or a spaCy pipeline that an office has trained."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from reviewer.errors import UsageError

OWN, NONE = "builtin", "none"
SPACY = "spacy:"
PERSON_LABELS = frozenset({"PERSON", "PER", "NAME", "NR", "人名"})
"""what pipelines call a person: OntoNotes, CoNLL, ours"""
_AT_ONCE = 20_000
"""characters that spaCy is given at once: its limit is a million, and its memory grows with them"""


@dataclass(frozen=True, slots=True)
class Found:
    """A name at text[start:end], with a confidence from 0 to 1."""

    start: int
    end: int
    score: float


FAINT, DIM = 0.05, 3e-4
"""scores of our own detector: below one half something else must speak for a name, below FAINT a second look as well"""

Finder = Callable[[str, list[tuple[int, int]]], list[Found]]
"""text and the spans where names are known already -> the other names"""


@cache
def finder(language: str) -> Finder:
    """The function that finds the names of a whole text; nothing is loaded before its first call.

    language  "builtin", or "spacy:PATH" with the folder or the package of a trained pipeline; "none": cue words,
              columns and lists alone tell names
    Raises UsageError where that can not be.
    """
    if language == OWN:
        return _own
    if language == NONE:
        return lambda text, known: []
    if language.startswith(SPACY) and len(language) > len(SPACY):
        return _Pipeline(language.removeprefix(SPACY))
    raise UsageError(f"不认识的语言模型“{language}”。写 builtin、none，或者 spacy:模型文件夹。")


def _own(text: str, known: list[tuple[int, int]]) -> list[Found]:
    from reviewer.language.tagger import CERTAIN, NameTagger

    return [Found(one.start, one.end, one.score) for one in NameTagger.load().find(text, CERTAIN, known, DIM)]


class _Pipeline:
    """An office's own spaCy pipeline; loaded once, at its first text."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._nlp: Any = None

    def __call__(self, text: str, known: list[tuple[int, int]]) -> list[Found]:
        nlp = self._loaded()
        pieces = list(_pieces(text))
        found = []
        for (start, _), read in zip(pieces, nlp.pipe(piece for _, piece in pieces), strict=True):
            for entity in read.ents:
                if entity.label_ in PERSON_LABELS:
                    found.append(Found(start + entity.start_char, start + entity.end_char, 0.9))
        return found

    def _loaded(self) -> Any:
        if self._nlp is None:
            try:
                import spacy
            except ImportError:
                raise UsageError("没有安装 spaCy，用不了自己训练的模型。请先安装：pip install '.[language]'") from None
            try:
                self._nlp = spacy.load(Path(self._path) if Path(self._path).exists() else self._path)
            except (OSError, ValueError):
                raise UsageError(f"读不了 spaCy 模型 {self._path}。请检查文件夹，以及训练它的 spaCy 版本。") from None
            if not {"ner", "entity_ruler", "span_ruler"} & set(self._nlp.pipe_names):
                raise UsageError(f"spaCy 模型 {self._path} 里没有识别人名的部件（ner）。")
        return self._nlp


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Stretches of whole lines, each with its start; a longer line is cut."""
    start = 0
    while start < len(text):
        end = start + _AT_ONCE
        if end < len(text):
            end = text.rfind("\n", start, end) + 1 or end
        yield start, text[start:end]
        start = end


@dataclass(frozen=True, slots=True)
class OwnWords:
    """An office's user dictionary: persons that are looked for, and words that are no names."""

    persons: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()


@cache
def own_words(path: Path | None) -> OwnWords:
    """The dictionary at `path` in jieba's format: word, count, part of speech; `nr` is a person.

    Raises UsageError where it can not be read.
    """
    if path is None:
        return OwnWords()
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        raise UsageError(f"读不了用户词典 {path}（应为 UTF-8 文本，每行：词 词频 词性）。") from None
    rows = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    persons = frozenset(row[0] for row in rows if row[-1].startswith("nr") and len(row) > 1)
    return OwnWords(persons, frozenset(row[0] for row in rows) - persons)
