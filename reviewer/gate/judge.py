"""What is in a file and the papers -> its status. Pure: no file is touched, the day is passed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import Literal

from reviewer.gate.baseline import Baseline, Place
from reviewer.gate.look import Hole, Seen, Spot
from reviewer.gate.papers import Covering, Paper, Papers
from reviewer.model import Locator, Severity
from reviewer.review.certificate import PUBLISHABLE, Certificate, Decided, Unread

Fault = Literal["unapproved", "changed", "expired", "revoked", "found", "unread"]
Status = Literal["approved", "unapproved", "changed", "expired", "revoked", "found", "unread"]
CODES: dict[Fault, int] = {
    "unapproved": 20, "changed": 21, "expired": 22, "revoked": 23, "found": 24, "unread": 25,
}  # fmt: skip
"""exit codes: a promise (docs/gate.md); the highest wins"""
TITLES: dict[Status, str] = {
    "approved": "可以发布", "unapproved": "未经批准", "changed": "批准后改动过", "expired": "证书已到期",
    "revoked": "证书已吊销", "found": "有没有决定过的内容", "unread": "有没读到的部分",
}  # fmt: skip
NOWHERE = Locator()
By = Literal["certificate", "asset", "baseline", ""]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a file is not let out: one fault, and for what was found or not read the place.

    id  of an unread part: the id of its gap, as certificates list it
    """

    fault: Fault
    message: str
    rule: str = ""
    severity: Severity | None = None
    part: str = ""
    start: int = 0
    end: int = 0
    inside: str = ""
    """of a file in a container: its path there, masked"""
    id: str = ""
    locator: Locator = NOWHERE
    place: Place | None = None
    """what a baseline would have to name; None for what none can excuse"""


