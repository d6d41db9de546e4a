"""Office files with a password -> the same without (MS-OFFCRYPTO), where one of the passwords given opens them."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Sequence

from reviewer.errors import Broken, Encrypted, ReadError

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ROUNDS = re.compile(rb'spinCount="([0-9]{1,20})"')
_MOST_ROUNDS = 1_000_000
"""Office hashes a password 100,000 times; a file that asks for more than this is made to take time"""


def unlocked(data: bytes, passwords: Sequence[str]) -> bytes:
    """The file without its password; `data` itself where it has none.

    Raises Encrypted where no password fits, Broken where the encryption is damaged.
    """
    if data[:8] != OLE or not _is_locked(data):
        return data
    import msoffcrypto
    from msoffcrypto.exceptions import InvalidKeyError

    # Its messages quote what it reads.
    logging.getLogger("msoffcrypto").setLevel(logging.CRITICAL + 1)
    if any(int(rounds) > _MOST_ROUNDS for rounds in _ROUNDS.findall(data)):
        raise Broken("文件的加密参数不合常规，没有尝试打开。请用原软件打开后另存。")
    for password in passwords:
        plain = io.BytesIO()
        try:
            file = msoffcrypto.OfficeFile(io.BytesIO(data))
            # The old kinds (doc, xls, ppt) always look whether it fits.
            look = {"verify_password": True} if file.format == "ooxml" else {}
            file.load_key(password=password, **look)
            file.decrypt(plain)
        except InvalidKeyError:
            continue
        except Exception:
            raise Broken("文件已损坏（加密部分有误），无法读取。请用原软件打开后另存。") from None
        return plain.getvalue()
    raise Encrypted("文件设有打开密码，给出的密码都打不开。请核对密码文件。")


def _is_locked(data: bytes) -> bool:
    """Whether the file itself is encrypted, of the new kind or the old ones; another may lie in it."""
    from reviewer.readers.ole import ole_kind

    try:
        ole_kind(data, "")
    except Encrypted:
        return True
    except ReadError:
        pass
    return False
