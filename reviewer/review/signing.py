"""Keys that sign, keys that are trusted, and envelopes: DSSE (Dead Simple Signing Envelope, protocol 1.0.0).

`alg` is a field of every key: ed25519 (RFC 8032, by cryptography) or sm2-sm3 (SM2 signatures over SM3, GB/T 32918.2
and GB/T 32905, by gmalg of the extra [sm]). Nothing here reads a file or the clock: keyring.py keeps the files.

For what lies in a database or a ledger:

    key = keyring.active()                                        # or signing.new_key()
    head = signing.sign_checkpoint(42, "ab12…", now, key)         # bytes of an envelope
    signing.checkpoint_of(head, trust)                            # Checkpoint, or SigningError
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from reviewer.errors import SigningError
from reviewer.review.record import Fields, canonical, stamp

Algorithm = Literal["ed25519", "sm2-sm3"]
ALGORITHMS: tuple[Algorithm, ...] = ("ed25519", "sm2-sm3")
TRUST_SCHEMA = "reviewer.trust/1"
CHECKPOINT_TYPE = "application/vnd.gov-draft-reviewer.checkpoint+json"

_TRUST = "信任文件"
_LARGEST_ENVELOPE = 64 * 1024 * 1024
_LARGEST_TRUST = 1024 * 1024


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key. Its repr shows the public id only."""

    alg: Algorithm
    public: bytes
    _secret: bytes = field(repr=False)

    def __repr__(self) -> str:
        return f"SigningKey(id={self.id!r}, alg={self.alg!r})"

    @property
    def id(self) -> str:
        """16 hex characters that name the key: the same as those of its public key."""
        return key_id(self.alg, self.public)

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of the signature."""
        if self.alg == "ed25519":
            from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

            return Ed25519PrivateKey.from_private_bytes(self._secret).sign(message)
        return b"".join(part.rjust(32, b"\0") for part in _sm2(self._secret, self.public).sign(message))

    def pem(self) -> bytes:
        """The private key as PKCS #8 (RFC 5958) in PEM, which openssl reads."""
        head, tail = _PKCS8[self.alg]
        body = head + self._secret + (tail + self.public[1:] if self.alg == "sm2-sm3" else b"")
        lines = base64.encodebytes(body).replace(b"\n", b"")
        wrapped = b"\n".join(lines[k : k + 64] for k in range(0, len(lines), 64))
        return b"-----BEGIN PRIVATE KEY-----\n" + wrapped + b"\n-----END PRIVATE KEY-----\n"


def new_key(alg: Algorithm = "ed25519") -> SigningKey:
    """A new key. Raises SigningError for sm2-sm3 where the extra [sm] is not installed."""
    if alg == "ed25519":
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        made = Ed25519PrivateKey.generate()
        return SigningKey(alg, made.public_key().public_bytes_raw(), made.private_bytes_raw())
    secret, public = _sm2().generate_keypair()
    # gmalg leaves leading zeros out: one key of 256 has only 31 bytes, and its file could not be read again.
    return SigningKey(alg, public, secret.rjust(32, b"\0"))


def key_of_pem(data: bytes) -> SigningKey:
    """The key that `SigningKey.pem` wrote. Raises SigningError for anything else, without quoting it."""
    lines = [line.strip() for line in data.split(b"\n")]
    try:
        inner = lines[lines.index(b"-----BEGIN PRIVATE KEY-----") + 1 : lines.index(b"-----END PRIVATE KEY-----")]
        body = base64.b64decode(b"".join(inner), validate=True)
    except (ValueError, binascii.Error):
        body = b""
    if body.startswith(_PKCS8["ed25519"][0]) and len(body) == 48:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        known = Ed25519PrivateKey.from_private_bytes(body[16:])
        return SigningKey("ed25519", known.public_key().public_bytes_raw(), body[16:])
    head, tail = _PKCS8["sm2-sm3"]
    if body.startswith(head) and body[len(head) + 32 :].startswith(tail) and len(body) == len(head) + 102:
        secret = body[len(head) : len(head) + 32]
        return SigningKey("sm2-sm3", _sm2().generate_pk(secret), secret)
    raise SigningError("签名私钥的内容不对，读不出来。请用备份恢复，或用 reviewer signing rotate 换一把。")


_PKCS8: dict[Algorithm, tuple[bytes, bytes]] = {
    "ed25519": (bytes.fromhex("302e020100300506032b657004220420"), b""),
    "sm2-sm3": (
        bytes.fromhex("308187020100301306072a8648ce3d020106082a811ccf5501822d046d306b0201010420"),
        bytes.fromhex("a14403420004"),
    ),
}
"""what stands before the 32 secret bytes, and behind them before the public point (RFC 8410; RFC 5915)"""
_SIZES: dict[Algorithm, int] = {"ed25519": 32, "sm2-sm3": 65}
_SM2_USER = b"1234567812345678"
"""the user's mark that GB/T 35276 sets where no other was agreed on"""


