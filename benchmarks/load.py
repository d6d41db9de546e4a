"""Many reviewers at once at one workbench: errors, and how long page views and decisions take.

    python benchmarks/load.py [--reviewers 50] [--items 2] [--rows 20] [--think 2] [--database postgresql://…]

An office is made in a folder that is removed afterwards (or in an empty PostgreSQL database), with as many reviewers of
the first step as asked for and --items items for each. `reviewer serve` runs as a process of its own; each reviewer is a
thread with a browser's cookies: inbox, item, review page, its text and its findings; decides each finding, one after
the other, and signs the step. Between two clicks he waits --think seconds on average (0: as fast as it goes).
Times are the clock's, from the request to the last byte: on a busy machine they say nothing. Sessions are made
beforehand: signing in costs argon2's 64 MB on purpose and happens once a day.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from measure import table

from reviewer.casework import accounts
from reviewer.casework.intake import Upload
from reviewer.casework.office import Office
from reviewer.casework.permissions import Who
from reviewer.casework.site import Places, open_office
from reviewer.keys import new
from reviewer.review.item import Item
from reviewer.store import database, schema

_REVISION = re.compile(r'id="revision" name="revision" value="([0-9]+)"')
_NAMES = ("张建国", "李秀英", "王建军", "刘桂兰", "陈志强", "杨玉梅", "赵国庆", "黄丽华")
_STARTED_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Work:
    """What one reviewer has to do: his cookie, the token of his forms, and items with their file and findings."""

    cookie: str
    csrf: str
    items: tuple[tuple[int, int, tuple[tuple[int, str], ...]], ...]


@dataclass(slots=True)
class Tally:
    """Seconds by kind of request, and what went wrong. One for all threads."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    faults: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, kind: str, seconds: float, fault: str) -> None:
        with self._lock:
            self.seconds.setdefault(kind, []).append(seconds)
            if fault:
                self.faults[f"{kind} {fault}"] += 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--reviewers", type=int, default=50)
    parser.add_argument("--items", type=int, default=2, help="for each reviewer")
    parser.add_argument("--rows", type=int, default=20, help="rows of the list that each item is")
    parser.add_argument("--think", type=float, default=2.0, help="seconds between two clicks, on average")
    parser.add_argument("--database", help="postgresql://… of an empty database; SQLite where it is left out")
    parser.add_argument("--seed", type=int, default=2026)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        places = Places(folder / "data", options.database, folder / "site.key", folder / "signing")
        new(folder / "site.key")
        office = open_office(places, os.environ)
        works = _prepare(office, options.reviewers, options.items, options.rows)
        print(f"{len(works)} reviewers, {len(works) * options.items} items", file=sys.stderr, flush=True)
        office.store.close()
        with _served(places, folder) as address:
            tally, wall = _run(address, works, options.think, options.seed)
        _check(open_office(places, os.environ), works, tally)
    _tell(tally, wall, options)
    return 1 if tally.faults else 0


# --- the office ------------------------------------------------------------------------------------


def _prepare(office: Office, reviewers: int, items: int, rows: int) -> list[Work]:
    system, security, _ = map(Who, office.found([("sysadmin", "系统甲"), ("security", "安全乙"), ("auditor", "审计丙")]))
    unit = office.add_unit(system, "某局")

    def person(login: str, role: str) -> Who:
        who = Who(office.add_user(system, login, login, unit))
        asked = office.ask_grant(system, who.user, role, unit)  # type: ignore[arg-type]
        office.answer_grant(security, asked, confirm=True)
        return who

    drafter = person("drafter", "drafter")
    people = [person(f"first{number}", "first") for number in range(reviewers)]
    made = [[_item(office, drafter, people[0], unit, rows, number * items + k) for k in range(items)]
            for number in range(reviewers)]  # fmt: skip
    return [_work(office, who, own) for who, own in zip(people, made, strict=True)]


def _item(
    office: Office, drafter: Who, reader: Who, unit: int, rows: int, number: int
) -> tuple[int, int, tuple[tuple[int, str], ...]]:
    """(item, file, findings that are to be decided, with their group) of a list of persons, handed in."""
    lines = [f"{_NAMES[(number + k) % len(_NAMES)]}，领取补贴 {100 + k} 元，手机1380013{k % 10000:04d}。\n" for k in range(rows)]
    item = office.create_item(drafter, unit, Item(f"第 {number} 批补贴发放公示"))
    text = "补贴发放公示\n" + "".join(lines)
    added = office.add_version(drafter, item, 1, [Upload(f"公示{number}.txt", text.encode())])
    office.submit(drafter, item, added.revision)
    found = [one for one in office.findings(reader, item) if one.due]
    return item, found[0].file, tuple((one.id, one.group) for one in found)


def _work(office: Office, who: Who, items: list[tuple[int, int, tuple[tuple[int, str], ...]]]) -> Work:
    subject = f"load {who.user}"
    with office.store.write() as connection:
        database.change(connection, schema.users, who.user, subject=subject)
    token = accounts.sign_in_as(office, subject, "127.0.0.1").token
    session = accounts.session(office, token)
    assert session is not None
    return Work(token, session.csrf, tuple(items))


