"""The folder of signing keys (签名密钥): the only module of this package that touches files.

    trust.json     the public keys: to be handed out (reviewer signing trust)
    KEYID.pem      a private key, 0600; that of a key which signs no more is taken away

A step that is broken off leaves a folder that works: a private key appears before its public half is listed, and
goes after it is retired.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reviewer.errors import KeyFileError, SigningError, reason
from reviewer.keys import config_folder, create_private, make_folder, read_private
from reviewer.review.signing import Algorithm, SigningKey, Trust, key_of_pem, new_key, trusted

TRUST_FILE = "trust.json"
VARIABLE = "REVIEWER_SIGNING_DIR"


def folder_of(given: Path | str | None, environ: Mapping[str, str]) -> Path:
    """The folder given, else that of REVIEWER_SIGNING_DIR, else `signing` in the user's configuration folder."""
    named = given or environ.get(VARIABLE)
    return Path(named) if named else config_folder(environ, f"用环境变量 {VARIABLE} 指定签名密钥的文件夹") / "signing"


@dataclass(frozen=True, slots=True)
class Keyring:
    """A folder of signing keys. `now` is an aware moment; all raise SigningError or KeyFileError with what to do."""

    folder: Path

    def trust(self) -> Trust:
        """The public keys; none where no key was made yet."""
        try:
            data = (self.folder / TRUST_FILE).read_bytes()
        except FileNotFoundError:
            return Trust()
        except OSError as fault:
            raise SigningError(f"读不了 {self.folder / TRUST_FILE}：{reason(fault)}。") from None
        return Trust.of(data)

    def active(self, now: datetime) -> SigningKey:
        """The key that signs now. Raises SigningError where there is none."""
        key = self.active_or_none(now)
        if key is None:
            raise SigningError(f"{self.folder} 里没有可用的签名密钥。请先运行 reviewer signing new。")
        return key

    def active_or_none(self, now: datetime) -> SigningKey | None:
        """The newest key that is listed as active and lies here."""
        for listed in reversed(self.trust().keys):
            if listed.status(now) == "active" and listed.since <= now:
                try:
                    key = key_of_pem(read_private(self._path(listed.id)))
                except FileNotFoundError:
                    raise KeyFileError(
                        f"找不到签名私钥 {self._path(listed.id)}。请用备份恢复，或用 reviewer signing rotate 换一把。"
                    ) from None
                if key.id != listed.id:
                    raise KeyFileError(f"{self._path(listed.id)} 里的私钥和它的编号不符。请用备份恢复。")
                return key
        return None

    def create(self, now: datetime, alg: Algorithm = "ed25519", until: datetime | None = None) -> SigningKey:
        """The first key, or one after all others were retired or revoked. Raises SigningError while one is active."""
        signing = [listed.id for listed in self.trust().keys if listed.status(now) == "active"]
        if signing:
            raise SigningError(f"已有签名密钥 {signing[0]}，没有再建。要换一把请用 reviewer signing rotate。")
        return self._add(now, alg, until)

    def rotate(self, now: datetime, alg: Algorithm | None = None, until: datetime | None = None) -> SigningKey:
        """A new key; those before it sign no more, what they signed still counts. Their private keys are taken away.

        alg  None: that of the key before it
        """
        before = [listed for listed in self.trust().keys if listed.status(now) == "active"]
        if not before:
            raise SigningError("没有在用的签名密钥可换。请用 reviewer signing new 新建。")
        key = self._add(now, alg or before[-1].alg, until)
        trust = self.trust()
        for old in before:
            trust = trust.retired(old.id, now)
        self._list(trust)
        for old in before:
            self._path(old.id).unlink(missing_ok=True)
        return key

    def revoke(self, id: str, now: datetime) -> None:
        """Nothing that the key signed counts any more. Its private key is taken away."""
        self._list(self.trust().revoked(id, now))
        self._path(id).unlink(missing_ok=True)

    def _add(self, now: datetime, alg: Algorithm, until: datetime | None) -> SigningKey:
        key = new_key(alg)
        try:
            make_folder(self.folder)
            create_private(self._path(key.id), key.pem())
        except OSError as fault:
            raise KeyFileError(f"无法建立签名私钥：{self._path(key.id)}（{reason(fault)}）。请检查权限。") from None
        self._list(self.trust().with_key(trusted(key, now, until)))
        return key

    def _list(self, trust: Trust) -> None:
        """Writes the trust file whole, or leaves it as it was."""
        path = self.folder / TRUST_FILE
        draft = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
        try:
            with draft.open("xb") as stream:
                stream.write(trust.to_bytes())
                stream.flush()
                os.fsync(stream.fileno())
            draft.replace(path)
        except OSError as fault:
            raise SigningError(f"写不进 {path}：{reason(fault)}。请检查权限和磁盘。") from None
        finally:
            draft.unlink(missing_ok=True)

    def _path(self, id: str) -> Path:
        return self.folder / f"{id}.pem"