def _sm2(secret: bytes | None = None, public: bytes | None = None) -> Any:
    try:
        from gmalg import SM2
    except ImportError:
        raise SigningError("国密签名（sm2-sm3）要先安装：pip install 'gov-draft-reviewer[sm]'。") from None
    return SM2(secret, _SM2_USER, public)


def key_id(alg: Algorithm, public: bytes) -> str:
    """16 hex characters that name a public key."""
    return hashlib.sha256(alg.encode() + b"\0" + public).hexdigest()[:16]


# --- keys that are trusted -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A public key, and when what it signed counts: from `since` to `until`, both seconds included.

    Nothing that it signed counts once it is revoked. All moments are aware and whole seconds.
    """

    alg: Algorithm
    public: bytes
    since: datetime
    until: datetime | None = None
    revoked_at: datetime | None = None

    @property
    def id(self) -> str:
        return key_id(self.alg, self.public)

    def status(self, now: datetime) -> Literal["active", "retired", "revoked"]:
        """active: signs; retired: what it signed before still counts; revoked: nothing that it signed counts."""
        if self.revoked_at is not None:
            return "revoked"
        return "active" if self.until is None or now < self.until else "retired"

    def vouches(self, signed_at: datetime) -> bool:
        """Whether a signature of this moment counts. One of a revoked key never does: its date may be a lie."""
        if self.revoked_at is not None or signed_at < self.since:
            return False
        return self.until is None or signed_at <= self.until

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether the signature is this key's over `message`."""
        if len(signature) != 64:
            return False
        if self.alg == "sm2-sm3":
            # What is no point of the curve makes the library stumble.
            is_key = _sm2().verify_pk(self.public)
            return bool(is_key and _sm2(None, self.public).verify(message, signature[:32], signature[32:]))
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Trust:
    """The public keys of a site, as its trust file lists them. It holds no secret."""

    keys: tuple[TrustedKey, ...] = ()

    def key(self, id: str) -> TrustedKey | None:
        return next((key for key in self.keys if key.id == id), None)

    def with_key(self, key: TrustedKey) -> Trust:
        """With one more key. Raises SigningError where it is listed already."""
        if self.key(key.id) is not None:
            raise SigningError(f"公钥 {key.id} 已经在{_TRUST}中。")
        return Trust((*self.keys, key))

    def retired(self, id: str, now: datetime) -> Trust:
        """What the key signs from now on does not count; what it signed before does."""
        until = now.replace(microsecond=0)
        return self._changed(id, lambda key: replace(key, until=min(key.until or until, until)))

    def revoked(self, id: str, now: datetime) -> Trust:
        """Nothing that the key signed counts, whenever it was."""
        at = now.replace(microsecond=0)
        return self._changed(id, lambda key: replace(key, revoked_at=key.revoked_at or at))

    def _changed(self, id: str, change: Callable[[TrustedKey], TrustedKey]) -> Trust:
        if self.key(id) is None:
            raise SigningError(f"{_TRUST}中没有编号为 {id} 的公钥。可用 reviewer signing list 查看。")
        return Trust(tuple(change(key) if key.id == id else key for key in self.keys))

    def to_bytes(self) -> bytes:
        """The trust file: JSON for people to read, with the SHA-256 of what it says at its end."""
        import json

        said = {"schema": TRUST_SCHEMA, "keys": [_told(key) for key in self.keys]}
        whole = {**said, "sha256": hashlib.sha256(canonical(said)).hexdigest()}
        return (json.dumps(whole, indent=1, ensure_ascii=True) + "\n").encode("ascii")

    @classmethod
    def of(cls, data: bytes) -> Trust:
        """What a trust file says. Raises SigningError where a byte of it differs from what was written.

        Line ends may have become those of Windows on the way.
        """
        if len(data) > _LARGEST_TRUST:
            raise SigningError(f"{_TRUST}太大，不像是本程序写的。")
        fields = Fields.of(data, _TRUST)
        fields.require("schema", TRUST_SCHEMA)
        trust = cls(tuple(map(_key_of, fields.objects("keys"))))
        if len({key.id for key in trust.keys}) < len(trust.keys):
            raise SigningError(f"{_TRUST}的内容有误：有一把公钥写了两次。")
        if trust.to_bytes() != data.replace(b"\r\n", b"\n"):
            raise SigningError(f"{_TRUST}被改动过，或者没有复制完整。请重新用 reviewer signing trust 导出。")
        return trust


def trusted(key: SigningKey, since: datetime, until: datetime | None = None) -> TrustedKey:
    """The public half of a key."""
    return TrustedKey(key.alg, key.public, since.replace(microsecond=0), until)


def _told(key: TrustedKey) -> dict[str, str | None]:
    return {
        "keyid": key.id,
        "alg": key.alg,
        "public": key.public.hex(),
        "since": stamp(key.since),
        "until": stamp(key.until) if key.until is not None else None,
        "revoked_at": stamp(key.revoked_at) if key.revoked_at is not None else None,
    }