@dataclass(frozen=True, slots=True)
class Judged:
    """A file's status: the fault with the highest code, `also` its others, lowest first.

    path         in the folder, found values masked
    by           what lets it out: its certificate, gate.yml (asset) or the baseline; "" where nothing does
    certificate  the id of the certificate that covers its bytes or its text
    """

    path: str
    status: Status
    also: tuple[Fault, ...] = ()
    sha256: str = ""
    by: By = ""
    certificate: str = ""
    reasons: tuple[Reason, ...] = ()

    @property
    def code(self) -> int:
        return 0 if self.status == "approved" else CODES[self.status]


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges the files of one folder.

    titles  rule -> its Chinese title
    """

    papers: Papers
    scope: str
    channel: str
    today: date
    baseline: Baseline
    titles: dict[str, str]

    def judged(self, seen: Seen, *, is_asset: bool = False) -> Judged:
        """The status of one file. `is_asset`: gate.yml says that it needs no certificate."""
        covering, by_text = self.papers.of_bytes(seen.sha256), False
        if not any(self._counts(paper) for paper, _ in covering):
            of_text = self.papers.of_text(seen.text_sha256)
            by_text = any(self._counts(paper) for paper, _ in of_text)
            covering = of_text if by_text else [*covering, *of_text]
        good = [one for one in covering if self._counts(one[0])]
        listed = _Listed(good, by_text, seen)
        reasons = [*self._found(seen, listed), *self._unread(seen, listed)]
        by: By = "certificate" if good else ""
        if not good:
            lacking = self._lacking(seen, covering)
            if is_asset and all(one.fault == "unapproved" for one in lacking):
                lacking, by = [], "asset"
            reasons += lacking
        left = [one for one in reasons if one.place is None or not self.baseline.excuses(one.place, self.today)]
        if not by and not any(one.fault not in ("found", "unread") for one in left):
            by = "baseline"
        return _judged(seen, left, by, listed.id)

    def folder(self, shown: str, rules: Iterable[str]) -> Judged:
        """A folder in whose name something was found. Nothing but another name helps it."""
        reasons = [Reason("found", f"文件夹名称中有{self._title(rule)}，请改名") for rule in rules]
        return _judged(Seen(shown, shown), reasons, "", "")

    def _counts(self, paper: Paper) -> bool:
        return paper.counts(self.scope, self.channel)

    def _lacking(self, seen: Seen, covering: Sequence[Covering]) -> list[Reason]:
        """Why the file has no certificate that counts."""
        reasons = []
        for status in ("revoked", "expired"):
            for paper, _ in covering:
                if paper.verdict.status == status:
                    reasons.append(Reason(status, _without_end(paper.verdict.message)))
                    break
        for paper, subject in self.papers.of_path(seen.path):
            if self._counts(paper) and subject.sha256 != seen.sha256:
                item = paper.verdict.certificate.item if paper.verdict.certificate is not None else ""
                reasons.append(Reason("changed", f"和批准的文件不同（事项 {item}）：批准之后改动过"))
                break
        if not reasons:
            # Where there is a certificate, and it is not for this, a baseline changes nothing.
            excused = Place(seen.sha256, "unapproved") if seen.sha256 and not covering else None
            reasons.append(Reason("unapproved", self._why_unapproved(seen, covering), place=excused))
        return reasons

    def _why_unapproved(self, seen: Seen, covering: Sequence[Covering]) -> str:
        for paper, _ in covering:
            one = paper.verdict.certificate
            if one is not None and paper.verdict.status == "not-yet":
                return _without_end(paper.verdict.message)
            if one is not None and paper.verdict.status == "valid":
                return self._why_not_covered(one)
        if not self.papers.papers:
            return "没有发布证书"
        if any(map(self._counts, self.papers.of_name(PurePosixPath(seen.path).name))):
            return "没有证书批准这些内容；有一份证书批准了同名的文件，但内容不同"
        return "没有证书批准这些内容"

    def _why_not_covered(self, one: Certificate) -> str:
        if one.outcome not in PUBLISHABLE:
            return f"事项 {one.item} 的审查结论不是公开"
        if one.scope != self.scope:
            return f"证书的公开范围是“{one.scope}”，不是“{self.scope}”"
        return f"证书的公开方式是“{'、'.join(one.channel)}”，不含“{self.channel}”"

    def _found(self, seen: Seen, listed: _Listed) -> list[Reason]:
        reasons = []
        for spot in seen.spots:
            if not listed.has(spot):
                one = spot.decided
                message = f"{self._title(one.rule)}（{spot.where}）"
                reasons.append(Reason(
                    "found", message, one.rule, spot.severity, one.part, one.start, one.end,
                    _inside(one.path, seen), "", spot.locator,
                    None if _is_secret(spot) else
                    _place(seen, "found", spot.member, one.rule, one.part, one.start, one.end),
                ))  # fmt: skip
        return reasons

    def _unread(self, seen: Seen, listed: _Listed) -> list[Reason]:
        reasons = []
        for hole in seen.holes:
            if not listed.tells(hole):
                one = hole.unread
                message = f"{_UNREAD.get(one.reason, '没有读到')}（{hole.where}）"
                reasons.append(Reason(
                    "unread", message, one.reason, None, one.part, 0, 0, _inside(one.path, seen), one.id, hole.locator,
                    _place(seen, "unread", hole.member, one.id or one.reason, one.part),
                ))  # fmt: skip
        return reasons

    def _title(self, rule: str) -> str:
        return self.titles.get(rule, rule)


_UNREAD = {
    "picture": "图片里的文字没有读", "scanned-page": "扫描的页面没有读", "encrypted": "有密码，没有读",
    "unknown-format": "不认识的类型，没有读", "broken": "文件已损坏，没有读", "too-big": "太大，没有读",
    "too-deep": "嵌套太深，没有读", "timeout": "超时，没有读完", "crashed": "读取时进程中止，没有读完",
    "failed": "程序出错，没有读完", "no-converter": "没有安装 LibreOffice，没有读", "media": "音视频没有读",
    "macro": "宏没有读", "unsafe-name": "压缩包里的名称指向外面，没有读", "not-found": "找不到文件",
    "unreadable": "打不开", "link": "符号链接指向文件夹之外、指向文件夹或者已失效，没有读",
    "special": "不是普通文件，没有读", "closed": "文件夹打不开，没有读", "interrupted": "检查被中断，没有读",
    "undecodable": "有无法解码的字节", "unparsed": "网页源码不完整，没有读完", "unsupported": "有不支持的内容没有读",
}  # fmt: skip
"""why something was not read, in few words: the reader's own words may hold names"""


