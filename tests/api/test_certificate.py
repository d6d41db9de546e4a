"""One certificate, verified by the interface, by `reviewer gate` and by hand: all three say the same."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from reviewer.api import verdict
from reviewer.api.verdict import Asked, Wanted
from reviewer.gate.baseline import Baseline
from reviewer.gate.judge import Judge
from reviewer.gate.look import Seen
from reviewer.gate.papers import read_papers
from reviewer.review.certificate import Verdict
from reviewer.review.clock import day_of

from ..casework.world import PLAIN, World
from .client import V1, Service

_DATA = PLAIN.encode()


@dataclass
class Papers:
    """What is outside of the office: the certificate, its file, the public keys, the list of what is revoked."""

    world: World
    folder: Path
    keys: Path
    paper: bytes

    def gate(self, data: bytes, name: str = "通知.txt", scope: str = "全面", channel: str = "政府网站") -> str:
        """The status that the gate gives a file of these bytes."""
        for part in ("public", "certs"):
            (self.folder / part).mkdir(exist_ok=True)
        (self.folder / "certs" / "1.json").write_bytes(self.paper)
        (self.folder / "revoked.json").write_bytes(self.world.office.revocation_list())
        today = day_of(self.world.clock())
        papers = read_papers(
            self.folder / "public", self.folder / "certs", self.keys / "signing" / "trust.json",
            self.folder / "revoked.json", today,
        )  # fmt: skip
        seen = Seen(name, name, hashlib.sha256(data).hexdigest())
        return Judge(papers, scope, channel, today, Baseline(), {}).judged(seen).status

    def by_hand(self, data: bytes) -> bool:
        """Whether the signature is right and names the hash: DSSE and in-toto, as their documents say."""
        try:
            envelope = json.loads(self.paper)
            payload = base64.b64decode(envelope["payload"])
            kind = envelope["payloadType"].encode()
            signed = b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)
            self.key().verify(base64.b64decode(envelope["signatures"][0]["sig"]), signed)
        except (InvalidSignature, ValueError):
            return False
        hashes = [one["digest"]["sha256"] for one in json.loads(payload)["subject"]]
        return hashlib.sha256(data).hexdigest() in hashes

    def key(self) -> Ed25519PublicKey:
        (listed,) = json.loads((self.keys / "signing" / "trust.json").read_text())["keys"]
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(listed["public"]))


@pytest.fixture
def papers(api: Service, tmp_path: Path, keys: Path) -> Papers:
    item = api.world.approved()
    answer = api.client(api.token()).get(f"{V1}/items/{item}/certificate")
    return Papers(api.world, tmp_path, keys, answer.content)


def _asked(api: Service, papers: Papers, data: bytes, name: str = "通知.txt", **more: str) -> dict[str, Any]:
    """What the interface says, asked by hash and by the file itself: the same."""
    client = api.client(api.token())
    one = {"path": name, "sha256": hashlib.sha256(data).hexdigest()}
    by_hash = client.post(
        f"{V1}/certificates/verify",
        json={"certificate": papers.paper.decode("utf-8", "replace"), "files": [one], **more},
    )  # fmt: skip
    files = [("certificate", ("c.json", papers.paper)), ("file", (name, data))]
    by_file = client.post(f"{V1}/certificates/verify", data=more, files=files)
    told: dict[str, Any] = by_file.json()
    assert by_hash.json() == told
    return told


def test_all_three_agree(api: Service, papers: Papers) -> None:
    told = _asked(api, papers, _DATA)
    assert (told["status"], told["covers"], told["approved"]) == ("valid", True, True)
    assert told["files"][0]["status"] == papers.gate(_DATA) == "approved"
    assert papers.by_hand(_DATA)


def test_one_byte_of_the_file(api: Service, papers: Papers) -> None:
    changed = _DATA.replace("一".encode(), "二".encode())
    told = _asked(api, papers, changed)
    assert told["files"][0]["status"] == papers.gate(changed) == "changed"
    assert not told["approved"] and not papers.by_hand(changed)
    assert _asked(api, papers, changed, "另一个.txt")["files"][0]["status"] == "unapproved"
    assert papers.gate(changed, "另一个.txt") == "unapproved"


@pytest.mark.parametrize("place", [3, 40, 200, -10])
def test_one_byte_of_the_certificate(api: Service, papers: Papers, place: int) -> None:
    changed = bytearray(papers.paper)
    changed[place] ^= 1
    papers.paper = bytes(changed)
    told = _asked(api, papers, _DATA)
    assert told["status"] == "invalid" and told["certificate"] is None
    assert told["files"][0]["status"] == papers.gate(_DATA) == "unapproved"


def test_revoked_and_expired(api: Service, papers: Papers) -> None:
    world = api.world
    if (until := json.loads(base64.b64decode(json.loads(papers.paper)["payload"]))["predicate"]["valid_until"]):
        now = world.clock.now
        world.clock.now = now + timedelta(days=3660)
        assert _asked(api, papers, _DATA)["files"][0]["status"] == papers.gate(_DATA) == "expired", until
        world.clock.now = now
    item = json.loads(base64.b64decode(json.loads(papers.paper)["payload"]))["predicate"]["item"]
    world.office.revoke_certificate(world.who["security_admin"], int(item[5:]), "mistake")
    told = _asked(api, papers, _DATA)
    assert told["status"] == told["files"][0]["status"] == papers.gate(_DATA) == "revoked"
    assert api.client(api.token()).get(f"{V1}/items/{int(item[5:])}/certificate").status_code == 404


@pytest.mark.parametrize("more", [{"scope": "某村"}, {"channel": "报刊"}])
def test_another_scope_or_channel(api: Service, papers: Papers, more: dict[str, str]) -> None:
    told = _asked(api, papers, _DATA, **more)
    assert (told["status"], told["covers"]) == ("valid", False)
    assert told["files"][0]["status"] == papers.gate(_DATA, **more) == "unapproved"


@pytest.mark.parametrize(
    "body",
    [{}, [], {"certificate": 1, "files": []}, {"certificate": "{}", "files": [{}]}, {"certificate": "{}"},
     {"certificate": "{}", "files": [], "more": 1}, {"certificate": "{}", "files": [{"path": "a", "sha256": "A" * 64}]},
     {"certificate": "{}", "files": [], "scope": 1}],
)  # fmt: skip
def test_what_is_no_question(api: Service, body: Any) -> None:
    answer = api.client(api.token()).post(f"{V1}/certificates/verify", json=body)
    assert answer.status_code in (400, 422) and answer.json()["code"] in ("bad-request", "refused")


def test_nobody_s_certificate_is_no_fault() -> None:
    told = verdict.told(Verdict("invalid", "不是"), [Asked("a", "0" * 64)], Wanted("全面", "政府网站"))
    assert told["files"][0]["status"] == "unapproved" and not told["approved"]
