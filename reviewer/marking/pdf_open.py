"""Opens a PDF for writing, and says what its bytes are good for: signed, encrypted, fit for an appended save."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import pikepdf

from reviewer.errors import MarkingError

_PACKED = frozenset(["/FlateDecode", "/LZWDecode", "/RunLengthDecode"])
_DENSEST = 1032
"""bytes that deflate makes of one, at most"""
_SIGNED = re.compile(rb"/ByteRange\s*\[")


@contextmanager
def opened(data: bytes) -> Iterator[pikepdf.Pdf]:
    """The file's objects, decrypted. Raises MarkingError; so does whatever goes wrong with them inside."""
    try:
        with pikepdf.open(BytesIO(data)) as pdf:
            yield pdf
    except pikepdf.PasswordError:
        raise MarkingError("文件设有打开密码，无法标注或脱敏。请去掉密码后重试。") from None
    except (pikepdf.PdfError, ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError):
        # Their words may quote the draft.
        raise MarkingError("文件的 PDF 结构已损坏，无法写回。请用原软件另存为新的 PDF 后重试。") from None


def refuse_bombs(pdf: pikepdf.Pdf, limit: int) -> None:
    """Raise MarkingError where a stream unpacks to more than `limit` bytes: it would fill the memory."""
    for one in pdf.objects:
        if isinstance(one, pikepdf.Stream) and _is_bomb(one, limit):
            raise MarkingError("文件里有一段数据解压后过大，没有处理。请用原软件另存为新的 PDF 后重试。")


def _is_bomb(stream: pikepdf.Stream, limit: int) -> bool:
    known = stream.get("/Filter")
    filters = [str(one) for one in known] if isinstance(known, pikepdf.Array) else [str(known)]
    packed = [name for name in filters if name in _PACKED]
    if not packed:
        return False
    if len(packed) > 1 or packed[0] != "/FlateDecode":
        # Packed twice, or in a way that one can not stop half-way: by its own word.
        return len(packed) > 2 or len(stream.read_raw_bytes()) > limit // 8
    data = stream.read_raw_bytes()
    if len(data) * _DENSEST < limit:
        return False
    unpack, size = zlib.decompressobj(), 0
    try:
        for here in range(0, len(data), 1 << 14):
            size += len(unpack.decompress(data[here : here + (1 << 14)]))
            if size > limit:
                return True
    except zlib.error:
        return False
    return False


def saved(pdf: pikepdf.Pdf, *, packed: bool = False) -> bytes:
    """The file written anew from what its catalogue leads to, not encrypted; `packed`: with streams of objects."""
    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.preserve
    out = BytesIO()
    pdf.save(out, encryption=False, deterministic_id=True, object_stream_mode=mode)
    return out.getvalue()


def is_signed(data: bytes) -> bool:
    """Whether the file carries an electronic signature over its bytes (ISO 32000-1, 12.8.1)."""
    return _SIGNED.search(data) is not None
