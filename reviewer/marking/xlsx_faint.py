"""Rich text of which only some runs can be seen: what a publishable copy shows of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lxml import etree

from reviewer.marking.xlsx_hits import Hit
from reviewer.marking.xlsx_parts import Draft
from reviewer.marking.xlsx_strings import SharedStrings
from reviewer.readers.package import parse_xml
from reviewer.readers.xlsx_book import MAIN, clean
from reviewer.readers.xlsx_scan import plain_text
from reviewer.readers.xlsx_style import Colour, Look, Palette, is_tiny, read_looks, read_palette, unseen

_Run = tuple[str, "Colour | None", bool]
"""text, colour of its own, whether it is tiny"""


@dataclass(slots=True)
class Faint:
    """The rich texts among the shared strings, and the styles that cells show them in."""

    runs: dict[int, list[_Run]] = field(default_factory=dict, repr=False)
    looks: list[Look] = field(default_factory=list)

    def seen(self, index: int, style: int, hit: Hit | None) -> tuple[str, bool]:
        """What a cell shows of a shared string, with the changes of `hit`, and whether any of those lies in it.

        "" where nothing is shown, and where that is not known.
        """
        runs = self.runs.get(index, [])
        look = self.looks[style] if style < len(self.looks) else Look()
        if look.reason or look.format is not None:
            return "", False
        text = "".join(run[0] for run in runs)
        if hit is not None and hit.text != text:
            return "", False
        shows = [not (tiny or unseen(colour, look.background)) for words, colour, tiny in runs for _ in words]
        changes = hit.changes if hit is not None else []
        out = list(text)
        for start, end, replacement in changes:
            out[start:end] = [replacement, *[""] * (end - start - 1)]
        rest = "".join(piece for piece, shown in zip(out, shows, strict=True) if shown)
        return rest, any(shows[start] for start, _, _ in changes)


def faint_strings(draft: Draft, strings: SharedStrings | None) -> Faint:
    if strings is None:
        return Faint()
    theme, styles = (_root(draft, draft.linked(draft.main, kind)) for kind in ("theme", "styles"))
    palette = read_palette(theme, styles)
    found = Faint(looks=read_looks(styles, palette))
    for index, item in strings.rich():
        root = parse_xml(item.encode(), draft.limits)
        found.runs[index] = [_run(run, palette) for run in _runs(root)]
    return found


def _root(draft: Draft, part: str | None) -> etree._Element | None:
    return None if part is None else draft.tree(part)


def _runs(item: etree._Element) -> Sequence[etree._Element]:
    return item.findall(f"{MAIN}r")


def _run(run: etree._Element, palette: Palette) -> _Run:
    text, properties = clean(plain_text(run)), run.find(f"{MAIN}rPr")
    if properties is None:
        return text, None, False
    return text, palette.colour(properties.find(f"{MAIN}color")), is_tiny(properties.find(f"{MAIN}sz"))
