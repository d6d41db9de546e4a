"""Posted forms, read in memory: no part of an upload touches the disk before it was scanned.

Starlette's parser writes files beyond one megabyte to a temporary file; ours keeps them in memory, up to a limit that
is checked while the bytes come in.
"""

from __future__ import annotations

import hmac
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from reviewer.errors import Refusal, ReviewerError

MEGABYTE = 1024 * 1024
_MOST_FIELDS = 400
_FIELD_BYTES = 64 * 1024
_PLAIN_BYTES = 512 * 1024
_LONGEST_NAME = 200


class BadForm(ReviewerError):
    """What was posted is no form of ours, or more than is taken (HTTP 400, 413)."""

    code = "form"

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class Forged(BadForm):
    """The form does not hold the token of this session (HTTP 403)."""

    def __init__(self) -> None:
        super().__init__("页面已经过期，请刷新后重试。没有处理这次提交。", 403)


@dataclass(frozen=True, slots=True)
class Sent:
    """A file of a form; the bytes are only ever in memory."""

    name: str = field(repr=False)
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form, in order, and its files."""

    fields: tuple[tuple[str, str], ...] = field(repr=False, default=())
    files: tuple[tuple[str, Sent], ...] = field(repr=False, default=())

    def text(self, name: str) -> str:
        """The last value of the field without blanks at its ends; "" where there is none."""
        return next((value.strip() for key, value in reversed(self.fields) if key == name), "")

    def texts(self, name: str) -> tuple[str, ...]:
        return tuple(value.strip() for key, value in self.fields if key == name and value.strip())

    def number(self, name: str) -> int:
        """The field as a number that is not negative. Raises BadForm."""
        return whole(self.text(name))

    def sent(self, name: str) -> tuple[Sent, ...]:
        """The files of the field; an empty choice of a file is none."""
        return tuple(sent for key, sent in self.files if key == name and (sent.name or sent.data))


def whole(text: str) -> int:
    """A number that is not negative. Raises BadForm."""
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise BadForm("表单里的编号不对，请刷新页面后重试。")
    return int(text)


async def read(request: Request, most: int) -> Form:
    """The form in the request's body, of at most `most` bytes. Raises BadForm."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > most:
        raise _too_big(most)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return await _multipart(request, most)
    if kind in ("application/x-www-form-urlencoded", ""):
        return _plain(b"".join([chunk async for chunk in _bounded(request, min(most, _PLAIN_BYTES))]))
    raise BadForm("不认识这种表单。", 415)


def day_given(text: str) -> date | None:
    """The day that a form names, None where it names none. Raises Refusal."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal("日期应写成 2026-11-22 这样的形式。") from None


def check_token(request: Request, form: Form, expected: str) -> None:
    """Raises Forged unless the form, or the header that htmx sends, holds the session's token."""
    given = request.headers.get("x-csrf-token") or form.text("csrf")
    if not expected or not hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode()):
        raise Forged


def _too_big(most: int) -> BadForm:
    return BadForm(f"上传的内容超过 {most // MEGABYTE} MB，没有收下。请拆分后再提交。", 413)


async def _bounded(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    taken = 0
    async for chunk in request.stream():
        taken += len(chunk)
        if taken > most:
            raise _too_big(most)
        yield chunk


def _plain(body: bytes) -> Form:
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise BadForm("表单的内容读不出来。") from None
    return Form(tuple(pairs))


class _InMemory(MultiPartParser):
    """The parser of Starlette without its temporary files."""

    spool_max_size = 1 << 62


async def _multipart(request: Request, most: int) -> Form:
    stream = _bounded(request, most)
    parser = _InMemory(request.headers, stream, max_files=100, max_fields=_MOST_FIELDS, max_part_size=_FIELD_BYTES)
    try:
        data = await parser.parse()
    except MultiPartException:
        raise BadForm("表单的内容读不出来，或者有一栏太长。") from None
    fields, files = [], []
    for name, value in data.multi_items():
        if isinstance(value, UploadFile):
            files.append((name, Sent(plain_name(value.filename or ""), await _all(value))))
        else:
            fields.append((name, value))
    await data.close()
    return Form(tuple(fields), tuple(files))


async def _all(upload: UploadFile) -> bytes:
    return await upload.read()


def plain_name(given: str) -> str:
    """The last part of a file's name, without what is no character of a name: no path comes from a user."""
    last = given.replace("\\", "/").rpartition("/")[2]
    name = "".join(char for char in last if char.isprintable() and not "\ud800" <= char <= "\udfff").strip(" .")
    if len(name) <= _LONGEST_NAME:
        return name
    stem, dot, suffix = name.rpartition(".")
    return f"{stem[: _LONGEST_NAME - 20]}{dot}{suffix[:19]}" if dot else name[:_LONGEST_NAME]
