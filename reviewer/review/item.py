"""An item (一事): one thing to be published, as its drafter describes it, and what is missing of that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Literal, get_args

Attribute = Literal["open", "on_request", "closed"]
Source = Literal["made", "obtained", "reposted"]
Validity = Literal["valid", "amended", "repealed", "expired", "not_applicable"]
Scope = Literal["all", "village", "township", "system"]
Channel = Literal["website", "board", "newspaper", "radio", "television", "new_media", "other"]
Answer = Literal["yes", "no", "not_applicable"]
Category = Literal["document", "notice", "map", "reply", "news", "other"]

ATTRIBUTES: dict[str, str] = {"open": "主动公开", "on_request": "依申请公开", "closed": "不予公开"}
SOURCES: dict[str, str] = {"made": "本机关制作", "obtained": "获取", "reposted": "转载"}
VALIDITIES: dict[str, str] = {
    "valid": "有效", "amended": "已修改", "repealed": "已废止", "expired": "已失效", "not_applicable": "不适用",
}  # fmt: skip
SCOPES: dict[str, str] = {"all": "全面", "village": "村（社区）", "township": "乡镇（街道）", "system": "系统内"}
CHANNELS: dict[str, str] = {
    "website": "政府网站", "board": "公开栏", "newspaper": "报刊", "radio": "广播", "television": "电视",
    "new_media": "新媒体", "other": "其他",
}  # fmt: skip
ANSWERS: dict[str, str] = {"yes": "是", "no": "否", "not_applicable": "不适用"}
CATEGORIES: dict[str, str] = {
    "document": "公文", "notice": "公示", "map": "图件", "reply": "答复", "news": "新闻", "other": "其他",
}  # fmt: skip

_LONGEST = 500
_LONGEST_REMARKS = 4000


@dataclass(frozen=True, slots=True)
class Item:
    """What the drafter says of one thing to be published (一事一审). Empty and None: not said."""

    title: str
    doc_number: str = ""
    """文号"""
    index_number: str = ""
    """索引号"""
    made_on: date | None = None
    """成文日期"""
    validity: Validity | None = None
    """有效性"""
    normative: bool = False
    """规范性文件: 文号, 成文日期 and 有效性 belong to it"""
    source: Source = "made"
    source_agency: str = ""
    """whose it is, where it was obtained or reposted"""
    source_consent: Answer | None = None
    """whether the other agency agrees (条例 art 11)"""
    consent_reference: str = ""
    genre: str = ""
    """文种, as the rules name it; empty: recognised"""
    category: Category = "document"
    """信息类别"""
    attribute: Attribute = "open"
    """拟公开属性"""
    channels: tuple[Channel, ...] = ("website",)
    """拟公开方式"""
    scope: Scope = "all"
    """拟公开范围"""
    scope_name: str = ""
    """which village, township or system"""
    publish_on: date | None = None
    """拟公开时间"""
    notice_from: date | None = None
    notice_to: date | None = None
    """公示期起止"""
    take_down_on: date | None = None
    """撤下日期"""
    impact_assessment: Answer | None = None
    """个人信息保护影响评估 (个人信息保护法 art 55)"""
    impact_reference: str = ""
    separate_consent: Answer | None = None
    """单独同意 (个人信息保护法 arts 25, 29)"""
    separate_reference: str = ""
    drafter_office: str = ""
    """拟稿科室"""
    remarks: str = ""


TYPED = (
    "title", "doc_number", "index_number", "source_agency", "consent_reference", "scope_name", "impact_reference",
    "separate_reference", "drafter_office", "remarks",
)  # fmt: skip
"""fields that people type: they may hold what must not be kept"""

TITLES: dict[str, str] = {
    "title": "信息标题", "doc_number": "文号", "index_number": "索引号", "made_on": "成文日期",
    "validity": "有效性",
    "normative": "规范性文件", "source": "信息来源", "source_agency": "来源机关", "source_consent": "来源机关同意",
    "consent_reference": "同意的凭据", "genre": "文种", "category": "信息类别", "attribute": "拟公开属性",
    "channels": "拟公开方式", "scope": "拟公开范围", "scope_name": "范围名称", "publish_on": "拟公开时间",
    "notice_from": "公示期起", "notice_to": "公示期止", "take_down_on": "撤下日期",
    "impact_assessment": "个人信息保护影响评估", "impact_reference": "影响评估编号", "separate_consent": "单独同意",
    "separate_reference": "单独同意的凭据", "drafter_office": "拟稿科室", "remarks": "备注",
}  # fmt: skip

_DATES = frozenset(("made_on", "publish_on", "notice_from", "notice_to", "take_down_on"))
_CHOICES: dict[str, Mapping[str, str]] = {
    "validity": VALIDITIES, "source": SOURCES, "source_consent": ANSWERS, "category": CATEGORIES,
    "attribute": ATTRIBUTES, "scope": SCOPES, "impact_assessment": ANSWERS, "separate_consent": ANSWERS,
}  # fmt: skip
_OPTIONAL = frozenset(("validity", "source_consent", "impact_assessment", "separate_consent"))
assert set(get_args(Scope)) == set(SCOPES) and set(get_args(Channel)) == set(CHANNELS)


def notes_of(item: Item) -> tuple[str, ...]:
    """What an inspector would miss and the review does not wait for, in Chinese."""
    return tuple(_notes(item))


def _notes(item: Item) -> Iterator[str]:
    if item.normative:
        for name in ("doc_number", "made_on", "validity"):
            if not getattr(item, name):
                yield f"规范性文件没有填{TITLES[name]}。"
    if item.attribute == "closed":
        yield "拟公开属性是不予公开：终审时须写明依据的条款。"
    if item.notice_to is not None and item.take_down_on is None:
        yield "填了公示期而没有填撤下日期：公示期满后含个人信息的应撤下或去标识。"
    if item.scope == "all" and item.take_down_on is None and item.category == "notice":
        yield "面向社会的公示没有填撤下日期。"
    for name, reference in (("impact_assessment", "impact_reference"), ("separate_consent", "separate_reference")):
        if getattr(item, name) == "yes" and not getattr(item, reference):
            yield f"{TITLES[name]}填了“是”，没有填{TITLES[reference]}。"


def faults_of(item: Item) -> tuple[str, ...]:
    """Why the item can not be submitted, in Chinese."""
    return tuple(_faults(item))


def _faults(item: Item) -> Iterator[str]:
    if not item.title.strip():
        yield "没有填信息标题。"
    if item.source != "made":
        if not item.source_agency.strip():
            yield f"信息来源是{SOURCES[item.source]}，没有填来源机关。"
        if item.source_consent is None:
            yield f"信息来源是{SOURCES[item.source]}，没有填来源机关是否同意公开。"
        elif item.source_consent == "no":
            yield "来源机关不同意公开，不能提交。"
    if item.attribute == "open" and not item.channels:
        yield "拟主动公开，没有选拟公开方式。"
    if item.scope != "all" and not item.scope_name.strip():
        yield f"拟公开范围是{SCOPES[item.scope]}，没有填范围名称。"
    if item.notice_from and item.notice_to and item.notice_to < item.notice_from:
        yield "公示期的止日早于起日。"
    start = item.notice_from or item.publish_on
    if item.take_down_on and start and item.take_down_on < start:
        yield "撤下日期早于公开的日期。"


def as_fields(item: Item) -> dict[str, Any]:
    """The item as JSON has it; `from_fields` reads it back."""
    return {one.name: _plain(getattr(item, one.name)) for one in fields(item)}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def from_fields(given: Mapping[str, Any]) -> tuple[Item | None, tuple[str, ...]]:
    """The item that `given` describes, and what is wrong with it, in Chinese; None where anything is."""
    faults: list[str] = []
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name not in TITLES:
            faults.append("有不认识的字段。")
            continue
        values[name] = _value(name, value, faults)
    if not isinstance(values.get("title"), str):
        faults.append("没有填信息标题。")
    return (None, tuple(dict.fromkeys(faults))) if faults else (Item(**values), ())


def _value(name: str, value: Any, faults: list[str]) -> Any:
    """One field as the item has it; what it can not be is added to `faults`."""
    title = TITLES[name]
    if name in _DATES:
        return _date(title, value, faults)
    if name == "channels":
        return _channels(title, value, faults)
    if name == "normative":
        if not isinstance(value, bool):
            faults.append(f"{title}只能是“是”或“否”。")
        return value
    if name in _CHOICES and name in _OPTIONAL and value in (None, ""):
        return None
    if not isinstance(value, str):
        faults.append(f"{title}应是文字。")
    elif name in _CHOICES and value not in _CHOICES[name]:
        faults.append(f"{title}没有这个选项，可用的有：{'、'.join(_CHOICES[name])}。")
    elif len(value) > (_LONGEST_REMARKS if name == "remarks" else _LONGEST):
        faults.append(f"{title}太长。")
    elif name != "remarks" and any(ord(char) < 32 for char in value):
        faults.append(f"{title}里有换行或控制字符。")
    elif "\0" in value or not _is_sound(value):
        faults.append(f"{title}里有不能保存的字符。")
    return value


def _is_sound(text: str) -> bool:
    """Whether the text can be written as UTF-8: no half of a surrogate pair."""
    return not any("\ud800" <= char <= "\udfff" for char in text)


def _date(title: str, value: Any, faults: list[str]) -> date | None:
    if value in (None, ""):
        return None
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        faults.append(f"{title}应写成 2026-11-22 这样的日期。")
        return None


def _channels(title: str, value: Any, faults: list[str]) -> tuple[Any, ...]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        faults.append(f"{title}应是一个列表。")
        return ()
    named = tuple(value)
    if any(one not in CHANNELS for one in named):
        faults.append(f"{title}没有这个选项，可用的有：{'、'.join(CHANNELS)}。")
    return tuple(dict.fromkeys(named))
