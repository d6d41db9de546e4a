"""What stands beside the cells in a worksheet's own part, as a publishable copy has it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from lxml import etree

from reviewer.marking.xlsx_formulas import References, renamed
from reviewer.marking.xlsx_hits import Hits, Sweep
from reviewer.marking.xlsx_keep import take_out
from reviewer.marking.xlsx_parts import fit, forget
from reviewer.readers.package import Relationship
from reviewer.readers.xlsx_beside import PRINT_CODES, print_code
from reviewer.readers.xlsx_book import MAIN, REL, all_text, clean, each, link_text, local, own_values

_GONE = {"scenarios": "方案", "customSheetViews": "自定义视图", "webPublishItems": "网页发布设置",
         "smartTags": "智能标记", "cellWatches": "监视的单元格", "dataConsolidate": "合并计算设置"}  # fmt: skip
_HOLDERS = ("dataValidations", "conditionalFormatting", "hyperlinks", "ext", "extLst", "sparklineGroup",
            "sparklineGroups", "sparklines", "conditionalFormattings")  # fmt: skip
_KNOWN_EXTENSIONS = ("conditionalFormattings", "dataValidations", "sparklineGroups", "ignoredErrors")


class Beside:
    """Edits one worksheet's tree, which has no rows."""

    def __init__(
        self, name: str, root: etree._Element, links: Mapping[str, Relationship], hits: Hits, references: References,
        sweep: Sweep, names: Mapping[str, str], removed: Counter[str],
    ) -> None:  # fmt: skip
        self.name, self.root, self.links, self.hits, self.references = name, root, links, hits, references
        self.sweep, self.names, self.removed = sweep, names, removed

    def edit(self) -> frozenset[str]:
        """Changes the tree; returns the relationships that go with hyperlinks."""
        for element in list(self.root):
            if (title := _GONE.get(local(element))) is not None:
                self.root.remove(element)
                self.removed[title] += 1
        for element in each(self.root, "sheetPr"):
            forget(element, "codeName")
        for element in [*each(self.root, "protectedRange")]:
            name = clean(element.get("name") or "")
            if (masked := self.hits.text("name", name)) is not None:
                element.set("name", fit(masked))
        self._print_texts()
        self._validations()
        self._conditions()
        self._sparklines()
        self._extensions()
        self._filters(self.root)
        return self._links()

    def _touched(self, formula: str) -> bool:
        """Whether a formula refers to a sheet or a name that is gone."""
        return self.references.lost(formula, self.name)

    # Print ------------------------------------------------------------------------------------------

    def _print_texts(self) -> None:
        for holder in each(self.root, "headerFooter"):
            for element in holder:
                part = "header" if local(element).endswith("Header") else "footer"
                element.text = self._print_text(part, element.text or "")

    def _print_text(self, part: str, text: str) -> str:
        """A print header or footer with its codes, and the words between them masked."""
        plain, origins = _print_characters(text)
        hit = self.hits.texts.get((part, clean(plain)))
        if hit is None:
            return text
        self.hits.placed.update(hit.numbers)
        if clean(plain) != plain:
            return fit("&C" + hit.masked().replace("&", "&&"))
        out = list(_print_pieces(text))
        for start, end, replacement in hit.changes:
            pieces = [origin for origin in origins[start:end] if origin is not None]
            for number in pieces:
                out[number] = ""
            if pieces:
                out[pieces[0]] = replacement.replace("&", "&&")
        return fit("".join(out))

    # Lists and conditions ---------------------------------------------------------------------------

    def _validations(self) -> None:
        for element in [*each(self.root, "dataValidation")]:
            for key in ("promptTitle", "prompt", "errorTitle", "error"):
                if (masked := self.hits.text("form", clean(element.get(key) or ""))) is not None:
                    element.set(key, fit(masked))
            for formula in [*each(element, "formula1"), *each(element, "formula2")]:
                if not self._validation_formula(formula):
                    self._drop(element, "数据验证")
                    break

    def _validation_formula(self, formula: etree._Element) -> bool:
        """Whether the formula may stay; a list in it is masked."""
        text = all_text(formula).strip()
        holder = next(each(formula, "f"), formula)
        if text[:1] == '"' == text[-1:] and len(text) > 1:
            masked = self.hits.text("form", clean(text[1:-1].replace('""', '"')))
            if masked is not None:
                holder.text = fit('"' + masked.replace('"', '""') + '"')
            return True
        if ("form", clean(text)) in self.hits.texts or self._touched(text):
            return False
        holder.text = renamed(text, self.names) if self.names else holder.text
        return True

    def _conditions(self) -> None:
        for rule in [*each(self.root, "cfRule")]:
            texts = [rule.get("text") or "", *(f.text or "" for f in rule.iter("{*}formula", "{*}f"))]
            if any(self._is_hit(text) for text in texts) or any(self._touched(text) for text in texts[1:]):
                self._drop(rule, "条件格式规则")
            elif self.names:
                for formula in rule.iter("{*}formula", "{*}f"):
                    formula.text = renamed(formula.text or "", self.names)

    def _is_hit(self, text: str) -> bool:
        return bool(text) and (
            ("formula", clean(text)) in self.hits.texts or own_values(text) in self.hits.held or self.sweep.holds(text)
            or text in self.hits.whole or any(value in self.hits.whole for value in own_values(text))
        )  # fmt: skip

    def _sparklines(self) -> None:
        for line in [*each(self.root, "sparkline")]:
            formula = next(each(line, "f"), None)
            if formula is not None and self._touched(formula.text or ""):
                self._drop(line, "迷你图")
            elif formula is not None and self.names:
                formula.text = renamed(formula.text or "", self.names)

    def _extensions(self) -> None:
        """Only those that a page shows: slicers and the like hold lists of their own."""
        for holder in self.root.findall(MAIN + "extLst"):
            for extension in list(holder):
                if not any(local(e) in _KNOWN_EXTENSIONS for e in extension):
                    holder.remove(extension)
            if not len(holder):
                self.root.remove(holder)

    def _drop(self, element: etree._Element, title: str) -> None:
        holder = element.getparent()
        take_out(element)
        self.removed[title] += 1
        while holder is not None and holder is not self.root and local(holder) in _HOLDERS:
            outer = holder.getparent()
            if outer is None or any(local(e) not in ("sqref", "f") for e in holder):
                break
            take_out(holder)
            holder = outer

    def _filters(self, root: etree._Element) -> None:
        mask_filters(root, self.hits)

    # Hyperlinks -------------------------------------------------------------------------------------

    def _links(self) -> frozenset[str]:
        cut = leading_to_hits(self.links, self.hits, self.sweep)
        for element in [*each(self.root, "hyperlink")]:
            location = element.get("location") or ""
            if ("field", clean(location)) in self.hits.texts or (location and self._location_is_gone(location)):
                location = ""
                forget(element, "location")
            elif location and self.names:
                element.set("location", renamed(location, self.names))
            if (element.get(f"{REL}id") or "") in cut:
                forget(element, f"{REL}id")
            if not location and not element.get(f"{REL}id"):
                self._drop(element, "超链接")
                continue
            if (masked := self.hits.text("field", clean(element.get("tooltip") or ""))) is not None:
                element.set("tooltip", fit(masked))
            if (masked := self.hits.repeated("field", clean(element.get("display") or ""))) is not None:
                element.set("display", fit(masked))
        return cut

    def _location_is_gone(self, location: str) -> bool:
        return "!" in location and self._touched(location.lstrip("#"))


