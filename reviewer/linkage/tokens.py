"""What the index keeps of one document: tokens of who and where, and the parts of numbers that the draft shows.

Names, places and whole values are kept as HMAC-SHA256 under a key of their own (keys.Key.derive("linkage")): whoever
lacks it can neither make a token nor try names out. Of a whole value each usual mask of it is kept so, too: that a
mask elsewhere hides the same number shows without the number. Partial values and attributes stay as they were
published, for only so can it be counted what they leave together; the caller encrypts them (`sealed`). No text is
kept. A Given is built from the Result of a scan, never by scanning again.
"""

from __future__ import annotations

import hmac
import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice, pairwise
from typing import Any

from reviewer.detect import clues, masked
from reviewer.detect.lines import Lines
from reviewer.detect.together import FACTS, PERSON_NUMBERS, Persons
from reviewer.identifiers import resident_id
from reviewer.identifiers.candidates import HIDDEN, Known
from reviewer.language import names
from reviewer.language.address import parse_places
from reviewer.linkage.score import rarity
from reviewer.model import OFFICE_ROLES, Document, Finding, Result
from reviewer.prepared.patterns import compiled
from reviewer.text.view import is_folded

WHOLE = PERSON_NUMBERS | {"PHONE", "BANK_ACCOUNT", "ADDRESS", "EMAIL", "WECHAT", "QQ", "PLATE"}
"""entities whose whole values tell that two rows are of one person or household"""
_KEPT: dict[str, tuple[tuple[int, int], ...]] = {
    "ID_CARD": (
        (6, 4), (2, 3), (6, 3), (6, 2), (6, 1), (6, 0), (3, 4), (4, 4), (3, 3), (1, 1), (0, 4), (0, 6), (8, 4),
        (10, 4), (10, 0), (10, 2), (12, 4), (12, 0), (14, 0), (14, 1), (14, 2),
    ),
    "PHONE": ((3, 4), (3, 3), (3, 2), (3, 0), (7, 0), (0, 4), (4, 4), (4, 3), (2, 2)),
    "BANK_CARD": ((6, 4), (4, 4), (0, 4), (6, 3), (4, 3), (6, 0)),
}  # fmt: skip
"""how many digits in front and at the end the usual masks keep (DOMAIN 1.1, rules/masking.yml, lists of offices)"""
_MIDDLE = (6, 14)
"""masks of identity numbers that show the birth date alone are usual, too"""
_OF_ROLE = {"patient": "HEALTH", "minor": "MINOR", "complainant": "INFORMANT", "informant": "INFORMANT"}
_TITLE = 160
"""characters from the beginning in which titles are looked for"""
_SUFFIXES = 16
"""places that are looked at in one row: hostile text is nothing but 村"""
_LONGEST = 2000
"""characters of a row that are read for attributes"""
_AROUND = 24
"""characters in front of 村, 镇 that may be its name and those of the places around"""

