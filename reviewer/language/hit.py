"""What a name in a line is reported as."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from reviewer.language.shape import Candidate
from reviewer.model import Confidence

Evidence = Literal["cue", "title", "list", "signature", "surname-title"]


@dataclass(frozen=True, slots=True)
class NameHit:
    """A name at line[start:end], without its title.

    private    True where the cue names a private person, False for an office holder, None unknown
    pseudonym  the name is hidden already (张某某, 李*)
    cue        the word that gave it away
    """

    start: int
    end: int
    evidence: Evidence
    private: bool | None
    pseudonym: bool
    confidence: Confidence
    cue: str = field(compare=False)


def as_hit(found: Candidate, evidence: Evidence, private: bool | None, cue: str) -> NameHit:
    """The candidate as a hit."""
    return NameHit(found.start, found.end, evidence, private, found.pseudonym, found.confidence, cue)
