"""A made-up site before the gate: a folder, certificates for files in it, keys and a list of revocations."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from reviewer.gate.baseline import Baseline
from reviewer.gate.config import Config
from reviewer.gate.judge import Judge, Judged
from reviewer.gate.look import Look
from reviewer.gate.papers import Papers, read_papers
from reviewer.gate.run import Gate, Outcome
from reviewer.review import certificate, revocation
from reviewer.review.certificate import Certificate, Step, Subject
from reviewer.review.content import Content, content_of
from reviewer.review.page_text import page_text
from reviewer.review.revocation import Revocations
from reviewer.review.signing import SigningKey, Trust, key_of_pem, trusted
from reviewer.settings import Limits
from tests.scanner import TODAY, scanner

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ID_NUMBER = "110101190003070037"
MOBILE = "13800138000"
PLAIN = "关于春季植树的通知\n各村：请于三月十二日前完成植树。\n"
TELLING = f"关于发放补贴的通知\n领取人身份证号：{ID_NUMBER}，手机：{MOBILE}。\n"
ARTICLE = "<html><head><meta charset='utf-8'></head><body><h1>补贴公示</h1><p>身份证号：{}</p></body></html>"
TEMPLATE = """<html><head><meta charset="utf-8"><title>{title}</title></head><body><div class="nav">首页</div>
<div id="zoom"> <h1>补贴
公示</h1>  <p><span>身份证号：</span>{body}</p></div><div class="foot">{foot}</div></body></html>"""


def key(seed: int = 1) -> SigningKey:
    """A key that is the same in every run."""
    body = bytes.fromhex("302e020100300506032b657004220420") + bytes([seed]) * 32
    words = b"PRIVATE KEY"
    return key_of_pem(b"-----BEGIN %b-----\n%b\n-----END %b-----\n" % (words, base64.b64encode(body), words))


TRUST = Trust().with_key(trusted(key(), NOW - 9 * DAY))


@dataclass(frozen=True, slots=True)
class Site:
    """A folder `public` and beside it `certs`, `trust.json` and `revoked.json`."""

    home: Path

    @property
    def root(self) -> Path:
        return self.home / "public"

    @property
    def options(self) -> list[str]:
        """What the command is called with."""
        names = (("--certificates", "certs"), ("--trust", "trust.json"), ("--revoked", "revoked.json"))
        return [str(self.root), *(word for name, file in names for word in (name, str(self.home / file)))]

    def write(self, name: str, data: str | bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    def certify(self, *names: str, content: Content | None = None, signer: SigningKey | None = None,
                **changes: Any) -> bytes:  # fmt: skip
        """A certificate for files as they are now, with all that a scan finds in them decided."""
        subjects, found = [], []
        for name in names:
            data = (self.root / name).read_bytes()
            page = page_text(data, name, Limits()) if name.endswith(".html") else None
            text = page.sha256 if page is not None else ""
            subjects.append(Subject(name, hashlib.sha256(data).hexdigest(), text))
            found.append(content_of(scanner().in_bytes(data, name), name, page))
        one = Certificate(
            item="2026-000012", outcome="open", scope="全面", channel=("政府网站",), valid_from=TODAY - DAY,
            valid_until=TODAY + 30 * DAY, issued_at=NOW - DAY, steps=(Step("终审", "王一", NOW - DAY),),
            rules=("packaged", "0.1.0"), subjects=tuple(subjects),
            decided=tuple(one for each in found for one in each.decided) if content is None else content.decided,
            gaps=tuple(one for each in found for one in each.gaps) if content is None else content.gaps,
        )  # fmt: skip
        paper = certificate.issue(replace(one, **changes), signer or key())
        folder = self.home / "certs"
        (folder / f"{len(list(folder.iterdir())):04d}.json").write_bytes(paper)
        return paper

    def papers(self, *left_out: str) -> Papers:
        """What the gate reads of the papers, without some of them."""
        names = {"certificates": "certs", "trust": "trust.json", "revoked": "revoked.json"}
        given = {name: None if name in left_out else self.home / file for name, file in names.items()}
        return read_papers(self.root, today=TODAY, **given)

    def judged(self, name: str, config: Config | None = None, baseline: Baseline | None = None, *,
               papers: Papers | None = None, scope: str = "全面", channel: str = "政府网站") -> Judged:  # fmt: skip
        """The status of one file, worked out in this process."""
        config = config or Config()
        (seen,) = Look([scanner()], config, self.root).results(self.root / name, name)
        judge = Judge(papers or self.papers(), scope, channel, TODAY, baseline or Baseline(), {})
        return judge.judged(seen, is_asset=config.is_asset(name))

    def run(self, config: Config | None = None, baseline: Baseline | None = None, jobs: int = 1) -> Outcome:
        """The whole gate, in processes of its own."""
        gate = Gate(self.root, self.papers(), [scanner()], "全面", "政府网站", config or Config(), baseline or Baseline(),
                    jobs)  # fmt: skip
        return gate.run(gate.files(), "")


def site(home: Path, revocations: Revocations | None = None, trust: Trust = TRUST) -> Site:
    """An empty folder with the papers beside it."""
    made = Site(home)
    made.root.mkdir()
    (home / "certs").mkdir()
    (home / "trust.json").write_bytes(trust.to_bytes())
    listed = revocations or revocation.first(NOW)
    (home / "revoked.json").write_bytes(revocation.sign(listed, key()))
    return made


def statuses(outcome: Outcome) -> dict[str, str]:
    return {one.path: one.status for one in outcome.files}


def faults(judged: Judged) -> Sequence[str]:
    """The status and the other faults."""
    return (judged.status, *judged.also)
