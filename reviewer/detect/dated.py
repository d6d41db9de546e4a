"""The day on which a document was made: the date that closes it, or that its head tells."""

from __future__ import annotations

from datetime import date

from reviewer.prepared.patterns import compiled

_HAN = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_NUMBER = "[0-9０-９〇○零一二三四五六七八九十]"
_GAP = r"[ \u3000]?"
_DATE = (
    rf"((?:20|２０|二[〇○零]){_NUMBER}{{2}}){_GAP}年{_GAP}({_NUMBER}{{1,3}}){_GAP}月{_GAP}({_NUMBER}{{1,3}}){_GAP}日"
)
_CLOSING = compiled(rf"\n[ \t\u3000]*{_DATE}[ \t\u3000\r]*(?=\n|$)")
"""a line that is a date, and nothing else"""
_TOLD = compiled(rf"(?:成文|发布|印发|发文|公示|公布|制作|填报|填表)(?:日期|时间)[ \u3000]*[：:][ \u3000]*{_DATE}")


def made(text: str, today: date) -> date:
    """The day that the document tells of itself, never one that is still to come; `today` where it tells none.

    >>> made("公示\\n清溪县民政局\\n2024年5月6日\\n", date(2026, 11, 22)), made("公示", date(2026, 11, 22))
    (datetime.date(2024, 5, 6), datetime.date(2026, 11, 22))
    """
    if "年" not in text:
        return today
    found = [match.groups() for pattern in (_TOLD, _CLOSING) for match in pattern.finditer(text)]
    days = [day for day in map(_day, found) if day is not None]
    return min(days[-1], today) if days else today


def _day(parts: tuple[str, ...]) -> date | None:
    try:
        return date(*map(_number, parts))
    except ValueError:
        return None


def _number(written: str) -> int:
    """2026, ２０２６, 二〇二六; 十二, 二十, 二十三."""
    tens, ten, ones = written.translate(_HAN).partition("十")
    return int(tens or 1) * 10 + int(ones or 0) if ten else int(written.translate(_HAN))
