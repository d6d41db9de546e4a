"""The texts that the teacher labels, and which of them no training ever sees.

A corpus is a file of one text a line, {"id", "text", "spans": [{"start", "end", "type"}]}. The spans are people's
labels: they are for measuring alone. What is held out is told by a hash of the text, so that a text that stands
twice in the corpora is held out twice, and no seed has to be kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NAME_TYPES = frozenset({"PER", "NAME"})
"""what the corpora call a person's name"""
HELD_OUT = {"msra.train": 10, "cluener.train": 20, "weibo.test": 100, "resume.dev": 100}
"""percent of a corpus that is only measured; of the others nothing is"""


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a corpus with the names that people marked in it."""

    corpus: str
    text: str
    names: tuple[tuple[int, int], ...]

    @property
    def held_out(self) -> bool:
        """Whether the text is for measuring."""
        return share(self.text) < HELD_OUT.get(self.corpus, 0)


def share(text: str) -> int:
    """A number from 0 to 99 that depends on the text alone."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") % 100


def read(folder: Path) -> Iterator[Text]:
    """Every text under the folder's ner/, in the order of the files' names."""
    for path in sorted((folder / "ner").glob("*.jsonl")):
        corpus = path.name.removesuffix(".jsonl")
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            spans = (span for span in row["spans"] if span["type"] in NAME_TYPES)
            names = tuple(sorted((span["start"], span["end"]) for span in spans))
            yield Text(corpus, row["text"], names)
