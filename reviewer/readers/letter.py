"""A mail -> Document, whatever kind of file it came in: its headers, its body in one or two forms, its gaps."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from reviewer.errors import ReadError
from reviewer.model import Document, Locator
from reviewer.readers.assembly import Assembly
from reviewer.settings import Limits

ROUTE = "邮件传输记录"
"""what the headers are called that machines wrote: nobody reads them, but they go along"""
_WRITTEN = {
    "subject": "主题", "from": "发件人", "sender": "实际发件人", "reply-to": "回复地址", "to": "收件人", "cc": "抄送",
    "bcc": "密送", "date": "发送时间", "organization": "单位", "comments": "备注", "keywords": "关键词",
    "resent-from": "转发人", "resent-to": "转发给", "resent-cc": "转发抄送", "resent-bcc": "转发密送",
    "disposition-notification-to": "回执地址", "thread-topic": "主题", "return-path": "退信地址",
    "delivered-to": "送达地址", "x-original-to": "送达地址", "x-sender": "实际发件人",
}  # fmt: skip
"""headers that tell of people, and what mail programs call them"""
_MACHINE = re.compile(
    r"(?i)(?:message-id|references|in-reply-to|mime-version|content-.*|dkim-.*|domainkey-.*|arc-.*|thread-index"
    r"|authentication-results|received-spf|list-.*|x-(?:ms|spam|cm|qq|aliyun|virus|barracuda|google|gm)-.*"
    r"|x-mailer|user-agent|x-(?:ms)?mail-?priority|x-mimeole|autocrypt|openpgp|feedback-id|precedence)"
)
"""identifiers, checksums and settings, which look like numbers and are none"""
_TELLING = re.compile(r"[\u3400-\u9fff]|@|[0-9]{11}|(?<![0-9.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![0-9.])")
_SPACE = re.compile(r"[\s>\u200b\ufeff]+")
_CID = re.compile(r"""(?i)\ssrc\s*=\s*(["']?)cid:[^"'\s>]{0,500}\1""")
_SEARCHED = 200_000
"""in a body up to this length a paragraph is also sought inside a longer one"""


@dataclass(slots=True)
class Letter:
    """What a mail says: headers as (name, text), bodies as texts."""

    headers: list[tuple[str, str]] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    """bodies in HTML"""
    unseen: list[str] = field(default_factory=list)
    """text that no mail program shows"""
    gaps: list[tuple[str, str]] = field(default_factory=list)
    """(reason, message)"""


def put(letter: Letter, assembly: Assembly, name: str, limits: Limits, depth: int) -> None:
    """Adds the mail to the Document that `assembly` makes: the subject is its title and comes first."""
    headers = sorted(letter.headers, key=lambda header: header[0].lower() != "subject")
    seen: set[tuple[str, str]] = set()
    for key, text in headers:
        title = _WRITTEN.get(key.lower(), "")
        if title and (title, text) not in seen:
            seen.add((title, text))
            assembly.add(text, part="property", label=title, locator=Locator(note=title))
    for text in letter.plain if not letter.pages else ():
        assembly.include(_lines(text))
    for k, page in enumerate(letter.pages):
        _put_both(page, "" if k else "\n".join(letter.plain), assembly, name, limits, depth)
    for text in letter.unseen:
        assembly.add(text, part="hidden", concealed="邮件程序不显示的内容", locator=Locator(note="MIME 分隔之外"))
    for key, text in headers:
        if key.lower() not in _WRITTEN and not _MACHINE.fullmatch(key) and _TELLING.search(text):
            assembly.add(text, part="property", hint=ROUTE, locator=Locator(note=key[:60]))
    for reason, message in letter.gaps:
        assembly.gap(reason, message)


def _put_both(page: str, plain: str, assembly: Assembly, name: str, limits: Limits, depth: int) -> None:
    """Adds both forms of the body, and of the second only what the first does not say.

    The plain text comes first. Where the page has tables it does: its columns tell what stands in them.
    """
    from reviewer.readers import html

    # Pictures that came along are files of the mail, and read as such.
    data = b"\xef\xbb\xbf" + _CID.sub("", page).encode("utf-8", "replace")
    try:
        document = html.read(data, name, limits, depth)
    except ReadError as fault:
        assembly.gap(fault.code, f"邮件的网页正文没有读取：{fault.message}")
        assembly.include(_lines(plain))
        return
    shown = [document.text[block.start : block.end] for block in document.blocks if block.part == "body"]
    if not plain.strip() or any(block.table is not None for block in document.blocks):
        assembly.include(document)
        known = _known("\n".join(shown))
        rest = "\n".join(line for line in plain.split("\n") if not known(line))
        assembly.include(_lines(rest), note="纯文本正文")
    else:
        assembly.include(_lines(plain))
        assembly.include(document, note="网页正文", omit=_known(plain))


def _known(text: str) -> Callable[[str], bool]:
    """Tells of a paragraph whether `text` holds it, white space apart."""
    lines = {_SPACE.sub("", line) for line in text.split("\n")}
    whole = _SPACE.sub("", text) if len(text) <= _SEARCHED else ""

    def known(paragraph: str) -> bool:
        squeezed = _SPACE.sub("", paragraph)
        return squeezed in lines or squeezed in whole

    return known


def _lines(text: str) -> Document:
    from reviewer.readers.plain import text_document

    return text_document(text.strip("\n"))