def _key_of(fields: Fields) -> TrustedKey:
    alg = next((one for one in ALGORITHMS if one == fields.text("alg")), None)
    if alg is None:
        raise SigningError(f"{_TRUST}中有不认识的签名算法。请更新本程序。")
    try:
        public = bytes.fromhex(fields.text("public"))
    except ValueError:
        public = b""
    key = TrustedKey(
        alg, public, fields.moment("since"), fields.moment_or_none("until"), fields.moment_or_none("revoked_at")
    )
    # SM2: a whole point, as SigningKey has it.
    is_whole = len(public) == _SIZES[alg] and (alg == "ed25519" or public[0] == 4)
    if not is_whole or key.id != fields.text("keyid"):
        raise SigningError(f"{_TRUST}的内容有误：有一把公钥和它的编号不符。")
    return key


# --- envelopes -------------------------------------------------------------------------------------


def pae(payload_type: str, body: bytes) -> bytes:
    """What is signed: the pre-authentication encoding of DSSE.

    >>> pae("http://example.com/HelloWorld", b"hello world")
    b'DSSEv1 29 http://example.com/HelloWorld 11 hello world'
    """
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(body), body)


def envelope(payload_type: str, body: bytes, key: SigningKey) -> bytes:
    """A DSSE envelope with one signature: a line of JSON."""
    return _envelope(payload_type, body, key.id, key.sign(pae(payload_type, body)))


def _envelope(payload_type: str, body: bytes, id: str, signature: bytes) -> bytes:
    signatures = [{"keyid": id, "sig": base64.b64encode(signature).decode()}]
    made = {"payload": base64.b64encode(body).decode(), "payloadType": payload_type, "signatures": signatures}
    return canonical(made) + b"\n"


@dataclass(frozen=True, slots=True)
class Opened:
    """What an envelope holds, and the key whose signature it bears. Whether that key counts is another question."""

    body: bytes = field(repr=False)
    key: TrustedKey


def opened(data: bytes, payload_type: str, trust: Trust, title: str) -> Opened:
    """What is in an envelope of this type that one of the keys signed, be the key retired or revoked.

    Raises SigningError where a byte of it differs from what `envelope` wrote: DSSE itself lets base64 be written in
    two ways and leaves keyid unsigned; here nothing can be changed, so that a changed file is never the same paper.
    `title` names the paper in messages.
    """
    if len(data) > _LARGEST_ENVELOPE:
        raise SigningError(f"{title}太大，不像是本程序写的。")
    fields = Fields.of(data, title)
    signatures = fields.objects("signatures")
    if fields.text("payloadType") != payload_type or len(signatures) != 1:
        raise SigningError(f"这不是{title}，或者写法不认识。")
    id, signature = signatures[0].text("keyid"), _decoded(signatures[0].text("sig"), title)
    body = _decoded(fields.text("payload"), title)
    if _envelope(payload_type, body, id, signature) != data.replace(b"\r\n", b"\n"):
        raise SigningError(f"{title}被改动过，或者没有复制完整。")
    key = trust.key(id)
    if key is None:
        raise SigningError(f"{title}是用不受信任的密钥（{_id_shown(id)}）签的。")
    if not key.verifies(signature, pae(payload_type, body)):
        raise SigningError(f"{title}的签名不对：内容被改动过，或者签名是伪造的。")
    return Opened(body, key)


def _decoded(text: str, title: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        raise SigningError(f"{title}被改动过，或者没有复制完整。") from None


def _id_shown(id: str) -> str:
    """The id as it may stand in a message: who wrote it is not known."""
    return id if len(id) == 16 and set(id) <= set("0123456789abcdef") else "编号不对"


# --- the head of the ledger ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of the ledger at a moment: number and hash of its last event, and the id of the key that signed."""

    seq: int
    hash: str
    at: datetime
    key: str = ""


def sign_checkpoint(seq: int, hash: str, at: datetime, key: SigningKey) -> bytes:
    """The envelope of a checkpoint: the ledger had event number `seq`, with this hash, as its last at `at` (aware)."""
    return envelope(CHECKPOINT_TYPE, canonical({"seq": seq, "hash": hash, "at": stamp(at)}), key)


def checkpoint_of(data: bytes, trust: Trust) -> Checkpoint:
    """What a signed checkpoint says. Raises SigningError unless a key signed it whose signatures of then count."""
    found = opened(data, CHECKPOINT_TYPE, trust, "台账检查点")
    fields = Fields.of(found.body, "台账检查点")
    made = Checkpoint(fields.number("seq"), fields.text("hash"), fields.moment("at"), found.key.id)
    if not found.key.vouches(made.at):
        raise SigningError(f"台账检查点的签名不算数：密钥 {found.key.id} 当时不在有效期内，或者已被吊销。")
    return made