_NOTHING = Known()
Place = tuple[str, str, str]
"""county, township, village; "" where the row does not tell"""
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Page:
    """Where a document was published: what is known of it beside its bytes."""

    document: str
    """what names it: the path or URL, as reports show it"""
    unit: str = ""
    column: str = ""
    published: date | None = None
    title: str = field(default="", repr=False)
    """as the page says it; "": what stands at the beginning of the text"""


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole value of a person: its token, and the tokens of its usual masks."""

    entity: str
    token: str
    masks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Part:
    """A number of which a part is shown, ? for each hidden digit; `token` stands for the mask as it is.

    `usual`: the mask is of a usual kind, so that a Whole without this token is of another number.
    """

    entity: str
    form: str = field(repr=False)
    token: str
    usual: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """A coordinate in degrees, and the token of what the document is about."""

    subject: str
    east: float = field(repr=False)
    north: float = field(repr=False)


@dataclass(frozen=True, slots=True)
class Row:
    """What one row or clause gives of one person. `name` is "" where it names nobody.

    at       line of the text, row of the table's file
    list     which table of the document it stands in; -1 in running text
    hidden   the name is masked itself (王*芳): `name` stands for the mask
    aliases  the usual masks of a whole name
    """

    at: int
    list: int = -1
    name: str = ""
    rarity: int = 0
    place: Place = ("", "", "")
    kinds: frozenset[str] = frozenset()
    wholes: tuple[Whole, ...] = ()
    parts: tuple[Part, ...] = ()
    known: Known = _NOTHING
    hidden: bool = False
    aliases: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Given:
    """What one published document gives to the index. `genre` is the kind of document, as reports name it."""

    page: Page
    genre: str = ""
    rows: tuple[Row, ...] = ()
    points: tuple[Point, ...] = ()


class Tokens:
    """Makes tokens with the key for linkage (32 bytes); what a site makes, another can not compare."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._names = lru_cache(maxsize=65536)(self._name)
        self._masked_names = lru_cache(maxsize=65536)(self._aliases)
        self._places = lru_cache(maxsize=16384)(self._place)

    def of(self, use: str, value: str) -> str:
        """32 hex characters for a value; those of different uses can not be compared."""
        message = f"{len(use)}:{use}{value}".encode("utf-8", "surrogatepass")
        return hmac.digest(self._secret, message, "sha256")[:16].hex()

    def name(self, name: str) -> str:
        return self._names(name)

    def _name(self, name: str) -> str:
        return self.of("name", name)

    def aliases(self, name: str) -> frozenset[str]:
        """The tokens of the usual masks of a whole name."""
        return self._masked_names(name)

    def _aliases(self, name: str) -> frozenset[str]:
        return frozenset(self.of("name", mask) for mask in _masks_of(name))

    def place(self, place: Place) -> Place:
        return self._places(place)

    def _place(self, place: Place) -> Place:
        county, township, village = (self.of("place", name) if name else "" for name in place)
        return county, township, village

    def whole(self, entity: str, value: str) -> Whole:
        """A whole value; a resident identity number of 15 digits is the one of 18."""
        if entity == "ID_CARD" and resident_id.is_plausible(value):
            value = resident_id.to_18(value)
        masks = frozenset(self.of(f"mask {entity}", mask) for mask in _usual_masks(entity, value))
        return Whole(entity, self.of(entity, value), masks)

    def part(self, entity: str, form: str) -> Part:
        """A masked number, 15 digits of an identity number as the 18 they stand for."""
        if entity == "ID_CARD" and len(form) == 15:
            form = f"{form[:6]}19{form[6:]}{HIDDEN}"
        return Part(entity, form, self.of(f"mask {entity}", form), _is_usual(entity, form))


def _masks_of(name: str) -> set[str]:
    """王秀芳: 王**, 王*, 王*芳, **芳, *秀芳."""
    size, first = len(name), name[:1]
    if size < 2:
        return set()
    masks = {first + "*" * (size - 1), first + "*", first + "**", "*" + name[1:], "*" * (size - 1) + name[-1]}
    return masks | ({first + "*" * (size - 2) + name[-1]} if size > 2 else set())


def masked_name(name: str) -> str:
    """A masked name as all write it: 王某某, 王×× and 王** are one."""
    return _HIDES.sub("*", name)


def _usual_masks(entity: str, value: str) -> Iterator[str]:
    size = len(value)
    if size < 11:
        return
    for front, back in _KEPT.get(entity, ()):
        yield value[:front] + HIDDEN * (size - front - back) + value[size - back :]
    if entity == "ID_CARD" and size == 18:
        first, last = _MIDDLE
        yield HIDDEN * first + value[first:last] + HIDDEN * (size - last)


