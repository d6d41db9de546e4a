"""A publishable copy of an OFD: what is masked is gone from its texts, its fonts and all that lies beside its pages."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from reviewer.errors import MarkingError
from reviewer.marking import ofd_drop
from reviewer.marking.model import Edit, Masked
from reviewer.marking.ofd_fonts import Labels, resource_files, scrub
from reviewer.marking.ofd_parts import Draft, opened
from reviewer.marking.ofd_picture import bare, pixel_size
from reviewer.marking.ofd_rewrite import Label, Removal, owner_of, rewrite
from reviewer.marking.page_labels import common_ends
from reviewer.marking.pdf_places import Box, is_drawn
from reviewer.marking.pdf_places import rows as joined
from reviewer.marking.picture import Spot, painted, spots_of
from reviewer.marking.repack import repacked
from reviewer.model import Concealed, Document
from reviewer.readers.assembly import Origin
from reviewer.readers.ofd import Body
from reviewer.readers.ofd_page import Matrix, moved, width_of
from reviewer.readers.ofd_parts import Node, below, child, children, local, words
from reviewer.settings import Limits

_LONG = 6
_VOID = "原件有电子签名：脱敏副本改写了文件，其中的签名已失效并删去，印章不再显示，以原件为准。"
_UNITS = {"附件": "个", "书签": "条", "注释": "条", "文档属性": "项", "其他版本": "个", "没有使用的模板": "个",
          "电子签名": "个", "自定义标引": "项", "扩展信息": "项", "没有显示的图片": "幅",
          "没有引用的部件": "个"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Place:
    """A character of the text that stands on a page: its offset, its box, and the nodes that draw it."""

    offset: int
    page: int
    box: Box
    spots: tuple[tuple[Node, int], ...]


@dataclass(slots=True)
class _Job:
    """One file on its way."""

    draft: Draft
    document: Document
    edits: tuple[Edit, ...] = field(repr=False)
    starts: list[int] = field(repr=False)
    removals: dict[Node, Removal] = field(default_factory=dict, repr=False)
    placed: set[int] = field(default_factory=set)
    labels: dict[int, Labels] = field(default_factory=dict)
    """by the number of the document in the file"""
    told: Counter[str] = field(default_factory=Counter)
    unseen: Counter[str] = field(default_factory=Counter)

    @property
    def trace(self) -> list[Origin]:
        return self.draft.read.trace


def mask(data: bytes, document: Document, edits: tuple[Edit, ...], limits: Limits) -> Masked:
    """The copy; see reviewer.marking.model."""
    draft = opened(data, document, limits)
    draft.read.trace.sort(key=lambda one: one.start)
    job = _Job(draft, document, edits, [one.start for one in draft.read.trace])
    hidden = _unseen(job)
    for number, edit in enumerate((*edits, *_again(document, edits))):
        _take(job, number if number < len(edits) else -1, edit, hidden)
    _rewrite(job)
    kept = _settle(job)
    _paint(job, kept, limits)
    faults = _fonts(job, kept)
    dropped = [name for name in draft.read.parts.package.names() if name not in kept]
    job.told["没有引用的部件"] += len(draft.read.loose)
    for labels in job.labels.values():
        labels.finish()
    members = draft.members()
    output = repacked(data, members, dropped, bare=True)
    unplaced = tuple(k for k in range(len(edits)) if k not in job.placed)
    return Masked(output, tuple(_told(job)), tuple(_remarks(job, faults)), unplaced)


# --- which characters go ---------------------------------------------------------------------------------


def _places(job: _Job, start: int, end: int) -> Iterator[_Place]:
    """The characters of text[start:end] that stand on a page of this file."""
    k = max(bisect_right(job.starts, start) - 1, 0)
    while k > 0 and job.starts[k - 1] == job.starts[k]:
        k -= 1
    spots: dict[int, list[tuple[Node, int]]] = {}
    while k < len(job.trace) and job.trace[k].start < end:
        one = job.trace[k]
        for offset in range(max(one.start, start), min(one.end, end)):
            spots.setdefault(offset, []).append((one.node, one.shift + offset - one.start))
        k += 1
    for offset in sorted(spots):
        block = job.document.block_at(offset)
        if block is None or not is_drawn(block) or block.locator.page is None:
            continue
        assert block.boxes is not None
        at = 4 * (offset - block.start)
        x0, y0, x1, y1 = block.boxes[at : at + 4]
        yield _Place(offset, block.locator.page, (x0, y0, x1, y1), tuple(spots[offset]))


def _unseen(job: _Job) -> list[Concealed]:
    """Take what no one sees of pages; where the same characters are seen on another page they stay."""
    document = job.document
    hidden: list[Concealed] = []
    dark: Counter[tuple[Node, int]] = Counter()
    for one in document.concealed:
        block = document.block_at(one.start)
        if block is None or not is_drawn(block):
            continue
        found = [spot for place in _places(job, one.start, one.end) for spot in place.spots]
        if found:
            hidden.append(one)
            job.unseen[one.reason] += 1
            dark.update(found)
    if not dark:
        return hidden
    nodes = {node for node, _ in dark}
    drawn: Counter[tuple[Node, int]] = Counter()
    for origin in job.trace:
        if origin.node in nodes:
            drawn.update((origin.node, origin.shift + k) for k in range(origin.end - origin.start))
    for (node, k), times in dark.items():
        if times >= drawn[node, k]:
            job.removals.setdefault(node, Removal()).gone.add(k)
    return hidden


def _again(document: Document, edits: Sequence[Edit]) -> Iterable[Edit]:
    """Edits for values of six or more characters on a page where no edit is, with blanks in them or without."""
    values: dict[str, Edit] = {}
    for edit in edits:
        value = "".join(document.text[edit.start : edit.end].split())
        if edit.entity != "NAME" and len(value) >= _LONG:
            values.setdefault(value, edit)
    if not values:
        return
    covered = [(edit.start, edit.end) for edit in edits]
    starts = [start for start, _ in covered]
    for block in document.blocks:
        if not is_drawn(block):
            continue
        places = [k for k in range(block.start, block.end) if not document.text[k].isspace()]
        letters = "".join(document.text[k] for k in places)
        for value, edit in values.items():
            at = letters.find(value)
            while at >= 0:
                start, end = places[at], places[at + len(value) - 1] + 1
                k = bisect_right(starts, start) - 1
                inside = k >= 0 and covered[k][1] > start
                after = k + 1 < len(covered) and covered[k + 1][0] < end
                if not inside and not after and not _cuts_number(letters, at, at + len(value)):
                    yield Edit(start, end, edit.replacement, edit.entity, edit.blank)
                at = letters.find(value, at + 1)


def _cuts_number(text: str, start: int, end: int) -> bool:
    before = start > 0 and text[start - 1].isdigit() and text[start].isdigit()
    return before or (end < len(text) and text[end].isdigit() and text[end - 1].isdigit())


def _take(job: _Job, number: int, edit: Edit, hidden: list[Concealed]) -> None:
    """Take out the characters of one edit, and put its label where most of them stand side by side."""
    stretch = job.document.text[edit.start : edit.end]
    before, after = common_ends(stretch, edit)
    label = edit.replacement[before : len(edit.replacement) - after]
    places = list(_places(job, edit.start + before, edit.end - after))
    if not places:
        return
    unseen = any(one.start <= edit.start and edit.end <= one.end for one in hidden)
    if not unseen and number >= 0:
        job.placed.add(number)
    for place in places:
        for node, k in place.spots:
            job.removals.setdefault(node, Removal()).gone.add(k)
    if unseen or not (label or edit.blank):
        return
    inked = [place for place in places if place.box[2] > place.box[0] and not job.document.text[place.offset].isspace()]
    row = max(_rows(inked), key=lambda one: (_length(one), -one[0].offset), default=None)
    if row is not None:
        _label(job, row, label, edit.blank)


def _rows(places: list[_Place]) -> list[list[_Place]]:
    """The characters parted where they do not stand side by side (or below each other)."""
    found: list[list[_Place]] = []
    for place in places:
        last = found[-1][-1] if found else None
        if last is not None and last.page == place.page and len(joined([last.box, place.box])) == 1:
            found[-1].append(place)
        else:
            found.append([place])
    return found


def _length(row: Sequence[_Place]) -> float:
    a, b = row[0].box, row[-1].box
    dx, dy = (b[0] + b[2] - a[0] - a[2]) / 2, (b[1] + b[3] - a[1] - a[3]) / 2
    return float((dx * dx + dy * dy) ** 0.5)


def _label(job: _Job, row: list[_Place], text: str, blank: bool) -> None:
    node, k = row[0].spots[0]
    run = job.draft.read.runs.get(node)
    owner = owner_of(node)
    if run is None or owner is None:
        return
    a, b = row[0].box, row[-1].box
    lower = len(row) > 1 and abs(a[0] + a[2] - b[0] - b[2]) < run.em and a[1] > b[1]
    down = run.upright or (lower and run.along[0] > 0.9)
    last = 1.0 if down else width_of(job.document.text[row[-1].offset])
    size = float(owner.get("Size") or 0) or 1.0
    room = (_length(row) / run.em + last) * size
    labels = job.labels.setdefault(_number_of(job, row[0].page), _labels(job, row[0].page))
    font = labels.font(text, owner.get("Font") or "") if text else ""
    removal = job.removals.setdefault(node, Removal())
    # An element that lies on several pages is one: it gets one label.
    removal.labels.setdefault(k, Label(text, room, down, blank, font))


def _number_of(job: _Job, page: int) -> int:
    bodies = job.draft.read.bodies
    return next((k for k, body in enumerate(bodies) if any(one.number == page for one in body.pages)), 0)


def _labels(job: _Job, page: int) -> Labels:
    number = _number_of(job, page)
    return job.labels.get(number) or Labels(job.draft, job.draft.read.bodies[number])


def _rewrite(job: _Job) -> None:
    owners: dict[Node, dict[Node, Removal]] = {}
    for node, removal in job.removals.items():
        owner = owner_of(node)
        if owner is None or owner.getparent() is None:
            raise MarkingError("有文字无法从页面中删除干净，没有生成副本。请在原软件中删除后另存。")
        owners.setdefault(owner, {})[node] = removal
    for owner, removals in owners.items():
        rewrite(job.draft, owner, removals)


# --- what stays --------------------------------------------------------------------------------------------


def _settle(job: _Job) -> set[str]:
    """Take out what no page shows. Gives the members that stay."""
    draft, told = job.draft, job.told
    parts = draft.read.parts
    kept = {draft.read.entry}
    ofd_drop.settle_entry(draft, told)
    for body in draft.read.bodies:
        ofd_drop.settle_document(draft, body, told)
        kept.add(body.name)
        painted = _painted(draft, body)
        resources = [name for name in resource_files(draft, body) if name in parts.roots]
        for name in painted:
            for path in children(parts.roots[name], "PageRes"):
                member = parts.find(words(path), name)
                if member in parts.roots and member not in resources:
                    resources.append(member)
        for name in (*painted, *resources):
            ofd_drop.settle_painted(parts.roots[name], told)
            draft.changed.add(name)
        used = _resources_used([parts.roots[name] for name in (*painted, *resources)])
        for name in resources:
            told["没有显示的图片"] += ofd_drop.settle_resources(draft, name, used)
        kept |= {*painted, *resources, *_pictures(draft, resources)}
        draft.note_ids(body)
    return kept


def _painted(draft: Draft, body: Body) -> list[str]:
    """The members of pages and of templates that they use."""
    roots = draft.read.parts.roots
    pages = list(dict.fromkeys(page.member for page in body.pages if page.member in roots))
    if len(pages) < len({page.member for page in body.pages}):
        listed = child(body.root, "Pages")
        gone = {page.id for page in body.pages if page.member not in roots}
        for one in list(children(listed, "Page")) if listed is not None else []:
            if one.get("ID") in gone:
                ofd_drop.drop(one)
    used = {one.get("TemplateID") or "" for name in pages for one in children(roots[name], "Template")}
    templates = [body.templates[key] for key in sorted(used) if key in body.templates]
    return [*pages, *(name for name in dict.fromkeys(templates) if name in roots)]


def _resources_used(roots: list[Node]) -> set[str]:
    """The ids of pictures and composite units that something drawn names, each followed to what it names."""
    units = {one.get("ID") or "": one for root in roots for one in below(root, "CompositeGraphicUnit")}
    waiting = [root for root in roots if local(root) == "Page"]
    used: set[str] = set()
    while waiting:
        for one in waiting.pop().iter():
            for key in (one.get("ResourceID"), one.get("Substitution"), one.get("ImageMask")):
                if key and key not in used:
                    used.add(key)
                    if key in units:
                        waiting.append(units[key])
    return used


def _pictures(draft: Draft, resources: list[str]) -> Iterator[str]:
    """The members of the pictures that are left, without what they say beside their pixels."""
    parts = draft.read.parts
    for name in resources:
        root = parts.roots[name]
        for one in below(root, "MultiMedia"):
            file = parts.find(words(child(one, "MediaFile")), name, root.get("BaseLoc") or "")
            if file:
                data = parts.bytes(file)
                plain = bare(data)
                if plain != data:
                    draft.files[file] = plain
                yield file


def _paint(job: _Job, kept: set[str], limits: Limits) -> None:
    """Paint over what the edits name in the pixels of pictures that were read."""
    found: dict[str, list[Spot]] = {}
    for number, edit in enumerate(job.edits):
        block = job.document.block_at(edit.start)
        # A picture in an attachment may have the same name.
        if block is None or block.part != "picture":
            continue
        for source, spots in spots_of(job.document, [edit]).items():
            if source in job.draft.read.seen and source in kept:
                job.placed.add(number)
                found.setdefault(source, []).extend(spots)
    for source, spots in found.items():
        data = job.draft.read.parts.bytes(source)
        matrix = job.draft.read.seen[source]
        wide, high = pixel_size(data, limits)
        back = [Spot(spot.number, None, _in_pixels(spot.box, matrix, wide, high)) for spot in spots]
        job.draft.files[source] = bare(painted(data, back, limits))


def _in_pixels(box: Box, matrix: Matrix, wide: int, high: int) -> Box:
    """The box in a picture that lies at this place of the page."""
    a, b, c, d, e, f = matrix
    area = a * d - b * c
    if abs(area) < 1e-9:
        return 0.0, 0.0, float(wide), float(high)
    return moved(
        box, (d / area * wide, -b / area * high, -c / area * wide, a / area * high,
              (c * f - d * e) / area * wide, (b * e - a * f) / area * high)
    )  # fmt: skip


def _fonts(job: _Job, kept: set[str]) -> int:
    """Scrub the fonts; those in use are kept. Gives how many could not be scrubbed."""
    draft = job.draft
    roots: list[tuple[Node, dict[str, str]]] = []
    for body in draft.read.bodies:
        files = {key: font.file for key, font in body.resources.fonts.items() if font.file}
        names = [*_painted(draft, body), *(one for one in resource_files(draft, body) if one in kept)]
        roots += [(draft.root(name), files) for name in names]
    used, faults = scrub(draft, roots)
    kept |= used
    for body in draft.read.bodies:
        for name in resource_files(draft, body):
            if name in kept:
                _drop_unused_fonts(draft, name, used)
    return faults


def _drop_unused_fonts(draft: Draft, name: str, used: set[str]) -> None:
    root = draft.root(name)
    for font in list(below(root, "Font")):
        path = child(font, "FontFile")
        if path is None:
            continue
        file = draft.read.parts.find(words(path), name, root.get("BaseLoc") or "")
        if file and file not in used and file not in draft.files:
            ofd_drop.drop(font)


# --- what the user is told -----------------------------------------------------------------------------


def _told(job: _Job) -> Iterator[str]:
    for reason, number in job.unseen.items():
        yield f"{reason} {number} 处"
    for title, number in job.told.items():
        if number and title != ofd_drop.SHOWN:
            yield f"{title} {number} {_UNITS.get(title, '处')}"


def _remarks(job: _Job, faults: int) -> Iterator[str]:
    if any(body.signatures for body in job.draft.read.bodies):
        yield _VOID
    if shown := job.told[ofd_drop.SHOWN]:
        yield f"{ofd_drop.SHOWN}{shown}处，副本中不再显示，请核对。"
    if faults:
        yield f"有{faults}个嵌入字体无法精简，其中可能留有已删文字的字形（不含文字顺序）。"
