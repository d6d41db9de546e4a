"""What findings mean beside each other: persons in a clause or row, facts about them, numbers of persons."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate

from reviewer.detect.candidate import Candidate
from reviewer.detect.compiled import Compiled, Trigger, any_value
from reviewer.detect.lines import Lines
from reviewer.detect.pattern import normalise
from reviewer.detect.subject import FIRST_PERSON, INTRODUCED, Known, is_class, is_general, is_officer, subject
from reviewer.language import names
from reviewer.language.hit import NameHit
from reviewer.language.things import is_nobody, stands_in_example
from reviewer.prepared.patterns import compiled
from reviewer.rulebook.rule import Rule
from reviewer.text.traditional import simplified

PERSON_NUMBERS = frozenset({
    "ID_CARD", "HMT_RESIDENCE", "FOREIGN_PR", "PASSPORT", "HKMT_PERMIT", "MILITARY_ID", "DRIVER_LICENSE",
    "DISABILITY_ID", "STUDENT_ID", "SOCIAL_SECURITY", "MEDICAL_INSURANCE", "BANK_CARD",
})  # fmt: skip
FACTS = frozenset({
    "HEALTH", "WELFARE", "MINOR", "MARITAL", "FAMILY", "RELIGION", "ETHNICITY", "POLITICAL", "CRIMINAL_RECORD",
    "INCOME", "INFORMANT", "TRACK",
})  # fmt: skip
_WITH_NAME = frozenset({"HEALTH", "WELFARE", "MINOR"})
_OF_OFFICERS = frozenset({"ETHNICITY", "POLITICAL"})
"""what is published of those who hold an office"""
_ENDS = "。；;！!？?\r"
_CLAUSE_END = compiled(f"[{_ENDS}]")
_TILE, _MARGIN = 192, 24
"""in how long pieces, and with how much text around, a sentence longer than _REACH is looked at"""
_REACH = 120
FORM_REACH = 300
_KEPT = 8192
"""clauses that are remembered: the same one is asked for by each of several judgements"""
_SPEAKS = compiled(
    "(?:[一-龥]{0,6}?)(?:指出|强调|要求|表示|代表|主持|出席|讲话|调研|带队|致辞|宣布|部署|介绍|(?<![来致去]电)(?<!来[信函访])说|认为|听取|看望|慰问|走访|检查|指导|负责|分管|包保|包联|结对|资助|收养|照料|照顾|护理|接诊|救治|组织|带领|讲解|邀请|报告|汇报)"
)
"""who speaks of the sick, the poor or children is not one of them"""
_FIELD = compiled(r"\s{0,4}[\u4e00-\u9fff（）()/、]{2,16}[：:]")
"""权利人：…；证号：…；a field list: its semicolons part the fields of one record"""
_BREAKS = f"{_ENDS}\n \u3000"
_COURSE = 600
"""how far back the person may stand of whom a list of days and places speaks"""
_ELIDED = compiled(
    r"[\s\u3000]*(?:[（(]?[0-9一二三四五六七八九十]{1,3}[)）、.．])?[\s\u3000]*(?:[\u4e00-\u9fff]{2,8}[：:]"
    r"|(?:(?:[0-9]{4}年)?[0-9]{1,2}月[0-9]{1,2}日|[0-9]{1,2}日|[0-9]{1,2}(?:时|点|[:：][0-9]{2})|当[日天晚]|次日|随后|之后|[去今前同]年|后来)"
    r"(?![，,]?[全各本我县市局镇省区国]))"
)
"""how a sentence begins that leaves out of whom it speaks"""
_OF_MANY = compiled(
    r"(?<![等第家户中0-9一二三四五六七八九十百千])(?![1一][名位例人])[0-9一二三四五六七八九十百千两几多]{1,5}余?"
    r"(?:[名位例人](?!次|口|员|民)[\u4e00-\u9fff、]{0,14}|个人?(?:都|全|均|还)?[是为系属])$"
)
"""12名学生出现|呕吐: the fact is of a number of people, and of none by name"""
_SEX = compiled(r"(?=([\u4e00-\u9fff·][\s\u3000]{0,2}[，,（(][\s\u3000]{0,2}[男女][\s\u3000]{0,2}[，,、）)]))")
_BEFORE = 24
_TRACK, _HEALTH, _OTHERS = 25, 250, 2500
"""distinct values of private persons from which check becomes block: half of 法释〔2017〕10号 art 5"""


Span = tuple[int, int, bool, bool]
"""a person: start, end, whether it is a name, whether that is a pseudonym"""


@dataclass(slots=True)
class Persons:
    """Where particular persons stand, in order of start."""

    lines: Lines
    _spans: list[Span] = field(default_factory=list)
    _starts: list[int] = field(default_factory=list)
    _asked: dict[tuple[int, int], list[Span]] = field(default_factory=dict)
    _clauses: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    _ends: dict[tuple[int, int], tuple[array[int], array[int]]] = field(default_factory=dict)
    _speakers: dict[int, bool] = field(default_factory=dict)
    _officers: set[int] = field(default_factory=set)
    """where the names of those end who hold an office"""
    _breaks: dict[int, int] = field(default_factory=dict)
    _first_i: dict[int, int] = field(default_factory=dict)
    """where the first 我 of a line ends, by the line's number"""
    _tiles: tuple[range, list[Span]] = (range(0), [])
    """the pieces of a long sentence that were asked about last, and the persons in them"""
    _sexes: list[tuple[int, int]] | None = None
    """where somebody is told by his sex"""
    _spoken: array[int] = field(default_factory=lambda: array("q"))
    """how many of the persons up to each are spoken of: they are at no work of theirs, and do not speak themselves"""

    def add(self, candidates: Iterable[Candidate]) -> None:
        """Adds the names that are not known to be an office's, or only by a namesake, and the persons' numbers."""
        for one in candidates:
            entity = one.rule.entity
            may_be_private = one.private is not False or one.own is not None
            if entity == "NAME" and not may_be_private:
                self._officers.add(one.end)
            elif entity == "NAME" and (one.end - one.start > 1 or one.private):
                if one.pseudonym and stands_in_example(self.lines.text, one.start, one.end):
                    continue
                self._spans.append((one.start, one.end, True, one.pseudonym))
            elif entity in PERSON_NUMBERS or entity == "PHONE":
                self._spans.append((one.start, one.end, False, False))
        self._spans.sort()
        self._starts = [span[0] for span in self._spans]
        self._spoken = array("q")

    def beside(self, one: Candidate) -> bool:
        """Whether a particular person stands in the clause or row of `one`, not being `one` itself."""
        starts = self._starts
        # Without anybody in reach no clause is looked for.
        near = bisect_left(starts, one.end + FORM_REACH) > bisect_left(starts, one.start - FORM_REACH)
        if not near and self.lines.column(one.start) is None:
            return False
        first, last = self.clause(one.start, one.end)
        spans = self._spans
        for k in range(bisect_left(starts, first), len(spans)):
            start, end, _, _ = spans[k]
            if start >= last:
                return False
            if start >= one.end or one.start >= end:
                return True
        return False

    def speaks(self, person: Span) -> bool:
        """Whether what follows a person says that it speaks of others."""
        found = self._speakers.get(person[1])
        if found is None:
            found = self._speakers[person[1]] = _SPEAKS.match(self.lines.text, person[1]) is not None
        return found

    def are_officers(self, found: Iterable[Span]) -> bool:
        """Whether all of `found` hold an office."""
        return all(span[1] in self._officers for span in found)

    def who_speaks(self, persons: Iterable[Span]) -> dict[int, bool]:
        """Where each of `persons` ends -> whether that person speaks of others."""
        known = self._speakers
        for person in persons:
            if person[1] not in known:
                self.speaks(person)
        return known

    def clause(self, start: int, end: int) -> tuple[int, int]:
        """The table row, or the sentence within reach, around text[start:end]."""
        found = self._clauses.get((start, end))
        if found is None:
            if len(self._clauses) >= _KEPT:
                self._clauses.clear()
            found = self._clauses[start, end] = self._clause(start, end)
        return found

    def _clause(self, start: int, end: int) -> tuple[int, int]:
        lines = self.lines
        block = lines.block(start)
        if block is not None and block.table is not None:
            cell = block.table.cell_at(start)
            if cell is not None:
                row = block.table.row_of(cell)
                cells = block.table.first[row], block.table.first[row + 1] - 1
                return block.table.starts[cells[0]], block.table.ends[cells[1]]
        first, last = lines.paragraph(start)
        real, soft = self._ends_of(first, last)
        left = max(self._clause_start(real, soft, start), first)
        right, far = min(last, end + _REACH), min(last, end + FORM_REACH)
        at = bisect_left(real, end)
        stop = real[at] if at < len(real) and real[at] < far else far
        if bisect_left(soft, end) < bisect_left(soft, stop):
            right = far
        return left, min(right, stop)

    def _clause_start(self, real: array[int], soft: array[int], start: int) -> int:
        near, far = start - _REACH, start - FORM_REACH
        at = bisect_left(real, start) - 1
        stop = real[at] + 1 if at >= 0 and real[at] >= far else far
        # Where fields of one record stand further off, the clause reaches to the record's beginning.
        if stop >= near or bisect_left(soft, stop) < bisect_left(soft, near):
            return stop
        return near

    def _ends_of(self, first: int, last: int) -> tuple[array[int], array[int]]:
        """Where clauses of the paragraph [first, last) end, and where a semicolon only parts fields of a record."""
        found = self._ends.get((first, last))
        if found is None:
            if len(self._ends) >= _KEPT:
                self._ends.clear()
            found = self._ends[first, last] = array("q"), array("q")
            text = self.lines.text
            for match in _CLAUSE_END.finditer(text, first, last):
                found[_goes_on(text, match.end())].append(match.start())
        return found

    def whose(self, start: int, end: int) -> tuple[int, int]:
        """Where the person stands whom the clause around text[start:end] does not name; empty where none may.

        The fields of a form, one a line, are of one person. A sentence that begins with a label or a time speaks
        of whom the sentence before it names; so does one with a pronoun, or without a subject.
        """
        lines = self.lines
        if lines.column(start) is not None:
            return start, start
        first, last = lines.record(start)
        if self.within(first, last):
            return first, last
        at, text = self.clause(start, end)[0], lines.text
        floor = max(0, at - _COURSE)
        while floor < at and _ELIDED.match(text, at) is not None:
            stop = at
            while stop > floor and text[stop - 1] in _BREAKS:
                stop -= 1
            at = max(self._break_before(stop, floor), floor)
            if self.within(at, stop) or (at > floor and self.in_running_text(at, stop)):
                return at, stop
        clause = self.clause(start, end)[0]
        known = Known(self._spoken_of, self._line_start, self._says_i)
        found = subject(text, clause, start, end, lines.passage(start), known)
        return found or (start, start)

    def _line_start(self, offset: int) -> int:
        return self.lines.starts[self.lines.number(offset)]

    def _says_i(self, offset: int) -> bool:
        """Whether the speaker says 我 in the line, in front of `offset`; a long line is looked through once."""
        number = self.lines.number(offset)
        text, first = self.lines.text, self._first_i.get(number)
        if first is None:
            match = FIRST_PERSON.search(text, *self.lines.span(number))
            first = self._first_i[number] = match.end() if match is not None else len(text) + 1
        return first <= offset or text[offset - 1] == "我"

    def _break_before(self, stop: int, floor: int) -> int:
        """Behind the last break before `stop` that is not before `floor`, 0 where none is; every fact asks again."""
        found = self._breaks.get(stop, 0)
        if not found:
            found = max(self.lines.text.rfind(char, floor, stop) for char in _BREAKS) + 1
            self._breaks[stop] = found
        return found

    def _spoken_of(self, start: int, end: int) -> bool:
        """Whether a person stands in text[start:end] whose work is not named in front, and who does not speak."""
        if not self._spoken:
            spoken = (not self.speaks(one) and not is_officer(self.lines.text, one[0]) for one in self._spans)
            self._spoken = array("q", accumulate(spoken, initial=0))
        # Asked of thousands of characters at each fact: one look at either end.
        return self._spoken[bisect_left(self._starts, end)] > self._spoken[bisect_left(self._starts, start)]

    def with_person(self, start: int, end: int) -> list[tuple[int, int]]:
        """Where persons stand of whom text[start:end] may be said: its clause or row; where the labels stand in the
        first column, the cells of its record.
        """
        return self.lines.record_cells(start) or [self.clause(start, end)]

    def within(self, start: int, end: int) -> list[Span]:
        return self._spans[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def in_running_text(self, start: int, end: int) -> list[Span]:
        """Persons of a clause that no cue word names; looked for only where a fact asks."""
        first, last = self.lines.paragraph(start)
        text = self.lines.text
        # Facts of one sentence ask about the same clause; in a longer one each would ask about its own.
        if (start == first or text[start - 1] in _ENDS) and (end >= last or text[end] in _ENDS):
            return self._persons_in(start, end, start, end)
        tiles = range(first + (start - first) // _TILE * _TILE, end, _TILE)
        asked, found = self._tiles
        if tiles != asked:
            found = []
            for tile in tiles:
                stop = min(tile + _TILE, last)
                found += self._persons_in(tile, stop, max(tile - _MARGIN, first), min(stop + _MARGIN, last))
            self._tiles = tiles, found
        return [span for span in found if start <= span[0] and span[1] <= end] if found else []

    def may_be_said(self, start: int, end: int) -> bool:
        """Whether the fact text[start:end] can be said of a particular person at all.

        Texts on relief or illness speak of nobody far and wide: where no person stands so near that `within`,
        `in_running_text`, `whose` or `by_sex` can find one, no closer look is needed.
        """
        first, last = self.clause(start, end)
        lines, starts = self.lines, self._starts
        if bisect_left(starts, first - INTRODUCED) < bisect_left(starts, last) or self.by_sex(first, last):
            return True
        if lines.column(start) is not None or _ELIDED.match(lines.text, first) is not None:
            return True
        return bool(self.within(*lines.record(start)) or self.in_running_text(first, last))

    def by_sex(self, start: int, end: int) -> list[Span]:
        """Who is told by his sex in text[start:end] (班超，男，), where the name itself was not known for one."""
        if self._sexes is None:
            self._sexes = [match.span(1) for match in _SEX.finditer(self.lines.text)]
        at = bisect_left(self._sexes, (start, 0))
        if at < len(self._sexes) and self._sexes[at][1] <= end:
            return [(self._sexes[at][0], self._sexes[at][0] + 1, False, False)]
        return []

    def _persons_in(self, start: int, end: int, first: int, last: int) -> list[Span]:
        """Those that begin in [start, end), seen with the text of [first, last) around; asked once."""
        if (start, end) not in self._asked:
            self._asked[start, end] = [
                (first + hit.start, first + hit.end, True, hit.pseudonym)
                for hit in _persons_of(self.lines.text[first:last])
                if hit.private is not False and start <= first + hit.start < end
                and not is_nobody(self.lines.text, first + hit.start, first + hit.end)
            ]
        return self._asked[start, end]


@lru_cache(maxsize=1024)
def _persons_of(clause: str) -> tuple[NameHit, ...]:
    """Persons in running text; lists and forms say the same again and again."""
    return tuple(names.persons_in(clause))


def _goes_on(text: str, at: int) -> bool:
    """Whether the clause end before `at` is the semicolon of a field list."""
    return text[at - 1] in "；;" and _FIELD.match(text, at) is not None


def facts(
    triggered: Iterable[tuple[int, Trigger]], lines: Lines, compiled: Compiled, persons: Persons, folded: set[int]
) -> Iterator[Candidate]:
    """Facts about a particular person, and the persons in running text that they name.

    folded  the lines that may hold traditional characters
    """
    named: set[tuple[int, int]] = set()
    seen: set[tuple[int, str, int]] = set()
    asked: set[tuple[str, int, int]] = set()
    name_rule = compiled.book.by_id("person-name")
    for number, trigger in triggered:
        rule = trigger.rule
        assert rule is not None
        if (number, rule.id, trigger.number) in seen:
            continue
        seen.add((number, rule.id, trigger.number))
        base, line = lines.starts[number], lines.lines[number]
        for match in compiled.pattern(rule, trigger.number).finditer(simplified(line) if number in folded else line):
            first, last = any_value(match)
            start, end = base + first, base + last
            if rule.entity != "INFORMANT" and not persons.may_be_said(start, end):
                continue
            place = rule.id, start, end
            # Several expressions of a rule may see one place.
            if place not in asked:
                asked.add(place)
                yield from _fact(rule, start, end, lines, compiled, persons, named, name_rule)


_GENERAL = {"HEALTH": is_general, "WELFARE": is_class}
"""whether a fact of the kind is spoken of in general, whoever is named beside it"""


def _fact(
    rule: Rule, start: int, end: int, lines: Lines, compiled: Compiled, persons: Persons,
    named: set[tuple[int, int]], name_rule: Rule | None,
) -> Iterator[Candidate]:  # fmt: skip
    first, last = persons.clause(start, end)
    if rule.entity in _WITH_NAME:
        many = _OF_MANY.search(lines.text[max(first, start - _BEFORE) : start])
        if many is not None and not persons.within(start - len(many.group()), end + 3):
            return
    general = _GENERAL.get(rule.entity)
    if general is not None and general(lines.text, start, end):
        return
    if rule.entity == "INFORMANT" and len(lines.text[first:last].strip("：: \t\r")) <= end - start:
        # A label on a line of its own: the person stands on the next.
        last = min(lines.text.find("\n", last + 1) % (len(lines.text) + 1), last + _REACH)
    bound: Span | None = None
    if rule.unless and compiled.unless(rule).search(lines.text, first, last):
        bound = _bound(rule, start, end, first, last, compiled, persons)
        if bound is None:
            return
    if bound is not None:
        found = [bound]
    elif cells := lines.record_cells(start):
        found = [span for cell in cells for span in persons.within(*cell)]
    else:
        found = persons.within(first, last) or persons.in_running_text(first, last)
    found = _concerned(rule, start, end, found, persons)
    if not found and rule.entity != "INFORMANT":
        clause = first, last
        first, last = persons.whose(start, end)
        if first < last:
            found = persons.within(first, last) or persons.in_running_text(first, last)
            found = _concerned(rule, start, end, found, persons)
        found = found or persons.by_sex(*clause)
    if not found:
        return
    for person in found:
        if person[2] and name_rule is not None and (person[0], person[1]) not in named:
            named.add((person[0], person[1]))
            value = normalise("NAME", lines.text[person[0] : person[1]])
            yield Candidate(
                name_rule, person[0], person[1], value, "plain", confidence="possible", private=True,
                pseudonym=person[3],
            )  # fmt: skip
    if rule.entity == "INFORMANT":
        found = [span for span in found if span[2]]
        if not found:
            return
        person = min(found, key=lambda span: max(span[0] - end, start - span[1], 0))
        if max(person[0] - end, start - person[1]) > 12:
            return
        start, end = person[:2]
    value = normalise(rule.entity, lines.text[start:end])
    one = Candidate(rule, start, end, value, "plain", confidence="likely")
    one.pseudonym = all(person[3] for person in found if person[2])
    if rule.entity in _OF_OFFICERS and persons.are_officers(found):
        one.severity, one.message = "note", "履行职务人员的民族、党派，一般可以公开。"
    yield one


_DIRECTLY = compiled(
    r"(?:[，,](?:[男女]|[\u4e00-\u9fff]{1,4}族))*(?:[，,]?(?:现年|今年|年仅|就读于?|在读)?|[在系患]|患有|身患)$"
)
_IN_REMARK = compiled(r"[（(][^（）()。；;\n]{0,20}$")
_REMARK_END = compiled("[）)\n]")
_STAFF = compiled("老师|教师|校长|主任|医生|医师|护士")


def _bound(
    rule: Rule, start: int, end: int, first: int, last: int, compiled: Compiled, persons: Persons
) -> Span | None:
    """Who is tied to a fact so closely that no other word of the sentence speaks of him: 张三（12岁）, 四（3）班张三.

    Looked for only where such a word (班主任, 主任医师) would else take the fact away.
    """
    if rule.entity not in ("HEALTH", "MINOR"):
        return None
    text, unless = persons.lines.text, compiled.unless(rule)
    for person in persons.within(first, last) or persons.in_running_text(first, last):
        if _STAFF.match(text, person[1]):
            continue
        if rule.entity == "MINOR" and person[0] == end:
            return person
        if not person[1] <= start <= person[1] + _MARGIN:
            continue
        if _DIRECTLY.match(text, person[1], start) is not None:
            return person
        if _IN_REMARK.match(text, person[1], start) is not None:
            close = _REMARK_END.search(text, end, last)
            if unless.search(text, person[1], close.start() if close is not None else last) is None:
                return person
    return None


def _concerned(rule: Rule, start: int, end: int, found: list[Span], persons: Persons) -> list[Span]:
    """Those whom the fact at text[start:end] can be said of: the informant himself, or who does not speak of others."""
    if rule.entity == "INFORMANT":
        return found
    speaks = persons.who_speaks(found)
    return [span for span in found if (span[0] >= end or start >= span[1]) and not speaks[span[1]]]


def in_persons_row(candidates: Iterable[Candidate], persons: Persons) -> Iterator[Candidate]:
    """The facts of table columns whose row holds a person."""
    for one in candidates:
        if one.rule.kind != "fact":
            yield one
            continue
        # Under 信访人 the cell itself is the person.
        itself = one.rule.entity == "INFORMANT"
        places = [(one.start, one.end)] if itself else persons.with_person(one.start, one.end)
        found = [
            span
            for place in places
            for span in persons.within(*place)
            if itself or not (span[0] < one.end and one.start < span[1])
        ]
        kind = names.looks_like_name(one.value) if itself and not found else None
        if kind is not None:
            one.confidence, one.pseudonym = "likely", names.is_pseudonym(one.value)
            yield one
        elif found:
            one.confidence = one.confidence or "likely"
            one.pseudonym = all(span[3] for span in found if span[2]) and any(span[2] for span in found)
            yield one


def combine(findings: list[Candidate], persons: Persons) -> None:
    """Raises severities where things stand together, and where too many persons are concerned."""
    names = [
        one
        for one in findings
        if one.rule.entity == "NAME" and one.private is not False and not one.pseudonym and len(one.value) > 1
    ]
    if not names:
        return
    names.sort(key=lambda one: one.start)
    starts = [name.start for name in names]
    for one in findings:
        if one.rule.entity not in _WITH_NAME or one.severity == "note":
            continue
        places = persons.with_person(one.start, one.end)
        if not any(_between(starts, first, last) for first, last in places):
            places = [persons.whose(one.start, one.end)]
        beside = False
        found = [(first, names[k]) for first, last in places for k in _between(starts, first, last)]
        for first, name in found:
            if persons.clause(name.start, name.end)[0] >= first - 2 * _REACH:
                beside = True
                if name.severity == "check":
                    _raise(name, "姓名与健康、救助或未成年人信息同时出现，可直接指向特定个人。")
        if beside:
            _raise(one, "与姓名同时出现，可直接指向特定个人，属于敏感个人信息。")


def _between(starts: list[int], first: int, last: int) -> range:
    """The numbers of those that start in [first, last)."""
    return range(bisect_left(starts, first), bisect_left(starts, last))


def _raise(one: Candidate, why: str) -> None:
    if one.severity == "check":
        one.severity = "block"
        one.message = f"{one.message.rstrip('。')}。{why}" if one.message else why


def count(findings: list[Candidate]) -> None:
    """Raises check to block where the document holds the values of too many private persons."""
    groups: dict[str, tuple[int, list[Candidate]]] = {"TRACK": (_TRACK, []), "HEALTH": (_HEALTH, [])}
    others: list[Candidate] = []
    for one in findings:
        if one.severity in ("check", "block") and one.rule.private and one.private is not False:
            groups.get(one.rule.entity, (0, others))[1].append(one)
    for limit, members in (*groups.values(), (_OTHERS, others)):
        total = len({(one.rule.entity, one.value) for one in members})
        if total >= limit:
            for one in members:
                _raise(one, f"本文件涉及 {total:,} 条个人信息，达到入罪标准的一半以上，须停止发布。")
