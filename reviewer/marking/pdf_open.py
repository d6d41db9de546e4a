"""Opens a PDF for writing, and says what its bytes are good for: signed, encrypted, fit for an appended save."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import pikepdf

from reviewer.errors import MarkingError

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


def saved(pdf: pikepdf.Pdf, *, packed: bool = False) -> bytes:
    """The file written anew from what its catalogue leads to, not encrypted; `packed`: with streams of objects."""
    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.preserve
    out = BytesIO()
    pdf.save(out, encryption=False, deterministic_id=True, object_stream_mode=mode)
    return out.getvalue()


def is_signed(data: bytes) -> bool:
    """Whether the file carries an electronic signature over its bytes (ISO 32000-1, 12.8.1)."""
    return _SIGNED.search(data) is not None
