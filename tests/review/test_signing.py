"""Keys, envelopes and checkpoints."""

from __future__ import annotations

import base64
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.errors import KeyFileError, SigningError
from reviewer.review import signing
from reviewer.review.keyring import Keyring
from reviewer.review.signing import ALGORITHMS, Trust, envelope, new_key, opened, pae, trusted

NOW = datetime(2026, 3, 2, 9, 30, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
TYPE = "application/vnd.example+json"


def test_the_vector_of_the_specification() -> None:
    """DSSE protocol.md 1.0.0, Test Vectors: ECDSA over P-256, r and s as they are."""
    body, kind = b"hello world", "http://example.com/HelloWorld"
    message = pae(kind, body)
    assert message == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    raw = base64.b64decode("A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA==")
    public = ec.EllipticCurvePublicNumbers(
        46950820868899156662930047687818585632848591499744589407958293238635476079160,
        5640078356564379163099075877009565129882514886557779369047442380624545832820,
        ec.SECP256R1(),
    ).public_key()
    signature = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    public.verify(signature, message, ec.ECDSA(hashes.SHA256()))


def test_a_key_with_leading_zeros_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """gmalg gives the number without them: one key of 256."""
    from gmalg import SM2

    secret = bytes(range(1, 32))
    pair = secret, SM2().generate_pk(b"\0" + secret)
    monkeypatch.setattr(SM2, "generate_keypair", lambda _: pair)
    made = new_key("sm2-sm3")
    assert signing.key_of_pem(made.pem()).id == made.id


def test_a_signature_that_openssl_made() -> None:
    """SM2 over SM3 with the usual user's mark: openssl pkeyutl -sign -rawin -digest sm3 -pkeyopt distid:…"""
    public = bytes.fromhex(
        "0446d1086f6e5c938447f05280db707c279a7b459c38f19e4d9a30ad2dadf9f28a"
        "f45fc1dc5b377736b57e97e7e0563ccca24c97f440e1d137e5941d84d2eb43c9"
    )
    signature = bytes.fromhex(
        "69ff80ba811b1ee59e5c070cba956ee5219112d706a3d5126e8ae605e469d2a4"
        "be9845bc73d4bc6b41bd5a4be141e9fd19b0dbd637cd87542dfab5e00ac9a2de"
    )
    message = pae("http://example.com/HelloWorld", b"hello world")
    key = signing.TrustedKey("sm2-sm3", public, NOW)
    assert key.verifies(signature, message)
    assert not key.verifies(signature, message + b" ")
    assert not key.verifies(signature[:-1], message)


@pytest.mark.parametrize(
    ("alg", "public"),
    [("sm2-sm3", b"\x04" + b"\1" * 64), ("sm2-sm3", b"\x04" + b"\xff" * 64), ("ed25519", b"\xff" * 32)],
)
def test_what_is_no_key_verifies_nothing(alg: signing.Algorithm, public: bytes) -> None:
    for signature in (b"", b"\0" * 64, b"\xff" * 64):
        assert not signing.TrustedKey(alg, public, NOW).verifies(signature, b"x")


@pytest.mark.parametrize(
    ("kind", "body", "made"),
    [
        ("", b"", b"DSSEv1 0  0 "),
        ("a", b"b c", b"DSSEv1 1 a 3 b c"),
        ("类型", b"\0\xff", "DSSEv1 6 类型 2 ".encode() + b"\0\xff"),
    ],
)
def test_lengths_are_of_bytes(kind: str, body: bytes, made: bytes) -> None:
    assert pae(kind, body) == made


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_what_is_signed_is_read_again(alg: signing.Algorithm) -> None:
    key = new_key(alg)
    trust = Trust().with_key(trusted(key, NOW))
    paper = envelope(TYPE, b'{"a":1}', key)
    assert json.loads(paper)["payloadType"] == TYPE
    assert opened(paper, TYPE, trust, "证书").body == b'{"a":1}'
    assert signing.key_of_pem(key.pem()) == key
    assert Trust.of(trust.to_bytes()) == trust
    with pytest.raises(SigningError, match="不受信任"):
        opened(paper, TYPE, Trust(), "证书")
    with pytest.raises(SigningError):
        opened(paper, TYPE + "x", trust, "证书")


def test_a_private_key_is_one_that_others_can_read() -> None:
    key = new_key()
    assert load_pem_private_key(key.pem(), None).public_key().public_bytes_raw() == key.public  # type: ignore[union-attr]


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_a_private_key_never_shows(alg: signing.Algorithm) -> None:
    key = new_key(alg)
    assert repr(key) == f"SigningKey(id={key.id!r}, alg={alg!r})"
    with pytest.raises(SigningError) as told:
        signing.key_of_pem(key.pem()[:-40])
    assert key.pem().split(b"\n")[1].decode() not in str(told.value)


@settings(max_examples=60)
@given(st.data())
@pytest.mark.parametrize("alg", ALGORITHMS)
def test_no_byte_of_an_envelope_can_be_another(alg: signing.Algorithm, data: st.DataObject) -> None:
    _, trust, paper = _signed(alg)
    at = data.draw(st.integers(0, len(paper) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda one: one != paper[at]))
    with pytest.raises(SigningError):
        opened(paper[:at] + bytes([byte]) + paper[at + 1 :], TYPE, trust, "证书")


def test_no_bit_of_an_envelope_or_a_trust_file_can_be_another() -> None:
    _, trust, paper = _signed("ed25519")
    for bit in range(len(paper) * 8):
        with pytest.raises(SigningError):
            opened(_flipped(paper, bit), TYPE, trust, "证书")
    said = trust.to_bytes()
    for bit in range(len(said) * 8):
        with pytest.raises(SigningError):
            Trust.of(_flipped(said, bit))


_made: dict[str, tuple[signing.SigningKey, Trust, bytes]] = {}


def _signed(alg: signing.Algorithm) -> tuple[signing.SigningKey, Trust, bytes]:
    if alg not in _made:
        key = new_key(alg)
        _made[alg] = key, Trust().with_key(trusted(key, NOW)), envelope(TYPE, b'{"a":1}', key)
    return _made[alg]


def _flipped(data: bytes, bit: int) -> bytes:
    return data[: bit // 8] + bytes([data[bit // 8] ^ (1 << bit % 8)]) + data[bit // 8 + 1 :]


@pytest.mark.parametrize("carry", ["envelope", "trust"])
def test_line_ends_of_windows_do_no_harm(carry: str) -> None:
    _, trust, paper = _signed("ed25519")
    assert Trust.of(trust.to_bytes().replace(b"\n", b"\r\n")) == trust
    assert opened(paper.replace(b"\n", b"\r\n"), TYPE, trust, "证书").body


HEAD = {"keys": [], "schema": "reviewer.trust/1", "sha256": ""}


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{}", b"\xff", b"[" * 100_000, b'{"schema":"reviewer.trust/2"}', json.dumps(HEAD).encode(),
     b'{"schema":"reviewer.trust/1","schema":"reviewer.trust/1","keys":[]}', b"{" + b" " * 1_100_000 + b"}"],
)  # fmt: skip
def test_what_is_no_trust_file(data: bytes) -> None:
    with pytest.raises(SigningError):
        Trust.of(data)


@pytest.mark.parametrize(
    ("until", "revoked", "signed", "counts"),
    [
        (None, False, NOW, True),
        (None, False, NOW - HOUR, False),
        (NOW + HOUR, False, NOW, True),
        (NOW + HOUR, False, NOW + HOUR, True),
        (NOW + HOUR, False, NOW + HOUR + timedelta(seconds=1), False),
        (None, True, NOW, False),
    ],
)
def test_when_a_signature_counts(until: datetime | None, revoked: bool, signed: datetime, counts: bool) -> None:
    key = new_key()
    trust = Trust().with_key(trusted(key, NOW, until))
    if revoked:
        trust = trust.revoked(key.id, NOW + 2 * HOUR)
    assert trust.keys[0].vouches(signed) is counts


def test_a_checkpoint_counts_as_its_key_does() -> None:
    key = new_key()
    trust = Trust().with_key(trusted(key, NOW))
    paper = signing.sign_checkpoint(7, "ab" * 32, NOW + HOUR, key)
    made = signing.checkpoint_of(paper, trust)
    assert (made.seq, made.hash, made.at, made.key) == (7, "ab" * 32, NOW + HOUR, key.id)
    assert signing.checkpoint_of(paper, trust.retired(key.id, NOW + 2 * HOUR)) == made
    for other in (trust.retired(key.id, NOW), trust.revoked(key.id, NOW + 2 * HOUR), Trust()):
        with pytest.raises(SigningError):
            signing.checkpoint_of(paper, other)


def test_moments_have_time_zones() -> None:
    with pytest.raises(ValueError, match="time zone"):
        signing.sign_checkpoint(1, "", NOW.replace(tzinfo=None), new_key())


# --- the folder ------------------------------------------------------------------------------------


def test_a_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    ring = Keyring(tmp_path / "a" / "signing")
    key = ring.create(NOW)
    path = ring.folder / f"{key.id}.pem"
    assert ring.active(NOW) == key
    assert ring.trust().keys[0].status(NOW) == "active"
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600
        assert ring.folder.stat().st_mode & 0o777 == 0o700
    with pytest.raises(SigningError, match="已有"):
        ring.create(NOW)
    assert sorted(one.name for one in ring.folder.iterdir()) == sorted([path.name, "trust.json"])


def test_a_turn_of_keys(tmp_path: Path) -> None:
    ring = Keyring(tmp_path)
    old = ring.create(NOW)
    paper = signing.sign_checkpoint(1, "00", NOW, old)
    new = ring.rotate(NOW + HOUR)
    assert ring.active(NOW + HOUR) == new != old
    assert not (tmp_path / f"{old.id}.pem").exists()
    assert signing.checkpoint_of(paper, ring.trust()).seq == 1
    ring.revoke(old.id, NOW + 2 * HOUR)
    with pytest.raises(SigningError):
        signing.checkpoint_of(paper, ring.trust())
    assert [key.status(NOW + 3 * HOUR) for key in ring.trust().keys] == ["revoked", "active"]
    ring.revoke(new.id, NOW + 3 * HOUR)
    assert ring.active_or_none(NOW + 3 * HOUR) is None
    assert ring.create(NOW + 4 * HOUR) == ring.active(NOW + 4 * HOUR)


@pytest.mark.parametrize("harm", ["gone", "open", "other", "trust"])
def test_a_folder_that_was_harmed_says_so(tmp_path: Path, harm: str) -> None:
    ring = Keyring(tmp_path)
    path = tmp_path / f"{ring.create(NOW).id}.pem"
    if harm == "gone":
        path.unlink()
    elif harm == "open":
        path.chmod(0o644)
    elif harm == "other":
        path.write_bytes(new_key().pem())
    else:
        (tmp_path / "trust.json").write_bytes(b"{}")
    with pytest.raises((SigningError, KeyFileError)):
        ring.active(NOW)


@pytest.mark.parametrize("call", [lambda ring: ring.rotate(NOW), lambda ring: ring.active(NOW),
                                  lambda ring: ring.revoke("0" * 16, NOW)])  # fmt: skip
def test_an_empty_folder_has_no_key(tmp_path: Path, call: object) -> None:
    with pytest.raises(SigningError):
        call(Keyring(tmp_path))  # type: ignore[operator]
