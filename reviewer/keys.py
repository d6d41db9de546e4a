"""The site key, and what is computed with it: fingerprints, value ids, the key's own id.

A bare hash of a mobile number falls in two minutes, so nothing found is ever stored or printed as a
plain hash: everything goes through HMAC-SHA256 (RFC 2104, FIPS 198-1) with 32 random bytes that stay
on the site. Keys for different uses are derived apart, so that none can stand in for another.
"""

from __future__ import annotations

import hmac
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from reviewer.errors import KeyFileError, KeyMismatch, reason

Use = Literal["fingerprint", "value", "key-id", "passwords", "vault", "backup", "name", "code", "linkage", "published"]

_COMMENT = "# reviewer 站点密钥（site key）：用来计算指纹，请只留在本单位，不要随报告发出\n"
_SIZE = 32
_LARGEST_FILE = 4096


class _Found(Protocol):
    """What a fingerprint needs to know of a finding."""

    @property
    def entity(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def part(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def marks(self) -> tuple[str, str] | None: ...


@dataclass(frozen=True, slots=True)
class Key:
    """The site key. Its repr shows the public id only."""

    _secret: bytes = field(repr=False)

    def __repr__(self) -> str:
        return f"Key(id={self.id!r})"

    @classmethod
    def load(cls, path: Path | str | None, environ: Mapping[str, str]) -> Key:
        """The key in `path`, else in REVIEWER_KEY_FILE, else in the user's configuration folder.

        Only the last is made when it is missing. Raises KeyFileError for a file that is missing,
        malformed, or open to other users.
        """
        named = path or environ.get("REVIEWER_KEY_FILE") or None
        if named is not None:
            return _read(Path(named))
        default = default_path(environ)
        try:
            return _read(default)
        except _Missing:
            pass
        try:
            return new(default)
        except _Exists:
            # Another process made it in the meantime: the one that came first counts.
            return _read(default)

    def derive(self, use: Use) -> bytes:
        """32 bytes for one use; nothing can be learnt from them about the key or another use."""
        return hmac.digest(self._secret, b"reviewer/1/" + use.encode(), "sha256")

    @property
    def id(self) -> str:
        """16 hex characters that name the key and tell nothing about it."""
        return self.derive("key-id").hex()[:16]


class _Missing(KeyFileError):
    """The key file does not exist."""


class _Exists(KeyFileError):
    """There is already a file where the key should go."""


def default_path(environ: Mapping[str, str]) -> Path:
    """Where the key lies when nobody names a file: reviewer/site.key in the user's configuration folder."""
    return config_folder(environ, "用 --key-file 指定密钥文件") / "site.key"


def config_folder(environ: Mapping[str, str], otherwise: str) -> Path:
    """The folder for what this user keeps: $XDG_CONFIG_HOME or ~/.config, reviewer.

    Raises KeyFileError where there is none; `otherwise` is what the user can do then, in Chinese.
    """
    folder = environ.get("XDG_CONFIG_HOME", "")
    # The XDG base directory specification: a relative path is invalid and must be ignored.
    if folder and Path(folder).is_absolute():
        return Path(folder) / "reviewer"
    home = environ.get("HOME") or environ.get("USERPROFILE")
    if not home:
        raise KeyFileError(f"找不到用户的配置文件夹（没有 HOME）。请{otherwise}。")
    return Path(home) / ".config" / "reviewer"


def new(path: Path | str) -> Key:
    """Make a key of 32 random bytes at `path` (mode 0600) and return it. Never overwrites.

    The file appears whole or not at all: it is written under another name, then linked.
    """
    path = Path(path)
    secret = os.urandom(_SIZE)
    try:
        make_folder(path.parent)
        create_private(path, (_COMMENT + secret.hex() + "\n").encode())
    except FileExistsError:
        raise _Exists(f"密钥文件已经存在：{path}。为免旧指纹作废，不会覆盖；要换密钥请另选文件名。") from None
    except OSError as fault:
        raise KeyFileError(
            f"无法建立密钥文件：{path}（{reason(fault)}）。请检查权限，或用 --key-file 指定别处的文件。"
        ) from None
    return Key(secret)


def fingerprints(findings: Sequence[_Found], key: Key) -> list[tuple[str, str]]:
    """(fingerprint, value id) of each finding of one document, 32 hex characters each, in the same order.

    A fingerprint covers entity, normalised value, part and which of the equal ones it is, counted in the
    order of the text: it stays when lines are added elsewhere. A value id covers entity and value.
    """
    order = sorted(range(len(findings)), key=lambda i: findings[i].start)
    made: list[tuple[str, str]] = [("", "")] * len(findings)
    for index, pair in zip(order, ordered_fingerprints((findings[i] for i in order), key), strict=True):
        made[index] = pair
    return made


def mark_of_passwords(passwords: Sequence[str], key: Key) -> str:
    """32 hex characters that change with the passwords and tell nothing about them; "" where there are none."""
    return _hmac(key.derive("passwords"), b"".join(map(_field, passwords))) if passwords else ""


def ordered_fingerprints(findings: Iterable[_Found], key: Key) -> Iterator[tuple[str, str]]:
    """The same, one by one, of findings whose `start` never falls within a part: for 250,000 of them."""
    fingerprint_key, value_key = key.derive("fingerprint"), key.derive("value")
    seen: dict[tuple[str, str, str], int] = {}
    for finding in findings:
        if finding.marks is not None:
            yield finding.marks
            continue
        same = (finding.entity, finding.value, finding.part)
        ordinal = seen.get(same, 0)
        seen[same] = ordinal + 1
        value = _field(finding.entity) + _field(finding.value)
        fingerprint = _hmac(fingerprint_key, value + _field(finding.part) + _field(str(ordinal)))
        yield fingerprint, _hmac(value_key, value)


def value_ids(entity: str, key: Key) -> Callable[[str], str]:
    """What tells the value id that a finding of `entity` with a normalised value has."""
    value_key, head = key.derive("value"), _field(entity)
    return lambda value: _hmac(value_key, head + _field(value))


def require_same_key(a: str, b: str) -> None:
    """Raise KeyMismatch unless both key ids are the same: only then can fingerprints be compared."""
    if a != b:
        raise KeyMismatch(
            f"两份结果用的不是同一把站点密钥（key_id 分别是 {a} 和 {b}），指纹不能比较。"
            "请用同一把密钥重新扫描其中一份。"
        )


def _field(text: str) -> bytes:
    """The text behind its length: ("ab", "c") and ("a", "bc") become different messages."""
    data = text.encode("utf-8", "surrogatepass")
    return len(data).to_bytes(4, "big") + data


def _hmac(key: bytes, message: bytes) -> str:
    return hmac.digest(key, message, "sha256")[:16].hex()


def _read(path: Path) -> Key:
    try:
        data = read_private(path)
    except FileNotFoundError:
        raise _Missing(f"找不到密钥文件：{path}。请先运行 reviewer key new 建立，或改正路径。") from None
    return Key(_secret_in(data, path))


def read_private(path: Path) -> bytes:
    """What is in a small file that only its owner may read.

    Raises FileNotFoundError, and KeyFileError where it can not be opened, is no file, or is open to others.
    """
    try:
        # O_NONBLOCK: a named pipe must not hang the scan.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    except FileNotFoundError:
        raise
    except OSError as fault:
        raise KeyFileError(f"打不开密钥文件：{path}（{reason(fault)}）。请检查路径和权限。") from None
    try:
        mode = os.fstat(handle).st_mode
        if not stat.S_ISREG(mode):
            raise KeyFileError(f"密钥文件不是普通文件：{path}。")
        # Windows has no such bits; there the folder of the user's profile protects the file.
        if sys.platform != "win32" and mode & 0o077:
            raise KeyFileError(
                f"密钥文件能被其他用户读取：{path}。请运行 chmod 600 {path}，并考虑换一把新密钥。"
            )
        return os.read(handle, _LARGEST_FILE + 1)
    finally:
        os.close(handle)


def _secret_in(data: bytes, path: Path) -> bytes:
    lines = [line.strip() for line in data.decode("utf-8", "replace").splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    try:
        secret = bytes.fromhex(lines[0]) if len(lines) == 1 else b""
    except ValueError:
        secret = b""
    if len(secret) != _SIZE:
        raise KeyFileError(f"密钥文件的内容不对：{path}。应是一行 64 位十六进制数。请用备份恢复。")
    return secret


def make_folder(folder: Path) -> None:
    """The folder and those above it; each one made here is for its owner only."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for one in reversed(missing):
        one.mkdir(mode=0o700, exist_ok=True)


def create_private(path: Path, data: bytes) -> None:
    """A file with these bytes for its owner only (0600): whole or not at all, never in the place of another.

    Raises FileExistsError, and OSError where it can not be written.
    """
    draft = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
    try:
        _write(draft, data)
        try:
            os.link(draft, path)
        except FileExistsError:
            raise
        except OSError:
            # No hard links here (FAT, some network drives): still never overwrite.
            _write(path, data)
    finally:
        draft.unlink(missing_ok=True)


def _write(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
