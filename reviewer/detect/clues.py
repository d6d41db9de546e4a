"""What a row or clause says of the holder of a masked number: birth date, age, sex, area.

In a table the column headers tell which cell is which; in running text a date counts only as a birth date
where the words around it say so.
"""

from __future__ import annotations

import re
from functools import cache

from reviewer.identifiers.candidates import Known
from reviewer.prepared.patterns import compiled
from reviewer.text.view import is_folded

_NO_BIRTH = ("有效", "签发", "日期", "发布", "公示", "至", "发证", "入职", "成立")
_ENDS = frozenset(["", *"\t\n ，,、。；;）)（("])
_LATEST = 2012
Born = tuple[int | None, int | None, int | None]


def known(row: str, fields: dict[str, str]) -> Known:
    """The clues of a row (its text, and its cells by header where it is a table's) or of a sentence."""
    if not says_something(row) and not (fields and names_something("".join(fields))):
        return _NOTHING
    row = _with_digits(is_folded(row))
    year, month, day = _born_in_fields(fields) if fields else (None, None, None)
    if year is None:
        year, month, day = _born(row, strict=bool(fields))
    age = _age(row, fields) if year is None else None
    return Known(
        birth_year=year, birth_month=month, birth_day=day if month else None, age=age, male=_male(row, fields),
        areas=_areas(row),
    )  # fmt: skip


_NOTHING = Known()


@cache
def _says() -> re.Pattern[str]:
    """A character without which a row tells nothing: of years, ages, sex, divisions, or one that folds to such."""
    return compiled("[年岁歲男女生省市区區县縣旗州盟./．／－\u2f00-\u2fdf\uf900-\ufaff-]")


def says_something(row: str) -> bool:
    """Whether a row without cells can tell anything."""
    return _says().search(row) is not None


def names_something(labels: str) -> bool:
    """Whether the labels of cells can name a birth date, an age or a sex; blanks may stand in the words."""
    return _names().search(labels) is not None


@cache
def _names() -> re.Pattern[str]:
    return compiled("[生龄齡别別\u2f00-\u2fdf\uf900-\ufaff]")


@cache
def _spelled() -> re.Pattern[str]:
    number = "[一二三四五六七八九十]{1,3}"
    return compiled(
        f"[一二三四五六七八九〇零○]{{4}}年(?:{number}月(?:{number}[日号])?)?"
        "|(?<![0-9])[3-9][0-9]年(?=[0-9]{1,2}月[^。；]{0,6}生)"
    )


