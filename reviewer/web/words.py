"""Filters of the templates: times in China's zone, Chinese names of codes, places in a file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from reviewer.casework.people import RULINGS
from reviewer.model import ENTITY_TITLES, ROLE_TITLES, Locator
from reviewer.reports.words import CONFIDENCE_TITLES, SEVERITY_TITLES, number, part_title, place, printable
from reviewer.review.clock import CHINA
from reviewer.review.decisions import KINDS, REACHES
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
from reviewer.review.revocation import REASONS
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
    "delegation_ended": "提前结束委托", "secret_mark_refused": "拒收文件（密级标志）",
    "ruling_entered": "登记解密（核定）", "revocations_signed": "签发吊销名单", "token_added": "建立接口令牌",
    "token_revoked": "吊销接口令牌", "files_deleted": "按期删除文件", "administrator_founded": "建立管理员",
    "first_code_made": "生成首次口令", "subject_linked": "登记统一身份认证", "setting_changed": "修改设置",
    "unit_changed": "修改单位",
}  # fmt: skip
"""kinds of events; one that is new is shown by its own name"""

_PAYLOAD: dict[str, str] = {
    "login": "登录名", "name": "名称", "role": "角色", "user": "用户", "to": "受托人", "address": "地址",
    "procedure": "审查程序", "unit": "单位", "closed": "停用", "request": "申请", "grant": "授权", "until": "到",
    "since": "从", "delegation": "委托", "behalf": "代为办理", "reason": "理由", "files": "文件", "rules": "规则集",
    "findings": "发现", "due": "须处理", "carried": "沿用", "traces": "仍留在字节里", "gaps": "没有读到",
    "round": "轮次", "steps": "各级", "step": "环节", "urgent": "加急", "version": "版本", "rule": "规则",
    "fingerprint": "指纹", "count": "处数", "decision": "处理编号", "kind": "意见", "reach": "用于", "outcome": "结论",
    "proposal": "拟办意见", "article": "依据", "from": "原状态", "file": "文件", "what": "操作", "page": "页",
    "document": "里面的文件", "start": "起", "end": "止", "certificate": "证书", "certificates": "证书数",
    "valid_until": "有效到", "why": "原因", "number": "期号", "where": "发布位置", "on": "日期", "body": "机关",
    "basis": "依据", "ruling": "决定", "ruling_id": "登记编号", "signed_by": "签发人", "sha256": "SHA-256",
    "token": "令牌", "days": "天数", "value": "值", "comment": "留言编号", "finding": "发现编号", "text": "内容",
    "gap": "未读部分", "read_by": "查看人", "remark": "说明", "party": "第三方", "asked": "第三方", "answer": "答复",
    "paper_number": "移交编号", "linked": "已登记",
}  # fmt: skip
"""what the fields of an event are called; one that is new is shown by its own name"""
_CODED = {
    "role": "role", "step": "role", "steps": "role", "kind": "kind", "reach": "reach", "outcome": "outcome",
    "proposal": "outcome", "article": "article", "from": "state", "attribute": "attribute", "category": "category",
    "source": "source", "scope": "scope", "validity": "validity", "channels": "channel", "source_consent": "answer",
    "impact_assessment": "answer", "separate_consent": "answer", "why": "revoked", "ruling": "ruling",
}  # fmt: skip
"""fields of an event whose values are codes -> the table of their names"""

TABLES: dict[str, Mapping[Any, str]] = {
    "role": ROLES, "state": STATES, "outcome": OUTCOMES, "action": ACTIONS, "article": ARTICLES, "kind": KINDS,
    "attribute": ATTRIBUTES, "source": SOURCES, "validity": VALIDITIES, "scope": SCOPES, "channel": CHANNELS,
    "answer": ANSWERS, "category": CATEGORIES, "severity": SEVERITY_TITLES, "confidence": CONFIDENCE_TITLES,
    "entity": ENTITY_TITLES, "person": ROLE_TITLES, "event": EVENTS, "field": TITLES,
    "file_role": {"final": "拟公开文件", "draft": "底稿"}, "reach": REACHES, "revoked": REASONS, "ruling": RULINGS,
}  # fmt: skip
_PLACES = frozenset(one.name for one in fields(Locator))
_DAY = 86400


def named(code: Any, table: str) -> str:
    """The Chinese name of a code; the code itself for one that is new, "" for none."""
    return TABLES[table].get(str(code), str(code)) if code not in (None, "") else ""


def told(payload: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """What an event says, as (name of the field, value) in Chinese."""
    return tuple(
        (_PAYLOAD.get(name) or TITLES.get(name, name), _said(name, value)) for name, value in payload.items()
        if value != ""
    )  # fmt: skip


def _said(name: str, value: Any) -> str:
    table = _CODED.get(name)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return "、".join(named(one, table) if table else one for one in value)
    if name == "files" and isinstance(value, list):
        return "；".join(_file(one) for one in value)
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    if value is None:
        return "没有"
    # A withdrawn decision goes from a state or from an outcome.
    return named(named(value, table), "outcome") if table else str(value)


def _file(one: Mapping[str, Any]) -> str:
    return f"{named(one['role'], 'file_role')} {one['format']} {size(one['size'])} SHA-256 {one['sha256'][:16]}…"


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
    "named": named, "when": when, "day": day, "told": told, "located": located, "size": size, "number": number,
    "part": part_title, "safe_text": printable,
}  # fmt: skip
