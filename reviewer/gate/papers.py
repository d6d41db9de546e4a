"""Certificates, trusted keys and the list of revocations: read once, and never from the folder that is published.

Whatever is missing, broken or lies in that folder is treated as not there, and said: then files are unapproved, or
their certificates count as revoked. It is never a way through.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from reviewer.errors import SigningError, UsageError, reason
from reviewer.gate.folder import leads_through
from reviewer.review.certificate import Subject, Verdict, verify
from reviewer.review.revocation import Revocations, revocations_of
from reviewer.review.signing import Trust
from reviewer.scanning import readable

_LARGEST = 64 * 1024 * 1024
_SUFFIX = ".json"


@dataclass(frozen=True, slots=True)
class Paper:
    """A certificate: the name of its file, and what is to be thought of it today."""

    file: str
    verdict: Verdict

    def counts(self, scope: str, channel: str) -> bool:
        """Whether it lets its files out today, to this scope and by this channel."""
        one = self.verdict.certificate
        return self.verdict.status == "valid" and one is not None and one.covers(scope, channel)


Covering = tuple[Paper, Subject]


@dataclass(frozen=True, slots=True)
class Papers:
    """All that was given. `notes` say what of it could not be used, for the person who runs the gate."""

    papers: tuple[Paper, ...] = ()
    revocations: Revocations | None = None
    keys: int = 0
    notes: tuple[str, ...] = ()
    _by_hash: dict[str, list[Covering]] = field(init=False, repr=False, compare=False)
    _by_path: dict[str, list[Covering]] = field(init=False, repr=False, compare=False)
    _by_name: dict[str, list[Paper]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_hash, by_path, by_name = defaultdict(list), defaultdict(list), defaultdict(list)
        for paper in self.papers:
            for subject in paper.verdict.certificate.subjects if paper.verdict.certificate is not None else ():
                if paper.verdict.status != "invalid":
                    by_hash[subject.sha256].append((paper, subject))
                    if subject.text_sha256:
                        by_hash[f"text:{subject.text_sha256}"].append((paper, subject))
                    by_path[subject.path].append((paper, subject))
                    by_name[subject.path.rpartition("/")[2]].append(paper)
        object.__setattr__(self, "_by_hash", dict(by_hash))
        object.__setattr__(self, "_by_path", dict(by_path))
        object.__setattr__(self, "_by_name", dict(by_name))

    def of_bytes(self, sha256: str) -> list[Covering]:
        """The certificates of a file of these bytes, whether they count or not."""
        return self._by_hash.get(sha256, []) if sha256 else []

    def of_text(self, text_sha256: str) -> list[Covering]:
        """The same, of a page with this approved text."""
        return self._by_hash.get(f"text:{text_sha256}", []) if text_sha256 else []

    def of_path(self, path: str) -> list[Covering]:
        """The certificates that name this path."""
        return self._by_path.get(path, [])

    def of_name(self, name: str) -> list[Paper]:
        """The certificates of files of this name, in whatever folder."""
        return self._by_name.get(name, [])


def read_papers(
    root: Path, certificates: Path | None, trust: Path | None, revoked: Path | None, today: date
) -> Papers:
    """What the three inputs hold. `root` is the folder that is published: none of them is read from it."""
    reading = _Reading(os.path.realpath(root))
    keys = reading.trust(trust)
    listed = reading.revocations(revoked, keys)
    found: dict[str, Paper] = {}
    for name, data in reading.certificates(certificates):
        verdict = verify(data, keys, listed, today)
        paper = Paper(name, verdict)
        # One certificate in two files is one.
        found.setdefault(verdict.id or name, paper)
    if found and trust is None:
        reading.notes.append("没有给出受信任的公钥（--trust），所有证书都不能采信。")
    if found and listed is not None and not listed.is_fresh(today):
        reading.notes.append(f"吊销名单已过期（有效到 {listed.fresh_until}），所有证书按已吊销处理。请换上最新的名单。")
    elif found and listed is None and revoked is None:
        reading.notes.append("没有给出吊销名单（--revoked），所有证书按已吊销处理。")
    return Papers(tuple(found.values()), listed, len(keys.keys), tuple(reading.notes))


def outside(path: Path, root: Path, title: str) -> Path:
    """The path, where it does not lie in the folder that is published. Raises UsageError where it does."""
    if leads_through(path, os.path.realpath(root)):
        raise UsageError(f"{title} {path} 在要发布的文件夹里（或者经过那里的链接）。请放到文件夹之外。")
    return path


@dataclass(slots=True)
class _Reading:
    root: str
    notes: list[str] = field(default_factory=list)

    def trust(self, path: Path | None) -> Trust:
        data = self._bytes(path, "受信任的公钥（--trust）") if path is not None else None
        if data is None:
            return Trust()
        try:
            return Trust.of(data)
        except SigningError as fault:
            self.notes.append(f"{fault.message}没有受信任的公钥，所有证书都不能采信。")
            return Trust()

    def revocations(self, path: Path | None, trust: Trust) -> Revocations | None:
        data = self._bytes(path, "吊销名单（--revoked）") if path is not None else None
        if data is None:
            return None
        try:
            return revocations_of(data, trust)
        except SigningError as fault:
            self.notes.append(f"{fault.message}所有证书按已吊销处理。")
            return None

    def certificates(self, path: Path | None) -> Iterator[tuple[str, bytes]]:
        """(name of the file, its bytes) of each certificate."""
        if path is None:
            return
        if self._is_refused(path, "证书（--certificates）"):
            return
        if path.is_file():
            data = self._bytes(path, "证书")
            yield from [(readable(path.name), data)] if data is not None else []
            return
        if not path.is_dir():
            self.notes.append(f"找不到证书文件夹 {readable(str(path))}，按没有证书处理。")
            return
        for folder, inner, names in os.walk(path):
            # Certificates may lie beside the folder that is published, never in it.
            inner[:] = sorted(name for name in inner if os.path.realpath(os.path.join(folder, name)) != self.root)
            for name in sorted(names):
                file = Path(folder, name)
                if name.lower().endswith(_SUFFIX) and (data := self._bytes(file, "证书")) is not None:
                    yield readable(file.relative_to(path).as_posix()), data

    def _bytes(self, path: Path, title: str) -> bytes | None:
        if self._is_refused(path, title):
            return None
        try:
            handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
            with os.fdopen(handle, "rb") as stream:
                data = stream.read(_LARGEST + 1)
        except OSError as fault:
            self.notes.append(f"读不了{title} {readable(str(path))}：{reason(fault)}。按没有处理。")
            return None
        if len(data) > _LARGEST:
            self.notes.append(f"{title} {readable(str(path))} 太大，没有读。")
            return None
        return data

    def _is_refused(self, path: Path, title: str) -> bool:
        if leads_through(path, self.root):
            where = "在要发布的文件夹里（或者经过那里的链接）"
            self.notes.append(f"{title} {readable(str(path))} {where}，没有读。请放到外面。")
            return True
        return False