def _is_usual(entity: str, form: str) -> bool:
    first, last = form.find(HIDDEN), len(form) - form.rfind(HIDDEN) - 1
    if entity == "ID_CARD" and form.strip(HIDDEN) == form[slice(*_MIDDLE)]:
        return not form.strip(HIDDEN).count(HIDDEN)
    hidden = form[first : len(form) - last]
    return not hidden.strip(HIDDEN) and (first, last) in _KEPT.get(entity, ())


# Keeping it


def record(given: Given) -> dict[str, Any]:
    """`given` as JSON may hold it: open tokens, and under "sealed" the text that the caller encrypts before storing.

    `from_record` is the way back.
    """
    sealed = [
        [[[part.entity, part.form] for part in row.parts], _told(row.known)] if row.parts or row.known != _NOTHING
        else 0
        for row in given.rows
    ]  # fmt: skip
    page = given.page
    return {
        "page": [page.document, page.unit, page.column, page.published.isoformat() if page.published else ""],
        "genre": given.genre,
        "rows": [
            [row.at, row.list, row.name, row.rarity, list(row.place), sorted(row.kinds),
             [[one.entity, one.token, sorted(one.masks)] for one in row.wholes],
             [[part.token, part.usual] for part in row.parts], row.hidden, sorted(row.aliases)]
            for row in given.rows
        ],
        "subjects": [point.subject for point in given.points],
        "sealed": json.dumps([sealed, [[point.east, point.north] for point in given.points]], separators=(",", ":")),
    }  # fmt: skip


def from_record(kept: dict[str, Any]) -> Given:
    """The Given of a `record` whose "sealed" is in the clear again."""
    sealed, points = json.loads(kept["sealed"])
    document, unit, column, day = kept["page"]
    rows = []
    for fields, hidden in zip(kept["rows"], sealed, strict=True):
        at, table, name, bits, place, kinds, wholes, parts, masks_name, aliases = fields
        forms, told = hidden or ([], {})
        rows.append(Row(
            at, table, name, bits, (place[0], place[1], place[2]), frozenset(kinds),
            tuple(Whole(entity, token, frozenset(masks)) for entity, token, masks in wholes),
            tuple(Part(entity, form, *part) for (entity, form), part in zip(forms, parts, strict=True)),
            _known(told), masks_name, frozenset(aliases),
        ))  # fmt: skip
    where = tuple(Point(subject, *point) for subject, point in zip(kept["subjects"], points, strict=True))
    return Given(
        Page(document, unit, column, date.fromisoformat(day) if day else None), kept["genre"], tuple(rows), where
    )


_DAYS = ("born_from", "born_to")


def _told(known: Known) -> dict[str, Any]:
    values = {name: getattr(known, name) for name in Known.__dataclass_fields__}
    told = {name: value for name, value in values.items() if value is not None}
    for name in _DAYS:
        if name in told:
            told[name] = told[name].isoformat()
    if "areas" in told:
        told["areas"] = sorted(told["areas"])
    return told


def _known(told: dict[str, Any]) -> Known:
    values = dict(told)
    for name in _DAYS:
        if name in values:
            values[name] = date.fromisoformat(values[name])
    if "areas" in values:
        values["areas"] = frozenset(values["areas"])
    return Known(**values) if values else _NOTHING


# Reading it out of a Result


def given(result: Result, page: Page, tokens: Tokens) -> Given:
    """What a scanned document gives; of the files in it, each `member` is a Result of its own."""
    genre = result.genre.name if result.genre is not None else ""
    if result.document is None or not result.document.text:
        return Given(page, genre)
    reading = _Reading(result, page, tokens)
    return Given(page, genre, tuple(reading.rows()), tuple(reading.points()))


@dataclass(slots=True)
class _Draft:
    """A row that is being gathered: the person's name, or a row that names nobody."""

    start: int
    end: int
    first: int
    last: int
    name: str = ""
    role: str = ""
    alone: bool = True
    """no other person is named in the same row or clause"""
    kinds: set[str] = field(default_factory=set)
    wholes: list[tuple[str, str]] = field(default_factory=list)
    parts: list[tuple[str, str]] = field(default_factory=list)
    address: str = ""