def leading_to_hits(links: Mapping[str, Relationship], hits: Hits, sweep: Sweep) -> frozenset[str]:
    """The links out of the package whose address holds something that is masked."""
    outside = {key: link for key, link in links.items() if link.external}
    read = {key: link_text(link.target) for key, link in outside.items()}
    found = {key for key, target in read.items() if ("field", target) in hits.texts}
    for texts in (read, {key: link.target for key, link in outside.items()}):
        keys = [*texts]
        found |= {keys[k] for k in sweep.which([*texts.values()])}
    return frozenset(found)


def mask_filters(root: etree._Element, hits: Hits) -> None:
    """The values that filters ask for, as the cells have them now."""
    for entry in root.iter(f"{MAIN}filter", f"{MAIN}customFilter"):
        text = clean(entry.get("val") or "")
        masked = hits.repeated("form", text.strip("*"))
        if masked is not None:
            entry.set("val", fit(text.replace(text.strip("*"), masked)))


def _print_pieces(text: str) -> list[str]:
    """The codes and the single characters of a print text."""
    pieces, here = [], 0
    for code in PRINT_CODES.finditer(text):
        pieces += [*text[here : code.start()], code[0]]
        here = code.end()
    return [*pieces, *text[here:]]


def _print_characters(text: str) -> tuple[str, list[int | None]]:
    """What the reader makes of a print text, and for each character the number of the piece it came from."""
    characters: list[tuple[str, int | None]] = []
    for number, piece in enumerate(_print_pieces(text)):
        match = PRINT_CODES.fullmatch(piece)
        characters += [(c, number) for c in (print_code(match) if match else piece)]
    lines: list[list[tuple[str, int | None]]] = [[]]
    for character in characters:
        if character[0] == "\n":
            lines.append([])
        else:
            lines[-1].append(character)
    kept: list[tuple[str, int | None]] = []
    for line in lines:
        while line and line[0][0].isspace():
            del line[0]
        while line and line[-1][0].isspace():
            del line[-1]
        if line:
            kept += [*([("\n", None)] if kept else []), *line]
    return "".join(c for c, _ in kept), [number for _, number in kept]

