"""How good a tagger is: exact spans, by kind of text, with spaCy's Scorer."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from reviewer.language.training import corpora
from reviewer.language.training.examples import Span
from reviewer.language.training.grammar import HELD_OUT_HEADERS, Grammar
from reviewer.language.training.labels import document
from reviewer.language.training.people import Counts, People

Find = Callable[[str], Sequence[Span]]
"""text -> the names' spans"""


SEED = 99
KINDS = ((True, "everyday"), (False, "reserved"))
"""the two kinds of made-up texts: surnames as they are in life, or such as training never sees"""


@dataclass(frozen=True, slots=True)
class Case:
    """A text to be measured on, with its names."""

    text: str
    names: tuple[Span, ...]


def corpus(folder: Path) -> dict[str, list[Case]]:
    """The held-out texts of the corpora as people marked them."""
    cases: dict[str, list[Case]] = {}
    for text in corpora.read(folder):
        if text.held_out:
            cases.setdefault(text.corpus, []).append(Case(text.text, text.names))
    return cases


def generated(
    counts: Counts, *, everyday: bool = False, seed: int = SEED, times: int = 30, tables: int = 400
) -> dict[str, list[Case]]:
    """Made-up texts of sentence patterns and given names that training never sees, by section.

    everyday  surnames as they are in life; else the surnames too are such as training never sees
    """
    random = Random(seed)
    grammar = Grammar(random, People(random, counts, reserved=True, everyday=everyday), "held_out")
    cases: dict[str, list[Case]] = {}
    for section, pattern in grammar.patterns * times:
        text, names = grammar.fill(pattern)
        cases.setdefault(section, []).append(Case(text, tuple(names)))
    cases["tables"] = [
        Case(text, tuple(names)) for text, names in (grammar.table(HELD_OUT_HEADERS) for _ in range(tables))
    ]
    return cases


def write_tests(folder: Path, counts: Counts, seed: int = SEED) -> list[Path]:
    """Write the made-up texts as files that `reviewer evaluate` reads, one a kind and section; returns the files."""
    written = []
    for everyday, kind in KINDS:
        (folder / kind).mkdir(parents=True, exist_ok=True)
        for section, cases in generated(counts, everyday=everyday, seed=seed).items():
            path = folder / kind / f"{section}.jsonl"
            path.write_text("".join(_row(case) for case in cases), encoding="utf-8")
            written.append(path)
    return written


def _row(case: Case) -> str:
    spans = [{"start": start, "end": end, "type": "NAME"} for start, end in case.names]
    return json.dumps({"text": case.text, "spans": spans}, ensure_ascii=False) + "\n"


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1 of exact spans, how many names there were and how many were found."""

    precision: float
    recall: float
    f1: float
    names: int
    found: int

    def __str__(self) -> str:
        if not self.names:
            return f"no names; {self.found} found"
        return f"P {self.precision:.3f}  R {self.recall:.3f}  F1 {self.f1:.3f}  ({self.names} names)"


def score(cases: Sequence[Case], find: Find, *, shortest: int = 1) -> Score:
    """The score of all cases read as one text of many lines; spans shorter than `shortest` do not count."""
    from spacy.scorer import Scorer
    from spacy.training import Example
    from spacy.vocab import Vocab

    text = "\n".join(case.text for case in cases)
    right, at = [], 0
    for case in cases:
        right += [(at + start, at + end) for start, end in case.names]
        at += len(case.text) + 1
    guessed = [span for span in find(text) if span[1] - span[0] >= shortest]
    vocabulary = Vocab()
    pair = Example(document(vocabulary, text, guessed), document(vocabulary, text, right))
    result = Scorer.score_spans([pair], "ents")
    return Score(
        result["ents_p"] or 0.0, result["ents_r"] or 0.0, result["ents_f"] or 0.0, len(right), len(guessed)
    )


SHORTEST = {"cluener.train": 2}
"""CLUENER does not mark a surname that stands alone: spans of one character are left out there"""


def table(folder: Path, counts: Counts, find: Find) -> list[tuple[str, Score]]:
    """All scores: the corpora, the made-up texts section by section, and those together."""
    rows = [
        (name, score(cases, find, shortest=SHORTEST.get(name, 1))) for name, cases in corpus(folder).items()
    ]
    for everyday, kind in KINDS:
        sections = generated(counts, everyday=everyday)
        rows += [(f"{kind}: {name}", score(cases, find)) for name, cases in sections.items()]
        rows.append((f"{kind}: all", score([case for cases in sections.values() for case in cases], find)))
    return rows
