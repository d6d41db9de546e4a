"""What a person is to the document (身份), by the words beside the name.

`role_for` reads a label, a column header or a cue; `role_before` and `role_after` the running text on either
side of a name. Roles are the public vocabulary of Finding.role (docs/json.md).
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from reviewer.language import cues


@cache
def _words() -> dict[str, str]:
    """word -> role"""
    source = (Path(__file__).parent / "data" / "roles.txt").read_text(encoding="utf-8")
    words: dict[str, str] = {}
    for line in source.splitlines():
        role, colon, listed = line.partition(":")
        if colon and not line.startswith("#"):
            words.update(dict.fromkeys(listed.split(), role))
    return words


_TAIL = re.compile(
    r"(?:[（(\[【][^（）()\[\]【】]{0,12}[）)\]】]|姓名|名字|名称|名单|签名|签字|签章|信息|情况|代表|[\s:：为是系即叫、，,*])+$"
)
_LONGEST = 8


def role_for(label: str) -> str | None:
    """The role that a label or column header names: 复议申请人（签字）： -> applicant."""
    words = _words()
    plain = "".join(label.split())
    stripped = _TAIL.sub("", plain)
    for text in (plain.rstrip(":："), stripped):
        for size in range(min(len(text), _LONGEST), 0, -1):
            role = words.get(text[-size:])
            # A single character is a label only by itself: 妻： but not 夫妻.
            if role is not None and (size > 1 or len(text) == 1):
                return role
    return None


_CLOSED = re.compile(r"[。；;！!？?\n\t|]")
_REACH = 16


def role_before(text: str, start: int, floor: int) -> str | None:
    """The role that the words directly in front of a name at `start` give it; nothing before `floor` counts."""
    left = text[max(floor, start - _REACH) : start]
    left = _CLOSED.split(left)[-1]
    # A comma ends what a label speaks of: 申请人，张建国 is none, and in 户主：张建国，妻： it is the second.
    left = re.split("[，,、]", left)[-1]
    role = role_for(left)
    if role is not None:
        return role
    return "office_holder" if _title_ends(left) else None


def _title_ends(left: str) -> bool:
    """Whether a post stands directly in front of the name: 局长周建春."""
    plain = left.rstrip(" \u3000:：")
    words = (plain[-size:] for size in (5, 4, 3, 2) if len(plain) >= size)
    return any(cues.titles().get(word, (None,))[0] is False for word in words)


_AFTER: tuple[tuple[str, str], ...] = (
    ("informant", r"(?:实名)?(?:举报|检举|控告)(?!电话|人)"),
    ("complainant", r"(?:等\S{0,6})?(?:来信|来访|来电|来函|留言|投诉|信访|上访|反映(?!良好|积极))"),
    ("deceased", r"(?:同志|老人)?(?:已|因[^，。；\n]{1,12})?(?:死亡|去世|逝世|病故|身亡|溺亡|坠亡|遇难|因公牺牲)"),
    ("patient", r"(?:因|系|现|已)?(?:患有?|罹患|确诊|住院|入院|转院)"),
    ("minor", r"[，,（(](?:男|女)?[，,、]?\s?(?:现年|年龄|今年)?(?:1[0-7]|[1-9])(?:周)?岁"),
    ("candidate", r"[，,：:（( ].{0,60}?(?:拟任|拟提名|拟提拔|拟录用|拟聘用|拟晋升|现任.{1,30}拟)"),
    ("household_head", r"(?:一户|等?户(?!籍|口|外|型))"),
    ("applicant", r"(?:向[^，。；\n]{2,20})?(?:申请|提交[^，。；\n]{0,12}申请)(?!人)"),
    ("punished", r"(?:未经[^。；\n]{2,30}|擅自|非法|违法|违规)[^。；\n]{0,30}"),
)


@cache
def _after() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(expression)) for name, expression in _AFTER)


def role_after(text: str, end: int, limit: int) -> str | None:
    """The role that the words directly behind a name at `end` give it, up to `limit`."""
    title = _title_behind(text, end)
    if title:
        return "judge" if title in ("法官", "警官", "检察官") else "office_holder"
    for name, pattern in _after():
        if pattern.match(text, end, limit):
            return name
    return None


def _title_behind(text: str, end: int) -> str:
    titles = cues.titles()
    at = end + (text[end : end + 1] in (" ", "\u3000"))
    for size in (6, 5, 4, 3, 2):
        word = text[at : at + size]
        if word in titles and (titles[word][0] is False or word in ("法官", "警官")):
            return word
    return ""