_Key = tuple[str, str, tuple[int, int] | None]
"""rule, part, place in the approved text"""


class _Listed:
    """What the certificate of a file lists: of those that cover it, the one that leaves least."""

    def __init__(self, good: Sequence[Covering], by_text: bool, seen: Seen) -> None:
        self._by_text = by_text
        self._name = PurePosixPath(seen.path).name
        self._path = seen.path
        self.id = ""
        best = -1
        for paper, subject in good:
            one = paper.verdict.certificate
            assert one is not None
            decided, gaps = _of(one, subject.path)
            if by_text:
                keys: set[_Key] = {(found.rule, found.part, found.text) for found in decided}
                left = sum(not self._has_text(spot, keys) for spot in seen.spots)
            else:
                left = sum(self._key(spot.decided, subject.path) not in decided for spot in seen.spots)
                keys = set()
            if best < 0 or left < best:
                best, self.id = left, paper.verdict.id
                self._decided, self._gaps, self._keys, self._subject = decided, gaps, keys, subject.path

    def has(self, spot: Spot) -> bool:
        """Whether the finding was decided."""
        if not self.id:
            return False
        if self._by_text:
            return self._has_text(spot, self._keys)
        return self._key(spot.decided, self._subject) in self._decided

    def tells(self, hole: Hole) -> bool:
        """Whether somebody has looked at this unread part."""
        if not self.id or self._by_text:
            return False
        one = hole.unread
        return Unread(self._subject + one.path.removeprefix(self._path), one.id, one.part, one.reason) in self._gaps

    def _key(self, one: Decided, subject: str) -> Decided | None:
        """The finding as a certificate would list it; None for a name that was not the approved one."""
        if one.part == "filename" and one.path == self._path and PurePosixPath(subject).name != self._name:
            return None
        return Decided(subject + one.path.removeprefix(self._path), one.rule, one.part, one.start, one.end)

    def _has_text(self, spot: Spot, keys: set[_Key]) -> bool:
        one = spot.decided
        if one.text is not None:
            return (one.rule, one.part, one.text) in keys
        return any((one.rule, "body", within) in keys for within in spot.repeats)


def _of(one: Certificate, path: str) -> tuple[set[Decided], set[Unread]]:
    """What a certificate lists of one of its files and of the files in that."""
    mine = [found for found in one.decided if _is_of(found.path, path)]
    decided = {Decided(found.path, found.rule, found.part, found.start, found.end) for found in mine}
    decided |= {found for found in mine if found.text is not None}
    return decided, {gap for gap in one.gaps if _is_of(gap.path, path)}


def _is_of(inner: str, path: str) -> bool:
    return inner == path or inner.startswith(path + "!")


def _place(seen: Seen, fault: Literal["found", "unread"], member: int, rule: str, part: str, start: int = 0,
           end: int = 0) -> Place | None:  # fmt: skip
    return Place(seen.sha256, fault, member, rule, part, start, end) if seen.sha256 else None


def _is_secret(spot: Spot) -> bool:
    """Whether it is a mark of secrecy, or secret data of surveying: nobody answers for these by a baseline."""
    return spot.severity == "block" and spot.entity in ("CLASSIFICATION", "MAP_SECRET")


def _inside(path: str, seen: Seen) -> str:
    """Which file in a container, without its names: they may be persons'."""
    return "压缩包、邮件里的文件" if path != seen.path else ""


def _judged(seen: Seen, reasons: Sequence[Reason], by: By, certificate: str) -> Judged:
    faults = sorted({one.fault for one in reasons}, key=lambda fault: CODES[fault])
    ordered = tuple(sorted(reasons, key=lambda one: -CODES[one.fault]))
    status: Status = faults[-1] if faults else "approved"
    return Judged(seen.shown, status, tuple(faults[:-1]), seen.sha256, by, certificate, ordered)


def _without_end(message: str) -> str:
    return message.rstrip("。")
