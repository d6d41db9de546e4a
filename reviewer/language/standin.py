"""A second look at rare surnames: a frequent one stands in, and the detector reads the place again.

Of a surname that is mostly a word (费, 项, 都) the detector knows the word. What it says of the place with another
surname there tells whether the rest, and what stands around it, are those of a person.
"""

from __future__ import annotations

from collections.abc import Sequence

from reviewer.language.finder import Found
from reviewer.language.segment import words

SURNAME = "邓"
"""a frequent surname that is hardly anything else"""
_SURELY = 0.99
_BEFORE, _BEHIND = 12, 16
"""characters around the beginning of a name that the detector is shown: more than it looks at"""


def confirmed(text: str, spans: Sequence[Found]) -> list[Found]:
    """Those of the spans, names of one-character surnames, that are surely names with a frequent surname instead."""
    from reviewer.language.tagger import CERTAIN, NameTagger

    shown: list[str] = []
    places: dict[tuple[int, int], Found] = {}
    at = 0
    for one in spans:
        first = max(one.start - _BEFORE, 0)
        shown.append(f"{text[first : one.start]}{SURNAME}{text[one.start + 1 : one.start + _BEHIND]}")
        places[at + one.start - first, at + one.end - first] = one
        at += len(shown[-1]) + 1
    seen = NameTagger.load().find("\n".join(shown), CERTAIN)
    sure = [(span.start, span.end) for span in seen if span.score >= _SURELY]
    return [places[span] for span in sure if span in places]


def is_no_word(text: str, span: Found) -> bool:
    """Whether no word of the dictionary has a part in the span, or runs over its ends."""
    first = max(span.start - _BEFORE, 0)
    around = words(text[first : span.end + _BEFORE], guess=False)
    inside = [word for word in around if word[2] + first > span.start and word[1] + first < span.end]
    return all(word[2] - word[1] == 1 for word in inside)
