"""Sources behind a URL: a store over HTTP on loopback, a web server's folders, memory."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import fsspec
import pytest

from reviewer.errors import UsageError
from reviewer.rescan.engine import Local
from reviewer.rescan.examine import Context
from reviewer.rescan.fetch import Fetching, is_remote
from reviewer.rescan.model import Entry
from reviewer.rescan.report import Report
from reviewer.rescan.run import Rescan, Rescanned
from reviewer.rescan.source import Source, opened
from reviewer.rescan.state import State
from reviewer.scanning import Scanner
from reviewer.settings import Limits
from reviewer.workers import CAN_FORK

from .conftest import KEY

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="Linux only")
FILES = {
    "index.txt": "没有什么。\n", "附件/名单.txt": "联系人：王秀芳，手机13800138000。\n", "a/b c#d%20.txt": "没有什么。\n",
    "a/深/x.csv": "姓名,手机\n王秀芳,13800138000\n",
}  # fmt: skip


@pytest.fixture
def memory() -> Iterator[str]:
    store = fsspec.filesystem("memory")
    for path, text in FILES.items():
        store.pipe_file(f"/site/{path}", text.encode())
    yield "memory://site"
    store.rm("/site", recursive=True)


@contextlib.contextmanager
def served(module: str, *arguments: str) -> Iterator[str]:
    """The address of a server of its own process, whose last argument is a port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", module, *arguments, str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    while process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            break
    yield address
    process.kill()
    process.wait()


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """A bucket of a server that speaks S3, with what clients of it are told by the environment."""
    with served("moto.server", "-H", "127.0.0.1", "-p") as address:
        yield from _filled(address)


def _filled(address: str) -> Iterator[str]:
    for path in ("", *FILES):
        text = FILES.get(path, "").encode()
        where = f"{address}/bucket" + (f"/公开/{path}" if path else "")
        request = urllib.request.Request(quote(where, safe=":/"), data=text, method="PUT", headers={"Content-Type": "text/plain"})
        urllib.request.urlopen(request).close()
    told = {"AWS_ENDPOINT_URL": address, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b",
            "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"}  # fmt: skip
    with pytest.MonkeyPatch.context() as now:
        for name, value in told.items():
            now.setenv(name, value)
        yield "s3://bucket/公开"


@pytest.fixture
def web(site: Path) -> Iterator[str]:
    for path, text in FILES.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_text(text, encoding="utf-8")
    (site / "a" / "空").mkdir()
    with served("http.server", "--bind", "127.0.0.1", "--directory", str(site)) as address:
        yield address + "/"


@pytest.fixture(params=["memory", "bucket", "web"])
def url(request: pytest.FixtureRequest) -> str:
    found: str = request.getfixturevalue(request.param)
    return found


def rescan(source: Source, state: State, scanner: Scanner) -> Rescanned:
    return Rescan(source, state, Context(scanner.settings, KEY, None, scanner=scanner), scanner, Local(1)).run()


def test_what_lies_in_a_store_is_listed_and_fetched(url: str) -> None:
    entries = list(opened(url).entries())
    assert sorted(one.path for one in entries) == sorted(FILES)
    assert all(one.hint for one in entries)
    fetching = Fetching(Limits())
    found = {}
    for entry, local in fetching.ready(entries):
        assert isinstance(local, Entry)
        found[entry.path] = Path(local.where).read_text(encoding="utf-8")
        fetching.done(local)
        assert not os.path.exists(local.where)
    fetching.close()
    assert found == FILES


def test_a_store_is_rescanned_as_a_folder_is(bucket: str, state: State, scanner: Scanner) -> None:
    first = rescan(opened(bucket), state, scanner)
    assert (first.examined, first.unchanged, first.interrupted) == (4, 0, False)
    found = list(Report(first, state).changes("new"))
    assert {one["path"] for one in found} >= {"a/深/x.csv"} and len(found) > 2
    again = rescan(opened(bucket), state, scanner)
    assert (again.examined, again.unchanged) == (0, 4)


def test_a_page_of_a_web_server_is_published_at_its_address(web: str) -> None:
    (found,) = (one for one in opened(web).entries() if one.path == "附件/名单.txt")
    assert found.url == found.where == web + quote("附件/名单.txt")


def test_links_out_of_the_folder_and_other_orders_of_the_list_are_not_followed(web: str, site: Path) -> None:
    (site / "a" / "index.html").write_text(
        '<a href="../">上级</a> <a href="?C=M;O=A">时间</a> <a href="#top">顶</a> <a href="http://a.example/x">外</a>'
        '<a href="b%20c%23d%2520.txt">文件</a> <a HREF=gone.txt>没有了</a> <a href="//a.example/y">外</a>'
        '<a href="javascript:x()">按钮</a> <a href="/a/深/">深</a>', encoding="utf-8",
    )  # fmt: skip
    assert sorted(one.path for one in opened(web + "a/").entries()) == ["b c#d%20.txt", "gone.txt", "深/x.csv"]


@pytest.mark.parametrize(("url", "said"), [
    ("memory://none", "没有这个文件夹或存储桶"), ("http://127.0.0.1:9/", "连接出错"), ("nix://a", "不认识 nix:// 这种地址"),
])  # fmt: skip
def test_what_can_not_be_listed_is_told(url: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        list(opened(url).entries())


def test_what_can_not_be_fetched_is_named_and_the_others_are_read(
    memory: str, state: State, scanner: Scanner
) -> None:
    class Gone:
        """A source whose first document goes after it was listed."""

        name = "gone"

        def entries(self) -> Iterator[Entry]:
            yield Entry("gone.txt", f"{memory}/gone.txt", size=3, hint="1")
            yield from opened(memory).entries()

    outcome = rescan(Gone(), state, scanner)
    told = {one.path: one for one in state.documents()}
    assert outcome.examined == len(told) == 5
    assert [path for path, one in told.items() if not one.complete] == ["gone.txt"]


def test_a_file_beyond_the_limit_is_fetched_no_further(memory: str) -> None:
    fetching = Fetching(Limits(file_bytes=5))
    sizes = [one.size for _, one in fetching.ready(opened(memory).entries()) if isinstance(one, Entry)]
    fetching.close()
    assert sizes == [6] * 4


@pytest.mark.parametrize(("where", "expected"), [
    ("s3://bucket/a", True), ("https://a.example/", True), ("/srv/site", False), ("file:///srv", False),
    ("warc:0:/srv/a.warc", False), ("C:/site", False), ("a://b", True),
])  # fmt: skip
def test_urls_are_told_from_paths(where: str, expected: bool) -> None:
    assert is_remote(where) is expected
