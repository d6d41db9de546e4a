"""Encrypts what a rescan keeps on disk."""

from __future__ import annotations

import hmac
import os
import zlib

from reviewer.errors import StoreError
from reviewer.keys import Key

_NONCE = 12


class Seal:
    """AES-256-GCM (NIST SP 800-38D) under a key derived from the site key."""

    def __init__(self, key: Key) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._cipher = AESGCM(hmac.digest(key.derive("published"), b"seal", "sha256"))

    def closed(self, data: bytes) -> bytes:
        """The data compressed and encrypted."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, zlib.compress(data, 6), None)

    def opened(self, sealed: bytes) -> bytes:
        """The way back. Raises StoreError for what another key has sealed, or what is damaged."""
        from cryptography.exceptions import InvalidTag

        try:
            return zlib.decompress(self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], None))
        except (InvalidTag, zlib.error):
            raise StoreError("重新审查的记录打不开：站点密钥不是存入时的那一把，或者数据已损坏。") from None
