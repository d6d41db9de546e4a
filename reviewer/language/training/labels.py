"""The labelled texts that the network learns from, and how a first network corrects the teacher.

They are kept as a spaCy DocBin: one document a text, one token a character, the names as entities, what is doubtful
and the pronouns as span groups.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from reviewer.language.tagger import decoded
from reviewer.language.training import corpora, correct
from reviewer.language.training.examples import Example, Span
from reviewer.language.training.teacher import Reading, Teacher

PRONOUNS = ("他", "她")
OPENED = frozenset({"v", "d", "p", "vd", "ad"})
PERSONS = tuple("人员者长师生民工手兵友客户主理官子女")
"""last characters of words for a person"""
GROUPS = ("doubts", "pronouns", "openings")
NAMELESS = ("address.train", "address.dev")
"""corpora of addresses, in which no name stands"""


def by_teacher(folder: Path) -> list[Example]:
    """Every text that is not held out, with the names that the teacher and the rules find in it."""
    teacher = Teacher()
    texts = [text for text in corpora.read(folder) if not text.held_out]
    readings = [teacher.read(text.text) for text in texts]
    rows = [
        (text.text, reading, [] if text.corpus in NAMELESS else correct.names_of(text.text, reading))
        for text, reading in zip(texts, readings, strict=True)
    ]
    consensus = correct.Consensus(rows)
    return [
        Example(
            text,
            tuple(consensus.corrected(text, names)),
            (),
            _pronouns(text, reading),
            _openings(text, reading),
        )
        for text, reading, names in rows
    ]


def _pronouns(text: str, reading: Reading) -> tuple[Span, ...]:
    return tuple((start, end) for start, end, _ in reading.words if text[start:end] in PRONOUNS)


def _openings(text: str, reading: Reading) -> tuple[Span, ...]:
    """Verbs and the like that begin a clause or follow a word for a person: someone may be named before them."""
    found = []
    before = ("", "w")
    for start, end, tag in reading.words:
        if tag in OPENED and (before[1] == "w" or (before[1] == "n" and before[0].endswith(PERSONS))):
            found.append((start, end))
        before = (text[start:end], tag)
    return tuple(found)


def by_both(examples: Sequence[Example], judge: Callable[[str], np.ndarray]) -> list[Example]:
    """The examples after a first network read them: where it differs from the labels nothing is to be learned."""
    corrected = []
    scores = judge("\n".join(["", *(example.text for example in examples), ""]))
    at = 1
    for example in examples:
        corrected.append(_agreed(example, scores[at : at + len(example.text)]))
        at += len(example.text) + 1
    return corrected


def _agreed(example: Example, scores: np.ndarray) -> Example:
    """What network and labels say alike; of what the rules know for sure the network is not asked."""
    text = example.text
    found = {span for start, end, _ in decoded(scores, 0.0) if not correct.is_body(text, span := (start, end))}
    names = tuple(span for span in example.names if span in found or correct.is_speaker(text, span))
    differing = {*example.names, *found}.difference(names)
    doubts = (span for span in differing if not correct.overlapping(span, names))
    return replace(example, names=names, doubts=tuple(sorted(doubts)))


def store(path: Path, examples: Sequence[Example]) -> None:
    """Write the examples as a DocBin."""
    from spacy.tokens import DocBin
    from spacy.tokens import Span as DocSpan

    bin_ = DocBin(attrs=["ENT_IOB", "ENT_TYPE"], store_user_data=False)
    vocabulary = _vocabulary()
    for example in examples:
        doc = document(vocabulary, example.text, example.names)
        for group in GROUPS:
            doc.spans[group] = [DocSpan(doc, start, end) for start, end in getattr(example, group)]
        bin_.add(doc)
    bin_.to_disk(path)


def load(path: Path) -> list[Example]:
    """The examples of a DocBin."""
    from spacy.tokens import DocBin

    return [
        Example(
            "".join(token.text for token in doc),
            tuple((entity.start, entity.end) for entity in doc.ents),
            *(tuple((span.start, span.end) for span in doc.spans[group]) for group in GROUPS),
        )
        for doc in DocBin().from_disk(path).get_docs(_vocabulary())
    ]


def _vocabulary():  # type: ignore[no-untyped-def]
    from spacy.vocab import Vocab

    return Vocab()


def document(vocabulary, text: str, names: Sequence[Span]):  # type: ignore[no-untyped-def]
    """A spaCy document of one token a character, the names as its entities."""
    from spacy.tokens import Doc
    from spacy.tokens import Span as DocSpan

    doc = Doc(vocabulary, words=list(text), spaces=[False] * len(text))
    doc.set_ents([DocSpan(doc, start, end, "PERSON") for start, end in names])
    return doc
