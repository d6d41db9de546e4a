"""Makes the copy of a Word document that may be published: edits carried out, the unseen gone, then looked through."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from lxml import etree

from reviewer.marking.docx_drop import (
    Parts,
    bare_app,
    bare_core,
    settle_chart,
    settle_fonts,
    settle_notes,
    settle_settings,
)
from reviewer.marking.docx_edits import Plan, carry_out, planned, replace_twins
from reviewer.marking.docx_fields import freeze, rename_bookmarks, strip_guides
from reviewer.marking.docx_parts import TYPES_PART, is_signed, local, relations_name, traced, written
from reviewer.marking.docx_settle import settle
from reviewer.marking.docx_sweep import Sweep, secrets, sweep_for
from reviewer.marking.model import Edit, Masked
from reviewer.marking.picture import repaint
from reviewer.marking.repack import repacked
from reviewer.model import Document
from reviewer.readers.docx import Traced
from reviewer.settings import Limits

_UNITS = {"批注": "条", "修订": "处", "隐藏文字": "处", "数据绑定": "处", "外部链接": "处", "文档属性": "项",
          "自定义属性": "项", "电子签名": "处", "隐藏的幻灯片": "张", "备注页": "页", "动画": "处", "动作链接": "处",
          "节名称": "项", "文字": "处", "图片属性": "处"}  # fmt: skip
_SIGNED = "原件有电子签名，副本已经改动，签名失效，已去掉。"
_MACROS = "原件含有宏，副本中已去掉；副本的文件名须以 .docx 结尾，否则 Word 不能打开。"


def mask(data: bytes, document: Document, edits: tuple[Edit, ...], limits: Limits) -> Masked:
    """A copy with these edits made wherever their places are seen, and without all that no page shows.

    Tracked changes are accepted. A value of six or more characters that was masked in one place is taken out
    wherever else it is left. Raises MarkingError, and what the reader raises.
    """
    draft = traced(data, document, limits)
    parts = Parts(draft)
    kept = parts.kept()
    plan = planned(draft, edits, set(kept))
    _change_text(parts, kept, plan)
    settle_beside(parts, kept, secrets(edits, document.text))
    kept = parts.kept()
    dropped = parts.count_dropped(kept)
    parts.settle_relations(kept)
    parts.settle_types(dropped)
    renamed = parts.rename(kept)
    look_through(parts, kept, sweep_for(edits, document.text))
    count_hidden(parts, draft)
    painted = repaint(document, edits, ((name, partial(parts.package.read, name)) for name in kept), limits)
    plan.placed |= painted.placed
    parts.removed["图片属性"] += painted.bared
    output = repacked(data, {**changed(parts, dropped), **painted.changed}, dropped, renamed, bare=True)
    unplaced = tuple(number for number in range(len(edits)) if number not in plan.placed)
    return Masked(output, told(parts), _remarks(parts), unplaced)


def _change_text(parts: Parts, kept: list[str], plan: Plan) -> None:
    """Make the edits in all parts that stay, then settle those that hold text of pages."""
    stories = parts.stories(kept)
    trees = [parts.tree(name) for name in kept if name in parts.draft.parts]
    rename_bookmarks([parts.tree(name) for name in stories], plan)
    changed = carry_out(plan)
    for root in trees if changed else ():
        replace_twins(root, changed)
    strip_guides(plan)
    for source, target in sorted(plan.links):
        parts.cut_links(source, {target})
    for name in stories:
        root = parts.tree(name)
        parts.removed += settle(root, parts.draft.unseen, partial(freeze, root, plan))
    body = parts.tree(parts.draft.main)
    for name in stories:
        if local(parts.tree(name)) in ("footnotes", "endnotes"):
            settle_notes(body, parts.tree(name))
    for name in stories:
        parts.prune(name)


def settle_beside(parts: Parts, kept: list[str], told: Sequence[str]) -> None:
    """Charts without their workbooks, settings and properties without what they tell."""
    subset = False
    for source in ("", *kept):
        for link in parts.package.relationships(source).values():
            name = link.target
            if link.external or name not in kept:
                continue
            if link.kind in ("chart", "chartEx"):
                settle_chart(parts.tree(name))
            elif link.kind == "settings":
                subset |= settle_settings(parts.tree(name), parts.removed)
            elif link.kind == "core-properties":
                parts.removed["文档属性"] += sum(bool(e.text) for e in parts.tree(name) if local(e) != "title")
                parts.trees[name] = bare_core(parts.tree(name), told)
            elif link.kind in ("extended-properties", "extendedProperties"):
                parts.removed["文档属性"] += sum(local(e) in ("Company", "Manager") for e in parts.tree(name))
                parts.trees[name] = bare_app(parts.tree(name))
    for name in kept if subset else ():
        links = parts.package.relationships(name)
        fonts = [key for key, link in links.items() if link.kind == "font"]
        if fonts and settle_fonts(parts.tree(name)):
            parts.lose(name, fonts)
            parts.removed["嵌入的字体"] += len(fonts)


def look_through(parts: Parts, kept: list[str], sweep: Sweep) -> None:
    """Sweep all XML that stays; a part that is read for nothing else only where it may hold something."""
    for name in (TYPES_PART, *(n for part in ("", *kept) for n in (part, relations_name(part)))):
        if name in parts.trees:
            sweep.clean(parts.trees[name])
        elif name in parts.package and name.lower().endswith((".xml", ".rels", ".vml")):
            raw = parts.package.read(name)
            text = raw.decode("utf-8", "ignore")
            if b"<!--" in raw or b"&#" in raw or b"\0" in raw or sweep.hits(text):
                sweep.clean(parts.tree(name))


def count_hidden(parts: Parts, draft: Traced) -> None:
    blocks = [block for block in draft.document.blocks if block.part not in ("attachment", "comment", "deleted")]
    seen = {(block.start, block.end) for block in blocks}
    for one in draft.document.concealed:
        parts.removed["隐藏文字"] += one.part == "hidden" and not (
            (one.start, one.end) in seen and one.reason in ("文档部件", "未被引用的部件")
        )


def changed(parts: Parts, dropped: list[str]) -> dict[str, bytes]:
    """The members to write: those that are not any more what they were."""
    found: dict[str, bytes] = {}
    for name, root in parts.trees.items():
        if name in dropped:
            continue
        original = parts.package.read(name)
        if b"<!--" in original or etree.tostring(root) != etree.tostring(parts.package.xml(name)):
            found[name] = written(root, original)
    return found


def told(parts: Parts) -> tuple[str, ...]:
    counts = [(title, count) for title, count in parts.removed.items() if title and count]
    return tuple(f"{title} {count} {_UNITS.get(title, '个')}" for title, count in counts)


def _remarks(parts: Parts) -> tuple[str, ...]:
    remarks = [_SIGNED] if is_signed(parts.package.names()) else []
    if "macroEnabled" in parts.package.content_type(parts.draft.main):
        remarks.append(_MACROS)
    return tuple(remarks)
