"""Names of the administrative divisions (行政区划): provinces, cities, counties, townships; long and short.

The list is data/divisions.tsv; counties that were renamed or merged since 1980 come from identifiers/areas.
"""

from __future__ import annotations

from functools import cache

from reviewer.identifiers import areas, tables
from reviewer.language import lists
from reviewer.prepared.patterns import compiled
from reviewer.prepared.tables import table

_FILE = lists.DATA / "divisions.tsv"
_NOT_ONE = frozenset(
    ["市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划", "开发区", "经济开发区", "经济技术开发区", "高新区",
     "高新技术产业开发区", "工业园区", "工业园", "产业园区", "新区", "林场", "农场", "牧场", "街道"]
)  # fmt: skip
_ENDING = compiled("特别行政区|[壮回维吾尔族]{0,4}自治区|地区|[省市盟]$")
_COUNTY_ENDING = compiled("(?:(?:[满回蒙古彝苗壮侗瑶族土家朝鲜哈萨克各]{2,8})?自治[县旗]|[县市区旗])$")


class Known:
    """Which names are on the list, and of what level."""

    def __init__(self, upper: dict[str, int], townships: lists.Words) -> None:
        self._upper = upper
        self._townships = townships

    def __contains__(self, name: str) -> bool:
        return name in self._upper or name in self._townships

    def level(self, name: str) -> int | None:
        """1 province, 2 city, 3 county, 4 street or township; a name of several levels has the highest."""
        found = self._upper.get(name)
        return 4 if found is None and name in self._townships else found


@cache
def known() -> Known:
    """All names as they are written in full."""
    upper, townships, _ = _names()
    return Known(upper, lists.Words(townships))


def short() -> dict[str, int]:
    """Provinces, cities and counties as people write them, without 省, 市, 县: 安徽, 宁波, 乐清."""
    return _names()[2]


@table(_FILE, tables.FOLDER / "areas.tsv")
def _names() -> tuple[dict[str, int], dict[str, str], dict[str, int]]:
    """Level of each name down to the counties; townships for lists.Words; levels of the short names."""
    fields = _fields()
    rows = list(zip(fields[1::2], fields[2::2], strict=True))
    upper = {name: int(level[0]) for name, level in reversed(rows) if level[0] != "4"}
    townships = {name for name, level in rows if level[0] == "4" and name not in upper}
    upper.update((name, 3) for name in _once() if name not in upper and name not in townships)
    for name in _NOT_ONE:
        upper.pop(name, None)
    return upper, lists.by_first(sorted(townships - _NOT_ONE)), _short(upper)


def _short(upper: dict[str, int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, level in upper.items():
        if "自治州" in name:
            continue
        cut = (_COUNTY_ENDING if level == 3 else _ENDING).sub("", name)
        if 2 <= len(cut) <= 4 and cut != name:
            found[cut] = min(level, found.get(cut, 9))
    return found


def _fields() -> list[str]:
    """Code, name, level and the next code, name, level …: split at tabs alone, a third of the time of lines."""
    # The first field is the rest of the head; a level keeps the line feed and the code behind it.
    return _FILE.read_text(encoding="utf-8").rpartition("#")[2].split("\t")[2:]


def _once() -> frozenset[str]:
    """Every name a county ever had since 1980."""
    names = (name for code in areas.codes() if code[4:] != "00" for name in areas.names(code))
    return frozenset(name for name in names if len(name) > 1)