class _Reading:
    """One document while its rows are gathered."""

    def __init__(self, result: Result, page: Page, tokens: Tokens) -> None:
        assert result.document is not None
        self._result = result
        self._page = page
        self._tokens = tokens
        self._lines = Lines(result.document)
        self._clauses = Persons(self._lines)
        self._tables = [block.start for block in result.document.blocks if block.table is not None]
        self._names = sorted({one.start for one in result.findings if one.entity in ("NAME", "INFORMANT")})
        self._title = page.title or title(result.document)
        self._welfare = _WELFARE.search(self._title) is not None
        county, township, village = places(self._title)
        of_unit = places(page.unit)
        self._place = county or of_unit[0], township or of_unit[1], village

    def rows(self) -> Iterator[Row]:
        drafts = self._named()
        self._gather(drafts)
        drafts += self._unnamed(drafts)
        for draft in sorted(drafts, key=lambda one: one.start):
            row = self._row(draft)
            if row.name or row.parts or row.wholes or row.known != _NOTHING:
                yield row

    def _named(self) -> list[_Draft]:
        """The persons that are named, each with the stretch of text that speaks of him."""
        found: dict[int, _Draft] = {}
        for one in self._result.findings:
            if one.entity not in ("NAME", "INFORMANT") or one.role in OFFICE_ROLES or len(one.value) < 2:
                continue
            if self._lines.text[one.end : one.end + 1] in _DIVISIONS or not _HAN_SIGN.search(one.value):
                continue
            kept = found.get(one.start)
            if kept is None:
                kept = found[one.start] = _Draft(one.start, one.end, *self._extent(one.start, one.end), one.value)
            kept.role = kept.role or one.role
            if one.entity == "INFORMANT":
                kept.kinds.add("INFORMANT")
        drafts = [found[start] for start in sorted(found)]
        for before, after in pairwise(drafts):
            if after.start < before.last:
                before.alone = after.alone = False
        return drafts

    def _extent(self, start: int, end: int) -> Span:
        """The table row, the form or the clause in which text[start:end] stands."""
        lines = self._lines
        if lines.column(start) is None:
            first, last = lines.record(start)
            if first < last:
                return first, last
        return self._clauses.clause(start, end)

    def _gather(self, drafts: list[_Draft]) -> None:
        """Gives each value, mask and fact to the person whose row it stands in."""
        starts = [draft.start for draft in drafts]
        unnamed: dict[Span, _Draft] = {}

        def whose(start: int, end: int) -> _Draft:
            at = bisect_right(starts, start) - 1
            for k in (at, at + 1):
                if 0 <= k < len(drafts) and drafts[k].first <= start < drafts[k].last:
                    return drafts[k]
            extent = self._extent(start, end)
            if extent not in unnamed:
                unnamed[extent] = _Draft(start, end, *extent)
            return unnamed[extent]

        for one in masked.shown(self._lines):
            whose(one.start, one.end).parts.append((one.entity, one.form))
        for found in self._result.findings:
            if found.entity == "ADDRESS":
                draft = whose(found.start, found.end)
                draft.address = draft.address or found.value
            if found.entity in WHOLE and not found.masked and HIDDEN not in found.value:
                if found.confidence != "possible":
                    whose(found.start, found.end).wholes.append((found.entity, found.value))
            elif found.entity in FACTS and found.entity != "INFORMANT":
                whose(found.start, found.end).kinds.add(found.entity)
        drafts += unnamed.values()

    def _unnamed(self, drafts: list[_Draft]) -> list[_Draft]:
        """The rows of tables that name nobody and hold attributes of somebody."""
        taken = {self._extent(draft.start, draft.end)[0] for draft in drafts if self._lines.column(draft.start)}
        found = []
        document = self._result.document
        assert document is not None
        for block in document.blocks:
            if block.table is None:
                continue
            layout, table = self._lines.layout(block), block.table
            if layout.transposed or not clues.names_something(" ".join(layout.headers.values())):
                continue
            for row in range(layout.first_data, table.row_count()):
                cells = table.first[row], table.first[row + 1] - 1
                if cells[0] > cells[1]:
                    continue
                first, last = table.starts[cells[0]], table.ends[cells[1]]
                if first not in taken and first < last:
                    at = next((k for k in range(cells[0], cells[1] + 1) if table.starts[k] < table.ends[k]), cells[0])
                    found.append(_Draft(table.starts[at], table.starts[at], first, last))
        return found

    def _row(self, draft: _Draft) -> Row:
        lines, text = self._lines, self._lines.text
        block = lines.block(draft.start)
        in_table = block is not None and block.table is not None
        fields = lines.fields(draft.start) if in_table else {}
        first, last = draft.first, draft.last
        if not draft.alone and not in_table:
            first = draft.start
            last = self._next_name(draft)
        said = text[first : min(last, first + _LONGEST)]
        known = clues.known(said, fields or ({} if in_table else lines.form(draft.start) if draft.alone else {}))
        kinds = draft.kinds | ({_OF_ROLE[draft.role]} if draft.role in _OF_ROLE else set())
        if self._welfare and draft.role in ("beneficiary", "") and in_table:
            kinds.add("WELFARE")
        at, table = lines.number(draft.start) + 1, -1
        if in_table:
            assert block is not None and block.table is not None
            cell = block.table.cell_at(draft.start)
            at = block.table.numbers[block.table.row_of(cell)] if cell is not None else at
            table = bisect_right(self._tables, draft.start) - 1
        hidden = hides_name(draft.name)
        name = masked_name(draft.name) if hidden else draft.name
        return Row(
            at, table, self._tokens.name(name) if name else "", rarity(name) if name else 0,
            self._tokens.place(self._whereabouts(draft, fields, said)), frozenset(kinds),
            tuple(self._tokens.whole(*one) for one in dict.fromkeys(draft.wholes)),
            tuple(self._tokens.part(*one) for one in dict.fromkeys(draft.parts)),
            aged(known, self._page.published), hidden,
            self._tokens.aliases(name) if name and not hidden else frozenset(),
        )  # fmt: skip

    def _next_name(self, draft: _Draft) -> int:
        at = bisect_right(self._names, draft.start)
        return min(draft.last, self._names[at]) if at < len(self._names) else draft.last

    def _whereabouts(self, draft: _Draft, fields: dict[str, str], said: str) -> Place:
        """The county, township and village of a row, its own before the document's."""
        own = self._place
        if fields:
            told, elsewhere = _of_fields(fields, own[0])
        else:
            whence = [places(match[0]) for match in _WHENCE.finditer(said)]
            elsewhere = [one for one in whence if not _is_here(one, own[0])]
            told = places(_WHENCE.sub(" ", said))
            if not any(told):
                told = next((one for one in whence if one not in elsewhere), told)
        if not any(told) and draft.address and (of_address := places(draft.address)) not in elsewhere:
            told = of_address
        # A village without its township is the document's township's.
        return told[0] or own[0], told[1] or own[1], told[2] or ("" if told[1] else own[2])

    def points(self) -> Iterator[Point]:
        """The coordinates that were found, in degrees."""
        found = [one for one in self._result.findings if one.entity == "COORD"]
        if not found:
            return
        subject = self._tokens.of("subject", f"{self._page.unit} {_NUMBERING.sub('', self._title)}")
        for east, north in _pairs(self._lines, found):
            yield Point(subject, east, north)


