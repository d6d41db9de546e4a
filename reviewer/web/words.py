"""Filters of the templates: times in China's zone, Chinese names of codes, places in a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from reviewer.model import ENTITY_TITLES, ROLE_TITLES, Locator
from reviewer.reports.words import CONFIDENCE_TITLES, SEVERITY_TITLES, number, part_title, place, printable
from reviewer.review.clock import CHINA
from reviewer.review.decisions import KINDS
from reviewer.review.item import (
    ANSWERS,
    ATTRIBUTES,
    CATEGORIES,
    CHANNELS,
    SCOPES,
    SOURCES,
    TITLES,
    VALIDITIES,
)  # fmt: skip
from reviewer.review.procedure import ROLES
from reviewer.review.workflow import ACTIONS, ARTICLES, OUTCOMES, STATES

EVENTS: dict[str, str] = {
    "item_created": "新建事项", "item_edited": "修改事项", "version_added": "上传文件", "submitted": "提交审查",
    "decided": "处理发现", "gap_stated": "确认未读部分", "commented": "留言", "value_shown": "查看原值",
    "text_shown": "查看原文", "counterexamples_shown": "查看误报的原文", "page_shown": "查看原页",
    "file_opened": "打开原件", "passed": "同意，送下一级", "approved": "批准",
    "returned": "退回", "refused": "不予公开", "withdrawn": "撤回", "published": "登记发布", "taken_down": "登记撤下",
    "re_review": "重新审查", "to_open": "转主动公开", "third_party_asked": "征求第三方意见",
    "third_party_answered": "登记第三方意见", "undecided_reported": "不能确定，报审",
    "certificate_issued": "签发发布证书", "certificate_revoked": "吊销发布证书", "signed_in": "登录",
    "sign_in_failed": "登录失败", "password_changed": "修改口令", "password_set": "设定口令",
    "reset_started": "重置口令（前一半）", "reset_confirmed": "重置口令（后一半）", "grant_asked": "申请授权",
    "grant_confirmed": "确认授权", "grant_declined": "不同意授权", "grant_revoked": "收回授权",
    "user_added": "新建用户",
    "user_disabled": "停用用户", "user_enabled": "启用用户", "unit_added": "新建单位", "delegated": "委托",
    "entry_refused": "拒收文件（密级标志）", "file_refused": "拒收文件（密级标志）",
    "secret_refused": "拒收文件（密级标志）",
    "checkpoint": "签署检查点", "files_deleted": "按期删除文件", "administrator_founded": "建立管理员",
    "first_code_made": "生成首次口令", "subject_linked": "登记统一身份认证", "form_printed": "打印审查表",
    "setting_changed": "修改设置", "declassified": "登记解密", "unit_changed": "修改单位",
}  # fmt: skip
"""kinds of events; one that is new is shown by its own name"""

TABLES: dict[str, Mapping[Any, str]] = {
    "role": ROLES, "state": STATES, "outcome": OUTCOMES, "action": ACTIONS, "article": ARTICLES, "kind": KINDS,
    "attribute": ATTRIBUTES, "source": SOURCES, "validity": VALIDITIES, "scope": SCOPES, "channel": CHANNELS,
    "answer": ANSWERS, "category": CATEGORIES, "severity": SEVERITY_TITLES, "confidence": CONFIDENCE_TITLES,
    "entity": ENTITY_TITLES, "person": ROLE_TITLES, "event": EVENTS, "field": TITLES,
    "file_role": {"final": "拟公开文件", "draft": "底稿"},
}  # fmt: skip
_PLACES = frozenset(one.name for one in fields(Locator))
_DAY = 86400


def named(code: Any, table: str) -> str:
    """The Chinese name of a code; the code itself for one that is new, "" for none."""
    return TABLES[table].get(str(code), str(code)) if code not in (None, "") else ""


def moment(stamp: str | None) -> datetime | None:
    """The moment in China's zone."""
    if not stamp:
        return None
    return datetime.strptime(stamp, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).astimezone(CHINA)


def when(stamp: str | None) -> str:
    """2026-11-22 09:02"""
    at = moment(stamp)
    return at.strftime("%Y-%m-%d %H:%M") if at else ""


def day(stamp: str | None) -> str:
    """2026-11-22"""
    at = moment(stamp)
    return at.strftime("%Y-%m-%d") if at else ""


def due(stamp: str | None, now: datetime) -> tuple[str, str]:
    """How a due date is told, and how pressing it is: late, soon or ok."""
    at = moment(stamp)
    if at is None:
        return "", "ok"
    left = (at - now).total_seconds()
    if left < 0:
        days = int(-left // _DAY)
        return f"已超期 {days} 天" if days else "已超期", "late"
    text = at.strftime("%m月%d日 %H:%M") if left < 3 * _DAY else at.strftime("%Y-%m-%d")
    return text, "soon" if left < _DAY else "ok"


def located(where: Mapping[str, Any], part: str) -> str:
    """A place in a file, from its JSON; names in it are masked already."""
    known = {name: value for name, value in where.items() if name in _PLACES and name != "box"}
    return place(part, Locator(**known), printable)


def size(count: int) -> str:
    """12.3 KB"""
    for unit in ("B", "KB", "MB"):
        if count < 1024 or unit == "MB":
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1024  # type: ignore[assignment]
    return ""


FILTERS: dict[str, Any] = {
    "named": named, "when": when, "day": day, "located": located, "size": size, "number": number, "part": part_title,
    "safe_text": printable,
}  # fmt: skip