_HAN = {char: str(value) for value, char in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0"}


def _with_digits(row: str) -> str:
    """`row` with dates such as 一九九〇年五月 or 90年5月生 written as 1990年5月."""
    return _spelled().sub(lambda match: _in_digits(match.group()), row) if "年" in row else row


def _in_digits(date: str) -> str:
    if date[0].isdigit():
        return f"19{date}"
    year, _, rest = date.partition("年")
    parts = [f"{''.join(_HAN[char] for char in year)}年"]
    for number, unit in re.findall("([一二三四五六七八九十]+)([月日号])", rest):
        tens, ten, ones = number.partition("十")
        value = int(_HAN.get(tens, "1")) * 10 + int(_HAN.get(ones, "0")) if ten else int(_HAN.get(number, "0"))
        parts.append(f"{value}{'月' if unit == '月' else '日'}")
    return "".join(parts)


@cache
def _date() -> re.Pattern[str]:
    return compiled(
        r"(?<![0-9])((?:18|19|20)[0-9]{2})(?:年|[-./．])(?:(0?[1-9]|1[0-2])(?![0-9])(?:月|[-./．])?"
        r"(?:(0?[1-9]|[12][0-9]|3[01])(?![0-9])日?)?)?"
    )


@cache
def _compact_date() -> re.Pattern[str]:
    return compiled(r"((?:18|19|20)[0-9]{2})(0[1-9]|1[0-2])?(0[1-9]|[12][0-9]|3[01])?")


@cache
def _labelled_birth() -> re.Pattern[str]:
    return compiled(r"(?:出生(?:年月日?|日期|时间)?|生日)[:： ]{0,3}" + _compact_date().pattern + "(?![0-9年])")


@cache
def _labelled_age() -> re.Pattern[str]:
    return compiled(r"年龄[:： ]{0,3}([1-9][0-9]?|1[01][0-9])(?![0-9])")


@cache
def _years_old() -> re.Pattern[str]:
    return compiled(r"(?<![0-9.])([1-9]?[0-9]|1[01][0-9])\s*周?岁")


@cache
def _sex(word: str) -> re.Pattern[str]:
    return compiled(rf"(?:^|[\s，,、（(：:]){word}(?=$|[\s，,、。；）)性])")


@cache
def _area() -> re.Pattern[str]:
    return compiled(r"[\u4e00-\u9fff]{1,10}?(?:省|自治区|特别行政区|市|区|县|旗|自治州|盟|地区)")


@cache
def _division() -> re.Pattern[str]:
    return compiled("[省市区县旗州盟]")


def _parts(match: re.Match[str]) -> Born:
    return int(match[1]), int(match[2]) if match[2] else None, int(match[3]) if match[3] else None


def _born_in_fields(fields: dict[str, str]) -> Born:
    for header, cell in fields.items():
        if "出生" in header or "生日" in header:
            text = is_folded(cell).strip()
            match = _date().search(text) or _compact_date().fullmatch(text)
            if match is not None:
                return _parts(match)
    return None, None, None


def _born(row: str, *, strict: bool) -> Born:
    """The first date of `row` that is said to be a birth date; `strict`: by the word 生 itself."""
    labelled = _labelled_birth().search(row) if "生" in row else None
    if labelled is not None:
        return _parts(labelled)
    for match in _date().finditer(row):
        before = row[max(0, match.start() - 8) : match.start()]
        after = row[match.end() : match.end() + 3]
        named = "生" in after or "出生" in before or "生日" in before
        # A date that stands by itself beside a person's number: nobody who has one was born lately.
        alone = not strict and after[:1] in _ENDS and int(match[1]) < _LATEST
        if named or (alone and not any(word in before for word in _NO_BIRTH)):
            return _parts(match)
    return None, None, None


def _age(row: str, fields: dict[str, str]) -> int | None:
    for header, cell in fields.items():
        digits = is_folded(cell).strip().removesuffix("岁").removesuffix("周")
        if "年龄" in header and digits.isdigit() and int(digits) < 120:
            return int(digits)
    match = _years_old().search(row) if "岁" in row else None
    if match is None and "年龄" in row:
        match = _labelled_age().search(row)
    return int(match[1]) if match is not None else None


def _male(row: str, fields: dict[str, str]) -> bool | None:
    for header, cell in fields.items():
        if "性别" in header and cell.strip()[:1] in ("男", "女"):
            return cell.strip()[0] == "男"
    male = _sex("男").search(row) if "男" in row else None
    female = _sex("女").search(row) if "女" in row else None
    return None if (male is None) == (female is None) else male is not None


def _areas(row: str) -> frozenset[str] | None:
    """Area code prefixes of the most exact division that the row names."""
    if _division().search(row) is None:
        return None
    index = None
    found: set[str] = set()
    for match in _area().finditer(row):
        index = index or _area_index()
        text = match.group()
        for start in range(len(text) - 1):
            codes = index.get(text[start:])
            if codes:
                found |= codes
                break
    if not found:
        return None
    longest = max(map(len, found))
    exact = {code for code in found if len(code) == longest}
    wide = {code for code in found if len(code) < longest}
    # 安徽省 beside 东市区 leaves the 东市区 of that province only.
    narrowed = {code for code in exact if any(code.startswith(prefix) for prefix in wide)}
    return frozenset(narrowed or exact)


@cache
def _area_index() -> dict[str, frozenset[str]]:
    from reviewer.identifiers import areas

    index: dict[str, set[str]] = {}
    for code in areas.codes():
        prefix = code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code
        for name in areas.names(code):
            if len(name) > 1 and name not in ("市辖区", "县", "城区", "郊区"):
                index.setdefault(name, set()).add(prefix)
    return {name: frozenset(codes) for name, codes in index.items()}