_WELFARE = compiled("低保|特困|救助|救济|五保|残疾|孤儿|困境|困难|优抚|失能|临时生活补助|护理补贴|生活补贴")
_NUMBERING = compiled("[0-9０-９一二三四五六七八九十百第号批期次年月日季度〔〕（）()\\[\\] \\t\\n]+")
_BREAK = compiled("[。；;：:,\\t]")
_TITLED = compiled(
    "(?:书|表|册|公示|公告|通告|通报|名单|台账|清单|结果|通知|意见|办法|方案|答复|函|报告|决定|情况)"
    "(?:[（(][^（）()]{0,20}[）)])?$"
)
"""how titles end that stand in several parts with blanks between them, as a row of a list does"""


def title(document: Document) -> str:
    """The lines at the beginning that are titles: no sentence, no row of a list, no label."""
    found = []
    start = 0
    for line in document.text[:_TITLE].split("\n")[:4]:
        said = line.strip()
        parts = said.split()
        is_list = len(parts) > 2 and max(map(len, parts)) > 1 and _TITLED.search(said) is None
        if _BREAK.search(said) is not None or len(said) > 60 or is_list or _is_row(document, start):
            break
        found.append(said)
        start += len(line) + 1
    return " ".join(filter(None, found))


def _is_row(document: Document, start: int) -> bool:
    """Whether the line that begins there is a row of a table with several cells."""
    block = document.block_at(start)
    if block is None or block.table is None or not block.table.starts:
        return False
    table = block.table
    row = table.row_of(max(bisect_right(table.starts, start) - 1, 0))
    return sum(table.ends[k] > table.starts[k] for k in range(table.first[row], table.first[row + 1])) > 1


