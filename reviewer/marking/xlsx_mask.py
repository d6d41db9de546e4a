"""Makes the copy of a workbook that may be published: masked cells, no hidden ones, nothing that no page shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import partial

from reviewer.errors import MarkingError
from reviewer.marking.docx_parts import RELATIONS
from reviewer.marking.model import Edit, Masked
from reviewer.marking.picture import repaint
from reviewer.marking.xlsx_beside import Beside, leading_to_hits
from reviewer.marking.xlsx_cells import Grid, Writer, freeze, make_grids, strip_phonetics, used_strings
from reviewer.marking.xlsx_faint import Faint, faint_strings
from reviewer.marking.xlsx_formulas import References, area
from reviewer.marking.xlsx_hits import Hits, Place, Sweep, find_hits, make_sweep
from reviewer.marking.xlsx_keep import Survey, cut_references, drop_rest, survey
from reviewer.marking.xlsx_looks import Looks
from reviewer.marking.xlsx_parts import Draft, is_signed, opened
from reviewer.marking.xlsx_rows import split
from reviewer.marking.xlsx_strings import shared_strings
from reviewer.marking.xlsx_texts import Texts
from reviewer.marking.xlsx_workbook import doomed_tabs, kept_names, new_names, write_book
from reviewer.model import Document
from reviewer.readers.xlsx_book import Tab, clean, each
from reviewer.settings import Limits

_SIGNED = "原件有电子签名，副本内容已改动，签名失效。"
_UNITS = {"批注": "条", "会话批注": "条", "隐藏的行": "行", "隐藏的列": "列", "条件格式规则": "条", "超链接": "处",
          "没有单元格使用的文字": "条", "拼音提示": "条", "数据验证": "条", "图片属性": "处"}  # fmt: skip


def mask(data: bytes, document: Document, edits: tuple[Edit, ...], limits: Limits) -> Masked:
    """The workbook with its edits, without hidden sheets, rows, columns and cells, and without all other parts that
    no page shows. Raises MarkingError, and what the reader raises.
    """
    draft = opened(data, document, limits)
    hits, sweep = find_hits(document, edits), make_sweep(document, edits)
    doomed = doomed_tabs(draft)
    kept = [tab for tab in draft.tabs if tab not in doomed]
    if not kept:
        raise MarkingError("工作簿的工作表全是隐藏的，没有可以公开的内容。请先取消隐藏要公开的工作表。")
    found = survey(draft, (tab.part for tab in doomed))
    if any(draft.named(tab.part) not in found.kept for tab in kept):
        raise MarkingError("工作簿对工作表的引用有误，无法生成副本。请用原软件打开后另存。")
    found.removed["隐藏的工作表"] += sum(1 for tab in doomed if tab.concealed)
    found.removed["宏表"] += sum(1 for tab in doomed if not tab.concealed)
    blank = _Copy(draft, document, hits, sweep, found, kept, doomed).make()
    painted = repaint(document, edits, ((part, partial(draft.original, part)) for part in found.kept), limits)
    draft.changed |= painted.changed
    hits.placed |= painted.placed
    found.removed["图片属性"] += painted.bared
    remarks = [_SIGNED] if is_signed(draft.package.names()) else []
    if blank:
        remarks.append(f"{blank} 个公式引用了已清除或者遮盖的内容，又没有存储计算结果，副本里是空白。")
    unplaced = tuple(number for number in range(len(edits)) if number not in hits.placed)
    return Masked(draft.finished(bare=True), tuple(_lines(found.removed)), tuple(remarks), unplaced)


def _lines(removed: Counter[str]) -> Iterable[str]:
    for title, count in removed.items():
        if count and title == "文件属性":
            yield "文件属性（作者、单位、标题等）"
        elif count:
            yield f"{title} {count} {_UNITS.get(title, '个')}"


def _spare(document: Document) -> int:
    """How many shared strings no cell used before."""
    spare = (b.table for b in document.blocks if b.part == "hidden" and b.locator.note == "共享字符串")
    return sum(table.row_count() for table in spare if table is not None)


class _Copy:
    """One copy while it is made."""

    def __init__(
        self, draft: Draft, document: Document, hits: Hits, sweep: Sweep, found: Survey, kept: list[Tab],
        doomed: list[Tab],
    ) -> None:  # fmt: skip
        self.draft, self.document, self.hits, self.sweep = draft, document, hits, sweep
        self.found, self.kept, self.doomed = found, kept, doomed
        self.removed = found.removed
        taken = doomed or any("透视表" in title for title in found.removed)
        self.references = References({tab.name.lower() for tab in kept}, anything=bool(taken))

    def make(self) -> int:
        """Changes all parts; returns how many formulas gave way to nothing, because no value was stored."""
        draft, hits, references = self.draft, self.hits, self.references
        names = new_names(self.kept, hits)
        parts = {tab.name: draft.named(tab.part) for tab in self.kept if tab.kind in ("worksheet", "dialogsheet")}
        for part in parts.values():
            draft.sheets[part] = split(draft.original(part), draft.limits)
        sheets = {name: draft.sheets[part] for name, part in parts.items()}
        grids = make_grids(self.document, sheets, hits, self.removed, references)
        stay = kept_names(draft, hits, references, self.sweep)
        references.names = {clean(e.get("name") or "").lower(): e.text or "" for e in stay}
        references.anything |= len(stay) < sum(1 for _ in each(draft.tree(draft.main), "definedName"))
        self._tables(grids)
        drop_rest(draft, self.found)
        formulas = blank = 0
        for name, grid in grids.items():
            left, without = freeze(grid, sheets[name], hits, references)
            formulas, blank = formulas + left, blank + without
        self.removed["公式（改为数值）"] += sum(len(grid.frozen) for grid in grids.values())
        self._cells(grids, names)
        write_book(draft, self.doomed, names, stay, self.removed, formulas=formulas > 0)
        texts = Texts(draft, hits, self.sweep, references, grids, names, self.removed)
        self._sheets(texts, names)
        self._others(texts)
        return blank

    def _tables(self, grids: Mapping[str, Grid]) -> None:
        """Notes the tables that stay. Those with headers in hidden cells become plain cells: none can be empty."""
        for tab in self.kept:
            grid, part = grids.get(tab.name), self.draft.named(tab.part)
            for key, link in self.draft.links(part).items():
                target = self.draft.named(link.target)
                if grid is None or link.kind != "table" or target not in self.found.kept:
                    continue
                root = self.draft.tree(target)
                top, left, bottom, right = area((root.get("ref") or "A1").partition(" ")[0])
                names = {(root.get(attribute) or "").lower() for attribute in ("name", "displayName")}
                self.references.tables |= {name: (tab.name, (top, left, bottom, right)) for name in names}
                headed = root.get("headerRowCount") != "0"
                if headed and any(grid.is_empty(top, column) for column in range(left, right + 1)):
                    self.found.kept.remove(target)
                    self.found.cut.setdefault(part, []).append(key)
                    self.removed["表格（表头在隐藏的行列里，改为普通单元格）"] += 1
                    for name in names:
                        del self.references.tables[name]

    def _cells(self, grids: Mapping[str, Grid], names: Mapping[str, str]) -> None:
        draft = self.draft
        strings = shared_strings(draft)
        rich = strings.looks() if strings is not None else {}
        looks, faint = Looks(draft), faint_strings(draft, strings)
        for tab in self.kept:
            if tab.name in grids:
                sheet = draft.sheets[draft.named(tab.part)]
                seen = partial(self._seen, faint, tab.name)
                Writer(grids[tab.name], sheet, looks, rich, names, seen).write()
                self.removed["拼音提示"] += strip_phonetics(sheet)
        if strings is not None:
            data, phonetic = strings.without(used_strings(draft.sheets.values()))
            if data != strings.data:
                draft.changed[strings.name] = data
            self.removed["没有单元格使用的文字"] += _spare(self.document)
            self.removed["拼音提示"] += phonetic

    def _seen(self, faint: Faint, sheet: str, index: int, style: int, place: Place) -> str:
        """What can be seen of a rich text in a cell, masked."""
        hit = self.hits.cells.get(sheet, {}).get(place)
        text, changed = faint.seen(index, style, hit)
        if changed and hit is not None:
            self.hits.placed.update(hit.numbers)
        return text

    def _sheets(self, texts: Texts, names: Mapping[str, str]) -> None:
        for tab in self.kept:
            part = self.draft.named(tab.part)
            beside = Beside(tab.name, self.draft.skeleton(part), self.draft.links(part), self.hits, self.references,
                            self.sweep, names, self.removed)  # fmt: skip
            self._cut(part, beside.edit())
            texts.sweep_tree(self.draft.skeleton(part))
            if part in self.draft.sheets and b"<f" in self.draft.sheets[part].rows:
                self.draft.sheets[part].rows = texts.sweep_bytes(self.draft.sheets[part].rows)

    def _others(self, texts: Texts) -> None:
        """Drawings, charts, tables, styles and the rest, and what they link to outside."""
        draft = self.draft
        own = {draft.named(tab.part) for tab in self.kept}
        strings = draft.linked(draft.main, "sharedStrings") or "xl/sharedStrings.xml"
        for part in self.found.kept:
            name = part.lower()
            if part in own or name == strings.lower():
                continue
            if name.endswith(".vml"):
                data = draft.original(part)
                if (new := texts.vml(self.found.drawings.get(part, data))) != data:
                    draft.changed[part] = new
            elif name.endswith((".xml", ".rels")):
                texts.edit(part)
            outside = leading_to_hits(draft.links(part), self.hits, self.sweep)
            self._cut(part, outside)
            if outside:
                cut_references(draft, part, outside)

    def _cut(self, part: str, identities: frozenset[str]) -> None:
        if identities:
            root = self.draft.edited_links(part)
            for element in [e for e in root.iter(RELATIONS + "Relationship") if e.get("Id") in identities]:
                root.remove(element)
