"""Writes OFD samples (GB/T 33190), byte for byte the same each time, as two kinds of programs write them.

Zip members carry one fixed date and are stored. `single` writes each character as an object of its own and names the
namespace without a prefix; else a line is an object.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from tests.sample_files import Expectation, _ems, _wrapped, packed

_SPACE = "http://www.ofdspec.org/2016"
_WIDE, _HIGH = 210.0, 297.0
_SIZE = 4.9389
"""14 points, in millimetres"""
_LEFT = 28.0


@dataclass
class Fixed:
    """An OFD under construction: A4 pages with titles, paragraphs that wrap, a ruled table, a template for all pages."""

    expect: Expectation
    title: str = ""
    author: str = "清溪县自然资源和规划局"
    single: bool = False
    pages: list[list[str]] = field(default_factory=lambda: [[]])
    under: list[str] = field(default_factory=list)
    notes: dict[int, list[str]] = field(default_factory=dict)
    attached: dict[str, bytes] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    y: float = 40.0
    _last: int = 100

    def page(self) -> None:
        self.pages.append([])
        self.y = 40.0

    def header(self, text: str) -> None:
        """A line at the head of each page, in the template."""
        self.under += self._line(_LEFT, 20.0, self.expect.clean(text), 3.5)
        self.under.append(self._stroke(_LEFT, 22.0, _WIDE - _LEFT, 22.0))

    def heading(self, text: str) -> None:
        text = self.expect.clean(text)
        self.show((_WIDE - 7.0 * _ems(text)) / 2, text, 7.0)
        self.y += 14.0

    def paragraph(self, text: str, indent: bool = True) -> None:
        """A paragraph of 31 full-width characters a line."""
        text = self.expect.clean(text)
        for line in _wrapped("　　" + text if indent else text, 31):
            self.show(_LEFT, line)
            self.y += 8.5

    def white(self, text: str) -> None:
        self.show(_LEFT, self.expect.clean(text, "hidden"), colour="255 255 255")
        self.y += 8.5

    def hidden_layer(self, text: str) -> None:
        """A line in a layer that is not shown."""
        inner = "".join(self._line(_LEFT, self.y, self.expect.clean(text, "hidden"), _SIZE))
        self.pages[-1].append(f'</o:Layer><o:Layer ID="{self._id()}" Visible="false">{inner}</o:Layer><o:Layer ID="{self._id()}">')

    def covered(self, text: str) -> None:
        """A line under a black rectangle."""
        text = self.expect.clean(text, "hidden")
        self.show(_LEFT, text)
        wide, high = _SIZE * _ems(text) + 2, 7.0
        data = f"M 0 0 L {wide:g} 0 L {wide:g} {high:g} L 0 {high:g} C"
        self.pages[-1].append(
            f'<o:PathObject ID="{self._id()}" Boundary="{_LEFT - 1:g} {self.y - 5.5:g} {wide:g} {high:g}" Stroke="false" Fill="true">'
            f'<o:FillColor Value="0 0 0"/><o:AbbreviatedData>{data}</o:AbbreviatedData></o:PathObject>'
        )
        self.y += 8.5

    def table(self, rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
        """A table between drawn lines."""
        high, top = 9.0, self.y - 6.0
        edges = [_LEFT]
        for wide in widths:
            edges.append(edges[-1] + wide)
        for k in range(len(rows) + 1):
            self.pages[-1].append(self._stroke(edges[0], top + high * k, edges[-1], top + high * k))
        for x in edges:
            self.pages[-1].append(self._stroke(x, top, x, top + high * len(rows)))
        for row in rows:
            for x, cell in zip(edges, row, strict=False):
                if cell:
                    self.show(x + 1.0, self.expect.clean(cell), 3.5)
            self.y += high
        self.y += 6.0

    def note(self, text: str, author: str = "经办人") -> None:
        """A remark on the last line, seen when it is opened."""
        text = self.expect.clean(text, "annotation")
        place = f"{_LEFT:g} {self.y - 14:g} 60 6"
        self.notes.setdefault(len(self.pages) - 1, []).append(
            f'<o:Annot ID="{self._id()}" Type="Highlight" Creator={quoteattr(author)} LastModDate="2024-01-01">'
            f'<o:Remark>{escape(text)}</o:Remark><o:Appearance Boundary="{place}"/></o:Annot>'
        )

    def attach(self, name: str, text: str) -> None:
        self.attached[name] = self.expect.clean(text, "attachment").encode()

    def tag(self, name: str, text: str) -> None:
        """A custom tag that repeats what the page says (公文标引)."""
        self.tags[name] = self.expect.clean(text, "property")

    def show(self, x: float, text: str, size: float = _SIZE, colour: str = "") -> None:
        self.pages[-1] += self._line(x, self.y, text, size, colour)

    def _line(self, x: float, y: float, text: str, size: float, colour: str = "") -> list[str]:
        if not self.single:
            return [self._text(x, y, text, size, colour)]
        found = []
        for one in text:
            if one not in " 　":
                found.append(self._text(x, y, one, size, colour))
            x += size * _ems(one)
        return found

    def _text(self, x: float, y: float, text: str, size: float, colour: str) -> str:
        steps = " ".join(f"{size * _ems(one):.4f}" for one in text[:-1])
        fill = f'<o:FillColor Value="{colour}"/>' if colour else ""
        return (
            f'<o:TextObject ID="{self._id()}" Boundary="{x:.4f} {y - size:.4f} {size * _ems(text):.4f} {1.2 * size:.4f}" Font="3" '
            f'Size="{size:.4f}">{fill}<o:TextCode X="0" Y="{size:.4f}"{f" DeltaX={quoteattr(steps)}" if steps else ""}>'
            f"{escape(text)}</o:TextCode></o:TextObject>"
        )

    def _stroke(self, x0: float, y0: float, x1: float, y1: float) -> str:
        wide, high = x1 - x0 + 0.3, y1 - y0 + 0.3
        return (
            f'<o:PathObject ID="{self._id()}" Boundary="{x0:g} {y0:g} {wide:g} {high:g}" LineWidth="0.25">'
            f"<o:AbbreviatedData>M 0 0 L {x1 - x0:g} {y1 - y0:g}</o:AbbreviatedData></o:PathObject>"
        )

    def _id(self) -> int:
        self._last += 1
        return self._last

    def data(self) -> bytes:
        members: dict[str, str | bytes] = {"OFD.xml": self._entry(), "Doc_0/Document.xml": self._document()}
        members["Doc_0/PublicRes.xml"] = self._xml(
            'Res BaseLoc="Res"', '<o:Fonts><o:Font ID="3" FontName="宋体" FamilyName="宋体"/></o:Fonts>'
        )
        for k, objects in enumerate(self.pages):
            base = '<o:Template TemplateID="5" ZOrder="Background"/>' if self.under else ""
            members[f"Doc_0/Pages/Page_{k}/Content.xml"] = self._page(objects, base)
        if self.under:
            members["Doc_0/Tpls/Tpl_0/Content.xml"] = self._page(self.under)
        members |= self._beside()
        return packed(members)

    def _entry(self) -> str:
        info = (
            f"<o:DocID>{'0' * 31}1</o:DocID><o:Title>{escape(self.title)}</o:Title><o:Author>{escape(self.author)}</o:Author>"
            "<o:CreationDate>2024-01-01</o:CreationDate><o:Creator>OFD</o:Creator>"
        )
        body = f"<o:DocBody><o:DocInfo>{info}</o:DocInfo><o:DocRoot>Doc_0/Document.xml</o:DocRoot></o:DocBody>"
        return self._xml('OFD Version="1.0" DocType="OFD"', body)

    def _document(self) -> str:
        paper = f"<o:PageArea><o:PhysicalBox>0 0 {_WIDE:g} {_HIGH:g}</o:PhysicalBox></o:PageArea>"
        common = f"<o:MaxUnitID>{self._last + 10}</o:MaxUnitID>{paper}<o:PublicRes>PublicRes.xml</o:PublicRes>"
        if self.under:
            common += '<o:TemplatePage ID="5" BaseLoc="Tpls/Tpl_0/Content.xml"/>'
        pages = "".join(f'<o:Page ID="{10 + k}" BaseLoc="Pages/Page_{k}/Content.xml"/>' for k in range(len(self.pages)))
        rest = "<o:Annotations>Annots/Annotations.xml</o:Annotations>" if self.notes else ""
        rest += "<o:CustomTags>Tags/CustomTags.xml</o:CustomTags>" if self.tags else ""
        rest += "<o:Attachments>Attachs/Attachments.xml</o:Attachments>" if self.attached else ""
        return self._xml("Document", f"<o:CommonData>{common}</o:CommonData><o:Pages>{pages}</o:Pages>{rest}")

    def _page(self, objects: list[str], base: str = "") -> str:
        area = f"<o:Area><o:PhysicalBox>0 0 {_WIDE:g} {_HIGH:g}</o:PhysicalBox></o:Area>"
        return self._xml("Page", f'{area}{base}<o:Content><o:Layer ID="2">{"".join(objects)}</o:Layer></o:Content>')

    def _beside(self) -> dict[str, str | bytes]:
        members: dict[str, str | bytes] = {}
        if self.notes:
            listed = "".join(
                f'<o:Page PageID="{10 + k}"><o:FileLoc>Page_{k}/Annotation.xml</o:FileLoc></o:Page>' for k in self.notes
            )
            members["Doc_0/Annots/Annotations.xml"] = self._xml("Annotations", listed)
            for k, notes in self.notes.items():
                members[f"Doc_0/Annots/Page_{k}/Annotation.xml"] = self._xml("PageAnnot", "".join(notes))
        if self.tags:
            tag = '<o:CustomTag TypeID="公文"><o:FileLoc>Tag.xml</o:FileLoc></o:CustomTag>'
            members["Doc_0/Tags/CustomTags.xml"] = self._xml("CustomTags", tag)
            words = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in self.tags.items())
            members["Doc_0/Tags/Tag.xml"] = f'<?xml version="1.0" encoding="UTF-8"?>\n<公文 xmlns="urn:gongwen">{words}</公文>'
        if self.attached:
            listed = "".join(
                f'<o:Attachment ID="{k}" Name={quoteattr(name)} Format="txt"><o:FileLoc>{escape(name)}</o:FileLoc></o:Attachment>'
                for k, name in enumerate(self.attached, 1)
            )
            members["Doc_0/Attachs/Attachments.xml"] = self._xml("Attachments", listed)
            members |= {f"Doc_0/Attachs/{name}": data for name, data in self.attached.items()}
        return members

    def _xml(self, root: str, inner: str) -> str:
        name = root.split(" ", 1)[0]
        text = f"<o:{root} xmlns:o={quoteattr(_SPACE)}>{inner}</o:{name}>"
        if self.single:
            text = text.replace("xmlns:o=", "xmlns=").replace("<o:", "<").replace("</o:", "</")
        else:
            text = text.replace("xmlns:o=", "xmlns:ofd=").replace("<o:", "<ofd:").replace("</o:", "</ofd:")
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'