def aged(known: Known, day: date | None) -> Known:
    """`known` with the birth dates that fit its age on `day` instead of the age; without a day an age tells nothing."""
    if known.age is None:
        return known
    if day is None:
        return replace(known, age=None)
    return replace(
        known, age=None, born_from=_years_before(day, known.age + 1) + timedelta(days=1),
        born_to=_years_before(day, known.age),
    )  # fmt: skip


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def hides_name(name: str) -> bool:
    """Whether a name stands for many: 王某某, 王*芳; whatever the surname."""
    return names.is_pseudonym(name) or _HIDES.search(name) is not None


_HIDES = compiled("[某*＊×○●Xx?？_]")
_HAN_SIGN = compiled("(?!某)[\u4e00-\u9fff]")
"""a name of which no character is shown (某某) is none"""
_DIVISIONS = frozenset("省市县区旗州盟乡镇村")
"""behind what may be taken for a name, they make a place of it"""

# Places

_TOWNSHIP_HEADER = compiled("乡镇|镇街|街道|^[乡镇]名?$|所[在属](?:乡|镇|街)")
_VILLAGE_HEADER = compiled("(?:^|[行政所在属])村|社区|村[（(居]|村委|居委|村名")
_ADDRESS_HEADER = compiled("住址|地址|住所|居住|坐落|家庭")
_WHENCE_HEADER = compiled("户籍|户口|籍贯|祖籍|原籍|出生地")
_WHENCE = compiled(
    "(?:户籍(?:所在)?(?:地址?)?|户口(?:所在)?地|籍贯|祖籍|原籍|出生地)[为是在：: \\t]{0,3}"
    "[^，,。；;、：:（）() \\t\\n]{2,40}"
)
"""where somebody is registered or from, in running text"""
_SUFFIX = compiled(
    "镇|乡(?!村|镇)|街道|(?<![农乡全各本该某])村(?!民(?!委)|级|庄|镇|务|集|干|组|内|里)|社区|[县区市旗](?!级|政|委)"
)
_VILLAGE_END = compiled("(?:村民委员会|社区居民委员会|居民委员会|村委会|居委会|行政村|村委|居委|社区|村)$")
_HAN = compiled("[\u4e00-\u9fff]{2,8}")
_NO_NAME = frozenset(["农", "乡", "全", "各", "本", "该", "某", "行政", "自然", "贫困", "所在", "全县各"])


