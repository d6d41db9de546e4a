"""The engine on a cluster: what it gives is what this machine alone gives, whatever is killed or full."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import dask
import psutil
import pytest

from reviewer.errors import DiskFull, KeyMismatch, UsageError, WorkerError
from reviewer.keys import Key
from reviewer.linkage.join import joins
from reviewer.readers import ocr
from reviewer.rescan import cluster as clusters_module
from reviewer.rescan.cluster import Cluster, kept, security, write_token
from reviewer.rescan.engine import Local, Seen
from reviewer.rescan.examine import Context
from reviewer.rescan.model import Entry
from reviewer.rescan.outpost import Outpost, order
from reviewer.rescan.parcels import Marks, Shelf, parcel, task_name, write
from reviewer.rescan.state import State
from reviewer.settings import Settings
from reviewer.workers import CAN_FORK

from .clusters import Processes, certificate
from .plain_look import POISON, Plain
from .test_index import MEASURE, begun, put, site

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="Linux only")
KEY = Key(bytes(range(32)))
PLAIN = Plain(Settings(today=date(2026, 11, 22)), KEY)
DOCUMENTS = 60
SEES_OCR = ocr.is_installed
"""before a fixture says that it is not: the processes of the cluster see what is there, and so must this one"""


@pytest.fixture(autouse=True)
def _as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "is_installed", SEES_OCR)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    folder = tmp_path_factory.mktemp("cluster")
    told = certificate(folder)
    (folder / "site.key").write_text(bytes(range(32)).hex() + "\n")
    (folder / "site.key").chmod(0o600)
    names = ("ca-file", "client.cert", "client.key")
    files = (folder / "cert.pem", folder / "cert.pem", folder / "key.pem")
    settings = {f"distributed.comm.tls.{name}": str(file) for name, file in zip(names, files, strict=True)}
    made = Processes(folder, {**told, "REVIEWER_KEY_FILE": str(folder / "site.key")})
    with dask.config.set(settings):
        yield made
    made.stop()


@pytest.fixture
def entries(tmp_path: Path) -> list[Entry]:
    folder = tmp_path / "site"
    folder.mkdir()
    for number in range(DOCUMENTS):
        (folder / f"{number:02}.txt").write_bytes(b"x" * number)
    return [Entry(path.name, str(path), size=path.stat().st_size) for path in sorted(folder.iterdir())]


def tasks(entries: list[Entry], size: int = 3) -> Iterator[tuple[Entry, ...]]:
    return (tuple(entries[start : start + size]) for start in range(0, len(entries), size))


def told(engine: Cluster | Local, entries: list[Entry], context: Context = PLAIN) -> list[Seen]:
    return in_order(one for some in engine.run(tasks(entries), context) for one in some)


def in_order(seen: Iterable[Seen]) -> list[Seen]:
    return sorted(seen, key=lambda one: one[0].path)


def workers_of(made: Processes) -> list[int]:
    """The processes of the workers, not of their nannies."""
    every = [child for one in made.workers for child in psutil.Process(one.pid).children()]
    return [one.pid for one in every if any("spawn_main" in word for word in one.cmdline())]


def room(made: Processes, size: int) -> None:
    """So many bytes may each file have that a worker writes."""
    for worker in workers_of(made):
        resource.prlimit(worker, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def test_killed_workers_and_a_restarted_scheduler_change_nothing(
    cluster: Processes, entries: list[Entry], tmp_path: Path
) -> None:
    engine = Cluster(tmp_path / "results", cluster.address, sends_key=False)
    seen: list[Seen] = []
    for count, some in enumerate(engine.run(tasks(entries), PLAIN)):
        seen += some
        if count == 1:
            os.kill(workers_of(cluster)[0], signal.SIGKILL)
        if count == 6:
            cluster.stop()
            cluster.start()
    assert in_order(seen) == told(Local(2), entries)
    assert len(Shelf(engine.folder, Marks(KEY, clusters_module._identity(PLAIN)))) == DOCUMENTS
    engine.settle()
    assert not list(engine.folder.glob("*.parquet"))


def test_a_document_that_kills_workers_is_named_and_the_others_are_read(
    cluster: Processes, entries: list[Entry], tmp_path: Path
) -> None:
    expected = told(Local(2), entries)
    Path(entries[7].where).write_bytes(POISON)
    found = told(Cluster(tmp_path / "results", cluster.address), entries)
    (named,) = (seen for entry, (seen,) in found if entry == entries[7])
    assert named.problem.startswith("这个文件让审查进程一再中止")
    assert [one for one in found if one[0] != entries[7]] == [one for one in expected if one[0] != entries[7]]


def test_a_full_disk_ends_the_run_and_the_next_one_goes_on(
    cluster: Processes, entries: list[Entry], tmp_path: Path
) -> None:
    engine = Cluster(tmp_path / "results", cluster.address)
    seen: list[Seen] = []
    with pytest.raises(DiskFull, match="已经审查的没有丢。请腾出空间后再运行一次"):
        for some in engine.run(tasks(entries), PLAIN):
            seen += some
            # The kernel says EFBIG where it would say ENOSPC; Python ignores the signal.
            room(cluster, 10)
    room(cluster, resource.RLIM_INFINITY)
    assert 0 < len(seen) < DOCUMENTS
    assert not list(engine.folder.glob(".*.part"))
    before = {path.name for path in engine.folder.glob("*.parquet")}
    assert told(Cluster(engine.folder, cluster.address), entries) == told(Local(2), entries)
    # What was there was not done again.
    assert before <= {path.name for path in engine.folder.glob("*.parquet")}
    assert len({path.name for path in engine.folder.glob("*.parquet")}) == len(list(tasks(entries)))


def test_joins_over_parquet_are_those_of_everything_at_once(
    cluster: Processes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clusters_module, "_FEW", 1)
    monkeypatch.setattr("reviewer.store.index._BUCKETS", 60)
    given = site(5_000, 60, 9)
    state = State.open(tmp_path / "state", KEY)
    put(state, begun(state), given)
    engine = Cluster(tmp_path / "results", cluster.address)
    found = state.index.joins(MEASURE, run=engine.join(PLAIN))
    state.close()
    assert found == joins(given, MEASURE) and len(found) > 20
    assert not list(engine.folder.glob("*.parquet"))


def test_all_that_is_there_already_needs_no_cluster(entries: list[Entry], tmp_path: Path) -> None:
    marks = Marks(KEY, clusters_module._identity(PLAIN))
    shelf = Shelf(tmp_path / "results", marks)
    expected = told(Local(2), entries)
    for start in range(0, DOCUMENTS, 7):
        some = expected[start : start + 7]
        names = [marks.mark(entry) for entry, _ in some]
        write(tmp_path / "results", task_name(names), parcel(marks.of, names, list(marks.rows(some))))
    assert told(Cluster(shelf.folder, "tls://nowhere.invalid:1"), entries) == expected
    assert len(shelf) == 0 and len(Shelf(shelf.folder, marks)) == DOCUMENTS


@pytest.mark.parametrize("harm", ["cut", "empty", "other"])
def test_a_damaged_or_foreign_parcel_does_not_count(harm: str, entries: list[Entry], tmp_path: Path) -> None:
    marks = Marks(KEY, "rules of today" if harm != "other" else "rules of yesterday")
    names = [marks.mark(entry) for entry in entries]
    data = parcel(marks.of, names, list(marks.rows(told(Local(2), entries))))
    folder = tmp_path / "results"
    folder.mkdir()
    write(folder, "a", data[: len(data) // 2] if harm == "cut" else b"" if harm == "empty" else data)
    shelf = Shelf(folder, Marks(KEY, "rules of today"))
    assert shelf.split(entries) == ([], entries) and not list(folder.iterdir())


def test_nothing_of_a_document_stands_in_a_parcel(entries: list[Entry]) -> None:
    marks = Marks(KEY, "")
    data = parcel("", [marks.mark(entries[0])], list(marks.rows(told(Local(1), entries[:1]))))
    assert b"00.txt" not in data and b"xxxx" not in data


@pytest.mark.parametrize("address", ["tcp://10.0.0.5:8786", "10.0.0.5:8786", "ws://127.0.0.1:1", "tcp://a.example:1"])
def test_the_key_never_goes_unencrypted_to_another_machine(address: str, entries: list[Entry], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"不能用没有加密的连接.*docs/scale\.md"):
        told(Cluster(tmp_path, address), entries)


def test_an_encrypted_connection_wants_certificates_of_both_sides(entries: list[Entry], tmp_path: Path) -> None:
    with dask.config.set({"distributed.comm.tls.ca-file": None}), pytest.raises(UsageError, match="双向 TLS 的证书"):
        told(Cluster(tmp_path, "tls://10.0.0.5:8786"), entries)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:8786", "localhost:8786", "tcp://[::1]:8786"])
def test_on_loopback_a_user_may_say_so(address: str) -> None:
    assert security(address) is None


def test_a_scheduler_that_does_not_answer_is_told(entries: list[Entry], tmp_path: Path) -> None:
    with pytest.raises(WorkerError, match=r"连不上.*再运行一次，会接着做"):
        told(Cluster(tmp_path, "tcp://127.0.0.1:9", patience=0.0), entries)


def test_results_come_by_wire_where_the_folder_is_another(tmp_path: Path) -> None:
    write_token(tmp_path, b"mine")
    assert kept(tmp_path, b"mine", "a", b"data") == b"" and (tmp_path / "a.parquet").read_bytes() == b"data"
    assert kept(tmp_path, b"another", "b", b"data") == b"data" and not (tmp_path / "b.parquet").exists()
    assert kept(tmp_path / "none", b"mine", "b", b"data") == b"data"


@pytest.mark.parametrize(("sends", "own", "fault"), [
    (True, None, None), (False, bytes(range(32)), None), (False, None, UsageError), (True, bytes(32), KeyMismatch),
])  # fmt: skip
def test_whose_key_counts(
    sends: bool, own: bytes | None, fault: type[Exception] | None, entries: list[Entry], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.delenv("REVIEWER_KEY_FILE", raising=False)
    if own is not None:
        (tmp_path / "key").write_text(own.hex() + "\n")
        (tmp_path / "key").chmod(0o600)
        monkeypatch.setenv("REVIEWER_KEY_FILE", str(tmp_path / "key"))
    ordered = order(PLAIN, "", sends_key=sends)
    if fault is not None:
        with pytest.raises(fault):
            Outpost(ordered)
        return
    outpost = Outpost(ordered)
    marks, rows = outpost.rows(entries[:2])
    outpost.close()
    assert [mark for mark, _, _ in rows] == marks == [Marks(KEY, "").mark(entry) for entry in entries[:2]]


def test_a_machine_that_does_not_see_the_files_is_no_fault_of_theirs(entries: list[Entry]) -> None:
    outpost = Outpost(order(PLAIN, ""))
    Path(entries[0].where).unlink()
    with pytest.raises(UsageError, match="工作节点看不到来源里的文件"):
        outpost.rows(entries[:2])
    outpost.close()


def reviewer(site: Path, tmp_path: Path, state: str, *more: str) -> list[str]:
    (tmp_path / "key").write_text(bytes(range(32)).hex() + "\n")
    (tmp_path / "key").chmod(0o600)
    return [sys.executable, "-m", "reviewer", "rescan", str(site), "--state", str(tmp_path / state), "--key-file",
            str(tmp_path / "key"), "--format", "json", *more]  # fmt: skip


def test_a_killed_run_goes_on_elsewhere_and_tells_what_one_machine_tells(cluster: Processes, tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    for number in range(110):
        (site / f"{number}.txt").write_text(f"第{number}号。联系人：王秀芳，手机138001{number:05}。\n", encoding="utf-8")
    expected = subprocess.run(reviewer(site, tmp_path, "local"), capture_output=True, timeout=300)
    command = reviewer(site, tmp_path, "dask", "--engine", "dask", "--jobs", "2")
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not list((tmp_path / "dask").glob("results/*/*.parquet")):
        with pytest.raises(subprocess.TimeoutExpired):
            running.wait(0.05)
    running.kill()
    running.wait()
    command += ["--scheduler", cluster.address]
    again = subprocess.run(command, capture_output=True, timeout=300, env={**os.environ, **cluster.client})
    assert again.returncode == expected.returncode == 12, again.stderr.decode()
    assert again.stdout == expected.stdout
    assert len(json.loads(again.stdout)["documents"]) == 110
