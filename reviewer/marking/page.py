"""The frame of a marked HTML view: the draft on the left, the remarks beside it; no script, nothing loaded.

Used for txt, md, csv, tsv (marking.plain) and html (marking.html). What comes from the draft is escaped or stands in
an allow-list of tags; the remarks are our own words.
"""

from __future__ import annotations

import html
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files

from reviewer.marking.model import Note
from reviewer.reports.words import SEVERITY_TITLES, printable

_ORDER = ("note", "check", "block")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


class Marks:
    """The notes over the draft's text: what stands over each stretch, and where each note begins."""

    def __init__(self, notes: Sequence[Note]) -> None:
        spans = sorted((start, end, k) for k, note in enumerate(notes) for start, end in note.spans if end > start)
        self._notes = notes
        self._edges = sorted({edge for start, end, _ in spans for edge in (start, end)})
        self._over: list[list[int]] = [[] for _ in self._edges]
        for start, end, k in spans:
            for at in range(bisect_left(self._edges, start), bisect_left(self._edges, end)):
                self._over[at].append(k)
        self._first = {k: min(end for _, end in note.spans) for k, note in enumerate(notes) if note.spans}

    def pieces(self, start: int, end: int) -> Iterator[tuple[int, int, str, tuple[int, ...]]]:
        """[start, end) cut where marks begin or end: start, end, severity ("" for none), notes that are told here."""
        here, at = start, bisect_left(self._edges, start)
        while here < end:
            edge = self._edges[at] if at < len(self._edges) else end
            if edge == here:
                at += 1
                edge = self._edges[at] if at < len(self._edges) else end
            stop = min(edge, end)
            over = self._over[at - 1] if at and at <= len(self._over) else []
            severity = max((self._notes[k].severity for k in over), key=_ORDER.index, default="")
            yield here, stop, severity, tuple(k for k in dict.fromkeys(over) if self._first[k] == stop)
            here = stop

    def written(self, text: str, start: int, end: int) -> str:
        """text[start:end] as HTML with its marks."""
        out = []
        for first, last, severity, told in self.pieces(start, end):
            piece = html.escape(printable(text[first:last]), quote=False)
            out.append(f'<mark class="{severity}">{piece}</mark>' if severity else piece)
            out.extend(reference(k) for k in told)
        return "".join(out)


def reference(number: int) -> str:
    """The small number behind a mark, which leads to its remark."""
    return f'<sup class="ref"><a href="#n{number + 1}" id="m{number + 1}">{number + 1}</a></sup>'


def page(title: str, body: Iterable[str], notes: Sequence[Note], *, style: str = "") -> bytes:
    """The whole page in UTF-8; `body` is HTML, `style` the draft's own within the allow-list."""
    css = files("reviewer.marking").joinpath("page.css").read_text(encoding="utf-8")
    placed = [(k, note) for k, note in enumerate(notes) if note.spans]
    rest = [(k, note) for k, note in enumerate(notes) if not note.spans]
    return "".join([
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">',
        f"<title>{html.escape(title)}</title><style>{css}</style>{style}</head><body>",
        f"<header><h1>{html.escape(title)}</h1><p>{_counts(notes)}</p>",
        "<p>本页含有草稿原文，只供审查使用，不得发布。</p></header>",
        '<div class="reviewer-columns"><main class="reviewer-draft">',
        *body,
        '</main><aside class="reviewer-notes">',
        *(_card(k, note, back=True) for k, note in placed),
        '<h2>没有标在正文里的</h2>' if rest else "",
        *(_card(k, note, back=False) for k, note in rest),
        "</aside></div></body></html>\n",
    ]).encode("utf-8", "replace")  # fmt: skip


def _counts(notes: Sequence[Note]) -> str:
    counts = {severity: sum(note.severity == severity for note in notes) for severity in reversed(_ORDER)}
    told = "，".join(f"{SEVERITY_TITLES[severity]} {count} 项" for severity, count in counts.items() if count)  # type: ignore[index]
    return told or "没有发现问题（不等于可以公开）。"


def _card(number: int, note: Note, *, back: bool) -> str:
    words = html.escape(note.text).replace("\n", "<br>")
    head = f'<a href="#m{number + 1}">{number + 1}</a>' if back else str(number + 1)
    return (
        f'<section class="{note.severity}" id="n{number + 1}"><h3>{head} {html.escape(note.title)}</h3>'
        f'<p class="place">{html.escape(note.place)}</p><p>{words}</p></section>'
    )