@lru_cache(maxsize=65536)
def places(text: str) -> Place:
    """The first county, township and village that `text` names, villages without 村 or 社区.

    >>> places("关于柳林镇杨树村道路问题的答复")
    ('', '柳林镇', '杨树')
    """
    found = {"county": "", "township": "", "village": ""}
    for match in islice(_SUFFIX.finditer(text), _SUFFIXES):
        if found["township"] and found["village"]:
            break
        window = text[max(0, match.end() - _AROUND) : match.end()]
        for part in parse_places(window, anchored=False)[0]:
            name = window[part.start : part.end]
            if part.kind in found and not found[part.kind] and part.end == len(window):
                found[part.kind] = _village(name) if part.kind == "village" else name
    return found["county"], found["township"], found["village"]


def _village(name: str) -> str:
    bare = _VILLAGE_END.sub("", name)
    return "" if bare in _NO_NAME or len(bare) < 2 else bare


def _of_fields(fields: dict[str, str], own: str) -> tuple[Place, list[Place]]:
    """The place that the cells of a row tell by their headers, and the places that are where he is from.

    own  the document's county. A row whose columns name a village or township is of that county, whatever county an
         address beside it names: who is registered or at home elsewhere still is the one of this village.
    """
    county = township = village = ""
    elsewhere: list[Place] = []
    lives: list[Place] = []
    registered: list[Place] = []
    for header, cell in fields.items():
        cell = is_folded(cell).strip()
        if not cell:
            continue
        if _VILLAGE_HEADER.search(header):
            told = places(cell)
            township = township or told[1]
            village = village or told[2] or (_village(cell) if _HAN.fullmatch(cell) else "")
        elif _TOWNSHIP_HEADER.search(header):
            township = township or places(cell)[1] or (cell if _HAN.fullmatch(cell) else "")
        elif _WHENCE_HEADER.search(header):
            told = places(cell)
            (registered if _is_here(told, own) else elsewhere).append(told)
        elif _ADDRESS_HEADER.search(header):
            lives.append(places(cell))
    for told in (*lives, *registered):
        if own and told[0] not in ("", own) and (township or village):
            elsewhere.append(told)
        else:
            county, township, village = county or told[0], township or told[1], village or told[2]
    return (county, township, village), elsewhere


def _is_here(told: Place, own: str) -> bool:
    """Whether a place where somebody is registered or from can be where he lives: `own` is the document's county."""
    return any(told[1:]) and (not own or told[0] in ("", own))


# Coordinates

_DEGREES = compiled(
    "(?<![0-9.])([0-9]{1,3})[°度]([0-9]{1,2})[′'’分]([0-9]{1,2}(?:[.][0-9]{1,6})?)?|(?<![0-9.])([0-9]{1,8}[.][0-9]{1,9})"
)
_METRES = 111_000.0


def _pairs(lines: Lines, found: Iterable[Finding]) -> Iterator[tuple[float, float]]:
    """(east, north) in degrees of each pair of coordinates in the lines of the findings, in order."""
    for number in sorted({lines.number(one.start) for one in found}):
        values = [_degrees(match) for match in _DEGREES.finditer(is_folded(lines.lines[number]))]
        east = [value for value in values if 73 <= value <= 136]
        north = [value for value in values if 3 <= value <= 54]
        if not east and len(values) > 1:
            # Plane coordinates in metres: northing of 7 digits, easting of 6, or 8 with the zone in front.
            north = [value / _METRES for value in values if 3e5 <= value < 6e6]
            east = [value % 1e6 / _METRES for value in values if 1e5 <= value < 1e6 and value / _METRES not in north]
            east = [value % 1e6 / _METRES for value in values if value >= 1e7] or east
        yield from zip(east, north, strict=False)


def _degrees(match: re.Match[str]) -> float:
    if match[4]:
        return float(match[4])
    return int(match[1]) + int(match[2]) / 60 + float(match[3] or 0) / 3600
