"""The calls into pdfium: fast ones, made once a character or object, and strings out of its buffers.

pypdfium2's own bindings check and convert every argument. A page has thousands of characters, so the
calls in the loops are bound again here with plain integers for handles and keep the interpreter lock
(0.25 instead of 0.6 microseconds a call). pdfium is not thread-safe; one process reads one file at a time.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2.raw as raw

from reviewer.readers.pdf_objects import text_of

_P, _I, _U = ctypes.c_void_p, ctypes.c_int, ctypes.c_uint


def _bind(name: str, result: Any, *arguments: Any) -> Callable[..., Any]:
    place = ctypes.cast(getattr(raw, name), _P).value
    assert place is not None
    call: Callable[..., Any] = ctypes.PYFUNCTYPE(result, *arguments)(place)
    return call


unicode_of = _bind("FPDFText_GetUnicode", _U, _P, _I)
loose_box = _bind("FPDFText_GetLooseCharBox", _I, _P, _I, _P)
tight_box = _bind("FPDFText_GetCharBox", _I, _P, _I, _P, _P, _P, _P)
map_fault = _bind("FPDFText_HasUnicodeMapError", _I, _P, _I)
is_hyphen = _bind("FPDFText_IsHyphen", _I, _P, _I)
char_angle = _bind("FPDFText_GetCharAngle", ctypes.c_float, _P, _I)
text_object = _bind("FPDFText_GetTextObject", _P, _P, _I)

object_count = _bind("FPDFPage_CountObjects", _I, _P)
object_at = _bind("FPDFPage_GetObject", _P, _P, _I)
form_object_count = _bind("FPDFFormObj_CountObjects", _I, _P)
form_object_at = _bind("FPDFFormObj_GetObject", _P, _P, ctypes.c_ulong)
object_type = _bind("FPDFPageObj_GetType", _I, _P)
object_bounds = _bind("FPDFPageObj_GetBounds", _I, _P, _P, _P, _P, _P)
object_matrix = _bind("FPDFPageObj_GetMatrix", _I, _P, _P)
fill_colour = _bind("FPDFPageObj_GetFillColor", _I, _P, _P, _P, _P, _P)
stroke_colour = _bind("FPDFPageObj_GetStrokeColor", _I, _P, _P, _P, _P, _P)
render_mode = _bind("FPDFTextObj_GetTextRenderMode", _I, _P)
draw_mode = _bind("FPDFPath_GetDrawMode", _I, _P, _P, _P)
segment_count = _bind("FPDFPath_CountSegments", _I, _P)
mark_count = _bind("FPDFPageObj_CountMarks", _I, _P)
pixel_size = _bind("FPDFImageObj_GetImagePixelSize", _I, _P, _P, _P)
clip_of = _bind("FPDFPageObj_GetClipPath", _P, _P)
clip_path_count = _bind("FPDFClipPath_CountPaths", _I, _P)
clip_segment_count = _bind("FPDFClipPath_CountPathSegments", _I, _P, _I)
clip_segment = _bind("FPDFClipPath_GetPathSegment", _P, _P, _I, _I)
segment_point = _bind("FPDFPathSegment_GetPoint", _I, _P, _P, _P)
path_segment = _bind("FPDFPath_GetPathSegment", _P, _P, _I)
segment_type = _bind("FPDFPathSegment_GetType", _I, _P)
segment_closes = _bind("FPDFPathSegment_GetClose", _I, _P)
set_fill = _bind("FPDFPageObj_SetFillColor", _I, _P, _U, _U, _U, _U)
set_stroke = _bind("FPDFPageObj_SetStrokeColor", _I, _P, _U, _U, _U, _U)
set_active = _bind("FPDFPageObj_SetIsActive", _I, _P, _I)


def address(handle: Any) -> int:
    """The plain integer behind one of pypdfium2's typed handles."""
    return ctypes.cast(handle, _P).value or 0


def wide(call: Callable[..., int], *arguments: Any) -> str:
    """The UTF-16 string of one of pdfium's getters that are called twice: for the size, then to fill."""
    size = int(call(*arguments, None, 0))
    if size <= 2:
        return ""
    return _filled(size, call, *arguments).partition("\0")[0].strip()


def widened(call: Callable[..., int], *arguments: Any) -> str:
    """The string of such a getter that may have made a character of each byte of UTF-16, UTF-8 or GBK.

    pdfium does so with /F of a file, which it takes for bytes (ISO 32000-1, 7.11.2).
    """
    size = int(call(*arguments, None, 0))
    if size <= 2:
        return ""
    text = _filled(size, call, *arguments)
    if text.isascii() or any(ord(character) > 255 for character in text):
        return text.partition("\0")[0].strip()
    data = text.removesuffix("\0").encode("latin-1")
    read = text_of(data if data.startswith((b"\xfe\xff", b"\xff\xfe")) else data.partition(b"\0")[0])
    return (read or text).partition("\0")[0].strip()


def _filled(size: int, call: Callable[..., int], *arguments: Any) -> str:
    buffer = (ctypes.c_ushort * ((size + 1) // 2))()
    size = min(int(call(*arguments, buffer, size)), len(buffer) * 2)
    return bytes(buffer)[:size].decode("utf-16-le", "replace")


def narrow(call: Callable[..., int], *arguments: Any) -> str:
    """The UTF-8 or ASCII string of a getter that is called twice (addresses of links)."""
    size = int(call(*arguments, None, 0))
    if size <= 1:
        return ""
    buffer = ctypes.create_string_buffer(size)
    call(*arguments, buffer, size)
    return buffer.value.decode("utf-8", "replace").strip()


@contextmanager
def closing(handle: Any, close: Callable[[Any], Any]) -> Iterator[Any]:
    """`handle` for the length of a with block; a null handle is passed on and not closed."""
    try:
        yield handle
    finally:
        if handle:
            close(handle)
