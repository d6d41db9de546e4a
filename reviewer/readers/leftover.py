"""What a conversion left behind: the words of the original, compared with the text of its converted copy.

LibreOffice has no place for some things, and it ends without a word in some files that it does not understand: what the
original says and the copy does not is read all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

_WORD = re.compile(r"[\u3400-\u9fff]{2,}|[0-9A-Za-z@._-]{5,}")
_RUN = re.compile(r"[\u3400-\u9fff]{4,}|[A-Za-z0-9@._-]{5,}")
_SPACES = str.maketrans("", "", " \t\r\n\u3000\xa0\u200b\ufeff\xad")


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph, cell or attribute of the original. `hint` says in Chinese what it is.

    `shown`: it runs in the text itself, so that a copy without it is not the whole draft. `whole`: the converted text
    has it in one piece; else (a paragraph with deleted or hidden text in it) each of its words is looked for.
    """

    part: str
    hint: str
    text: str = field(repr=False)
    shown: bool = False
    whole: bool = True


def left_out(words: Iterable[Words], text: str) -> Iterator[Words]:
    """Those that are not in `text`, each once; `shown` only where most of it is not there in other words either.

    Of what need not be there in one piece only the words that are missing, unless most of them are.
    """
    pieces = {_squeezed(piece) for piece in re.split("[\n\t]", text)}
    whole = _squeezed(text)
    told: set[str] = set()
    for one in words:
        squeezed = _squeezed(one.text)
        if not squeezed or squeezed in pieces or squeezed in told or squeezed in whole:
            continue
        told.add(squeezed)
        # A date or a page number that the converter set anew makes no lost paragraph.
        runs = _RUN.findall(squeezed)
        lost = sum(not _is_there(run, whole) for run in runs) * 2 > len(runs)
        said = one.text
        if not one.whole and not lost:
            said = "、".join(word for word in _WORD.findall(squeezed) if not _is_there(word, whole))
        if said:
            yield Words(one.part, one.hint, said, one.shown and lost)


def _is_there(word: str, whole: str) -> bool:
    """Whether `whole` has a word, or two that only a deletion or a note parts."""
    if word in whole:
        return True
    least = 2 if word[0] > "\u3400" else 5
    return any(word[:k] in whole and word[k:] in whole for k in range(least, len(word) - least + 1))


def _squeezed(text: str) -> str:
    return text.translate(_SPACES)