@contextmanager
def _served(places: Places, folder: Path) -> Iterator[str]:
    """The address of the workbench in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "reviewer", "serve", "--port", str(port), "--data", str(places.data), "--key-file",
        str(places.key), "--signing-dir", str(places.signing),
        *(["--database", places.database] if places.database else []),
    ]  # fmt: skip
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, process, folder / "log")
        yield address
    finally:
        process.terminate()
        process.wait(30)


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _STARTED_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(f"{address}/health", timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.2)
    raise SystemExit(f"the workbench did not start:\n{log.read_text(errors='replace')[-2000:]}")


# --- the reviewers ---------------------------------------------------------------------------------


def _run(address: str, works: list[Work], think: float, seed: int) -> tuple[Tally, float]:
    tally, start = Tally(), threading.Barrier(len(works) + 1)
    threads = [
        threading.Thread(target=_Reviewer(address, work, think, random.Random(seed + k), tally).work, args=(start,))
        for k, work in enumerate(works)
    ]
    for one in threads:
        one.start()
    start.wait()
    began = time.monotonic()
    for one in threads:
        one.join()
    return tally, time.monotonic() - began


@dataclass(slots=True)
class _Reviewer:
    """One person at his browser."""

    address: str
    mine: Work
    think: float
    dice: random.Random
    tally: Tally

    def work(self, start: threading.Barrier) -> None:
        with httpx.Client(base_url=self.address, cookies={"wb": self.mine.cookie}, timeout=60) as client:
            start.wait()
            for item, file, findings in self.mine.items:
                try:
                    self._review(client, item, file, findings)
                except _Stopped:
                    return

    def _review(self, client: httpx.Client, item: int, file: int, findings: tuple[tuple[int, str], ...]) -> None:
        at = f"/items/{item}/files/{file}/0"
        for path in ("/inbox", f"/items/{item}"):
            self._ask(client, "GET", path, "页面")
        page = self._ask(client, "GET", f"/items/{item}/review", "审查页")
        for path in (f"{at}/text?unit=0", f"{at}/groups?offset=0"):
            self._ask(client, "GET", path, "页面")
        revision = _REVISION.search(page)
        for finding, group in findings:
            form = {"revision": revision[1] if revision else "", "finding": str(finding), "kind": "lawful",
                    "reason": "按规定公示的内容", "group": group}  # fmt: skip
            revision = _REVISION.search(self._ask(client, "POST", f"{at}/decide", "决定", form)) or revision
        form = {"revision": revision[1] if revision else "", "outcome": "open", "reason": "同意"}
        self._ask(client, "POST", f"/items/{item}/act/approve", "签署", form)

    def _ask(self, client: httpx.Client, method: str, path: str, kind: str, form: dict[str, str] | None = None) -> str:
        """The answer's text. What is no success is a fault, and ends this reviewer's work."""
        if self.think:
            time.sleep(self.dice.uniform(0, 2 * self.think))
        data = {**form, "csrf": self.mine.csrf} if form is not None else None
        began = time.monotonic()
        try:
            answer = client.request(method, path, data=data, headers={"HX-Request": "true"} if data else {})
            fault = "" if answer.status_code in (200, 204, 303) else str(answer.status_code)
        except httpx.HTTPError as error:
            answer, fault = None, type(error).__name__
        self.tally.add(kind, time.monotonic() - began, fault)
        if fault or answer is None:
            raise _Stopped
        return answer.text


class _Stopped(Exception):
    """A request failed."""


# --- what came of it -------------------------------------------------------------------------------


def _check(office: Office, works: list[Work], tally: Tally) -> None:
    """Each item went on to the second step, with every finding decided, and the ledger is whole."""
    reader = Who(0, "system")
    with office.store.read() as connection:
        states = Counter(row.role for row in connection.execute(schema.items.select()))
        decided = connection.execute(
            schema.findings.select().where(schema.findings.c.due, schema.findings.c.decision_id.is_(None))
        ).all()
    wanted = sum(len(work.items) for work in works)
    if states != Counter(second=wanted):
        tally.faults["items that are not in the second step"] += wanted - states["second"]
    if decided:
        tally.faults["findings that are not decided"] += len(decided)
    if not office.verify_ledger(who=reader).whole:
        tally.faults["the ledger is not whole"] += 1
    office.store.close()


def _tell(tally: Tally, wall: float, options: argparse.Namespace) -> None:
    kind = "PostgreSQL" if options.database else "SQLite"
    total = sum(map(len, tally.seconds.values()))
    print(f"{kind}：{options.reviewers} 人同时，{total} 次请求，{wall:.0f} 秒，每秒 {total / wall:.1f} 次；"
          f"出错 {sum(tally.faults.values())}")  # fmt: skip
    rows = [("请求", "次数", "p50 毫秒", "p95 毫秒", "最长")]
    for name, seconds in sorted(tally.seconds.items()):
        cuts = statistics.quantiles(seconds, n=20, method="inclusive") if len(seconds) > 1 else seconds * 19
        rows.append((name, str(len(seconds)), *(f"{1000 * one:.0f}" for one in (cuts[9], cuts[18], max(seconds)))))
    print(table(rows))
    for fault, count in tally.faults.most_common():
        print(f"{fault}: {count}")


if __name__ == "__main__":
    sys.exit(main())
