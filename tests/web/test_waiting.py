"""What a page says while it waits for a check, and that a form that fails leaves nothing behind."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from reviewer.store import schema
from reviewer.web.waiting import Waits

from ..casework.world import PLAIN, PRIVATE
from .browser import Browser, Site

JOB = "0123456789abcdef"
FILES = (("通知.txt", 300), ("名单.xlsx", 1_258_291))


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (None, "已经上传，等候检查"),
        (0, "正在检查第 1 个文件，共 2 个：通知.txt（300 B）"),
        (1, "正在检查第 2 个文件，共 2 个：名单.xlsx（1.2 MB）"),
        (2, "检查完了，正在整理结果"),
    ],
)
def test_what_is_told(at: int | None, told: str) -> None:
    waits = Waits()
    with waits.follow("her token", JOB, FILES) as progress:
        if at is not None:
            progress(at, len(FILES))
        assert waits.told("her token", JOB) == {"told": told, "done": at or 0, "files": 2}
        # Nobody else is told of her files.
        assert waits.told("his token", JOB)["told"] == waits.told("", JOB)["told"] == ""
    assert waits.told("her token", JOB)["told"] == ""


def test_one_file_is_not_counted() -> None:
    waits = Waits()
    with waits.follow("token", JOB, FILES[:1]) as progress:
        progress(0, 1)
        assert waits.told("token", JOB)["told"] == "正在检查通知.txt（300 B）"


@pytest.mark.parametrize(("who", "job"), [("", JOB), ("token", ""), ("token", "short"), ("token", "g" * 32)])
def test_what_is_not_followed(who: str, job: str) -> None:
    waits = Waits()
    with waits.follow(who, job, FILES) as progress:
        progress(0, 2)
        assert waits.told(who, job)["files"] == 0


def _watched(bench: Site, monkeypatch: pytest.MonkeyPatch, watcher: Browser) -> list[str]:
    """What `watcher` is told at the moment each file is read."""
    told: list[str] = []
    scan = bench.world.office.intake.scan

    def scanned(*given: Any) -> Any:
        told.append(watcher.get(f"/progress/{JOB}").json()["told"])
        return scan(*given)

    monkeypatch.setattr(bench.world.office.intake, "scan", scanned)
    return told


@pytest.mark.parametrize("path", ["/check", "/items"])
def test_the_browser_that_waits_is_told(bench: Site, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    browser = bench.anyone() if path == "/check" else bench.by("drafter")
    told, name = _watched(bench, monkeypatch, browser), "files" if path == "/check" else "final"
    sent = [(name, (one, text.encode())) for one, text in (("甲.txt", PLAIN), ("乙.txt", PRIVATE))]
    form = {"title": "座谈会通知", "unit": str(bench.world.unit), "then": "submit", "channels": "website"}
    assert browser.post(path, form, files=sent, headers={"x-job": JOB}).status_code in (200, 303)
    assert [one.partition("（")[0] for one in told] == [
        "正在检查第 1 个文件，共 2 个：甲.txt", "正在检查第 2 个文件，共 2 个：乙.txt",
    ]  # fmt: skip


def test_nobody_else_is_told(bench: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    told = _watched(bench, monkeypatch, bench.by("first"))
    form = {"title": "座谈会通知", "unit": str(bench.world.unit), "then": "submit", "channels": "website"}
    sent = {"final": ("甲.txt", PLAIN.encode())}
    assert bench.by("drafter").post("/items", form, files=sent, headers={"x-job": JOB}).status_code == 303
    assert told == [""]


def _count(bench: Site, table: Any) -> int:
    with bench.world.office.store.read() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


@pytest.mark.parametrize(
    ("more", "files", "said"),
    [
        ({}, {}, "还没有选择文件，不能提交审查"),
        ({}, {"final": ("坏.docx", b"PK\x03\x04 broken")}, "文件没有收下"),
        ({}, {"final": ("会议.txt", "机密★1年\n\n会议纪要\n".encode())}, "国家秘密标志"),
        ({"source": "obtained"}, {"final": ("甲.txt", PLAIN.encode())}, "还不能提交"),
        ({"urgent": "yes"}, {"final": ("甲.txt", PLAIN.encode())}, "加急要写明理由"),
    ],
)
def test_a_form_that_fails_leaves_nothing(
    bench: Site, more: dict[str, str], files: dict[str, Any], said: str
) -> None:
    """No item, no title, no file: who mends it and sends it again makes one item, not two."""
    form = {"title": "座谈会通知", "unit": str(bench.world.unit), "then": "submit", "channels": "website", **more}
    answer = bench.by("drafter").post("/items", form, files=files or {"final": ("", b"")})
    assert answer.status_code == 422 and said in answer.text
    assert (_count(bench, schema.items), _count(bench, schema.blobs)) == (0, 0)


def test_an_item_without_a_file_can_be_kept(bench: Site) -> None:
    form = {"title": "座谈会通知", "unit": str(bench.world.unit), "then": "keep", "channels": "website"}
    assert bench.by("drafter").post("/items", form).status_code == 303
    assert _count(bench, schema.items) == 1
