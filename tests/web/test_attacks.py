"""The usual attacks: forged forms, planted sessions, others' items, script in what people write, uploads that lie."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

import pytest

from reviewer.casework import accounts
from reviewer.casework.intake import Upload
from reviewer.web.serve import Wishes, hosts_of

from ..casework.world import PRIVATE
from .browser import Browser, Site, site
from .test_routes import TABLE, filled

__all__ = ["filled"]
SCRIPT = "<script>alert(1)</script>"
PICTURE = '"><img src=x onerror=alert(1)>'
SECRET = "机密★10年\n关于某事的通知\n"


# --- forged forms ----------------------------------------------------------------------------------


def test_no_form_is_taken_without_its_token(bench: Site, filled: dict[str, str]) -> None:
    other = bench.by("second")
    browser = bench.by("first")
    stranger = bench.anyone()
    for method, path, form, _, _ in TABLE:
        if method != "POST":
            continue
        public = path in ("/check", "/signin", "/first")
        sender = stranger if public else browser
        for token in ("", "x" * 32, other.csrf):
            answer = sender.client.post(path.format(**filled), data={**form, "csrf": token}, follow_redirects=False)
            assert answer.status_code == 403 and "过期" in answer.text, (path, token)


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"},
     {"origin": "null"}],
)  # fmt: skip
def test_no_form_is_taken_from_another_site(bench: Site, headers: dict[str, str]) -> None:
    browser = bench.by("first")
    answer = browser.post("/items/1/comments", {"text": "hello"}, headers=headers)
    assert answer.status_code == 403 and "不是从本系统的页面发出" in answer.text


def test_the_token_may_come_in_a_header(bench: Site, filled: dict[str, str]) -> None:
    browser = bench.by("first")
    path = f"/items/{filled['item']}/show/{filled['finding']}"
    answer = browser.client.post(path, headers={"x-csrf-token": browser.csrf, "hx-request": "true"})
    assert answer.status_code == 200


# --- sessions --------------------------------------------------------------------------------------


def _with_password(bench: Site, name: str, password: str = "三更灯火五更鸡正是男儿读书") -> str:
    first, second = accounts.first_codes(bench.world.office, bench.world.user(name))
    accounts.redeem(bench.world.office, name, first, second, password, "test")
    return password


def test_a_planted_session_counts_for_nothing(bench: Site) -> None:
    password = _with_password(bench, "first")
    browser = bench.anyone()
    browser.client.cookies.set("wb", "planted-by-somebody", domain="testserver.local")
    answer = browser.post("/signin", {"login": "first", "password": password, "next": "/items"})
    token = answer.cookies["wb"]
    assert (answer.status_code, answer.headers["location"]) == (303, "/items") and token != "planted-by-somebody"
    told = answer.headers["set-cookie"]
    assert "HttpOnly" in told and "SameSite=lax" in told
    assert accounts.session(bench.world.office, "planted-by-somebody") is None
    # Signed in again, the first session is over.
    browser.learn("/inbox")
    again = browser.post("/signin", {"login": "first", "password": password})
    assert again.cookies["wb"] != token and accounts.session(bench.world.office, token) is None


def test_a_session_ends(bench: Site) -> None:
    office, clock = bench.world.office, bench.world.clock
    for leave in ("idle", "long", "out", "disabled", "reset"):
        browser = bench.by("first")
        token = browser.client.cookies["wb"]
        assert browser.get("/inbox").status_code == 200
        if leave == "idle":
            clock.pass_(minutes=31)
        elif leave == "long":
            for _ in range(22):
                clock.pass_(minutes=29)
                accounts.session(office, token)
        elif leave == "out":
            assert browser.post("/signout").status_code == 303
        elif leave == "disabled":
            bench.by("system_admin").post(f"/users/{bench.world.user('first')}/active", {"active": "no"})
        else:
            bench.by("system_admin").post(f"/users/{bench.world.user('first')}/reset")
        assert browser.get("/inbox").headers["location"] == "/signin?next=/inbox", leave
        bench.by("system_admin").post(f"/users/{bench.world.user('first')}/active", {"active": "yes"})


def test_cookies_are_bound_to_tls_where_there_is_tls(bench: Site) -> None:
    secure = site(bench.world, secure=True)
    password = _with_password(bench, "first")
    browser = Browser(type(bench.anyone().client)(secure.app, base_url="https://testserver"))
    browser.learn("/check")
    answer = browser.post("/signin", {"login": "first", "password": password})
    told = answer.headers["set-cookie"]
    assert told.startswith("__Host-wb=") and "Secure" in told and "Path=/" in told
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize(
    ("host", "status"),
    [("localhost", 200), ("127.0.0.1:8760", 200), ("[::1]:8760", 200), ("LOCALHOST", 200), ("evil.example", 421),
     ("localhost.evil.example:8760", 421), ("", 421)],
)  # fmt: skip
def test_a_name_that_somebody_points_here(bench: Site, host: str, status: int) -> None:
    local = site(bench.world, hosts=hosts_of(Wishes()))
    browser = Browser(type(bench.anyone().client)(local.app))
    assert browser.get("/check", headers={"host": host}).status_code == status


@pytest.mark.parametrize("next", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_signing_in_leads_nowhere_else(bench: Site, next: str) -> None:
    password = _with_password(bench, "first")
    answer = bench.anyone().post("/signin", {"login": "first", "password": password, "next": next})
    assert answer.headers["location"] == "/inbox"


def test_attempts_are_counted(bench: Site) -> None:
    password = _with_password(bench, "first")
    browser = bench.anyone()
    told = [browser.post("/signin", {"login": "first", "password": f"wrong {k}"}).text for k in range(6)]
    assert all(accounts.WRONG in text for text in told[:5]) and accounts.THROTTLED in told[5]
    assert browser.post("/signin", {"login": "first", "password": password}).status_code == 403
    bench.world.clock.pass_(minutes=16)
    assert browser.post("/signin", {"login": "first", "password": password}).status_code == 303
    assert accounts.WRONG in bench.anyone().post("/signin", {"login": "nobody", "password": password}).text


def test_a_reset_lets_nobody_else_in(bench: Site) -> None:
    system, security = bench.by("system_admin"), bench.by("security_admin")
    user = bench.world.user("second")
    page = system.post(f"/users/{user}/reset").text
    first = page.split('<p class="code">')[1][:10]
    browser = bench.anyone()

    def tried(one: str, other: str) -> int:
        form = {"login": "second", "first": one, "second": other, "new": "岁寒然后知松柏之后凋也",
        "again": "岁寒然后知松柏之后凋也"}
        return browser.post("/first", form).status_code

    # One half alone, and the same half twice, open nothing.
    assert [tried(first, ""), tried(first, first)] == [422, 422]
    second = security.post(f"/users/{user}/confirm").text.split('<p class="code">')[1][:10]
    assert tried("", second) == 422 and tried(second, first) == 422
    assert tried(first, second) == 422  # eleven characters are too few
    assert first != second and security.post(f"/users/{user}/confirm").status_code == 404
    form = {"login": "second", "first": first, "second": second, "new": "岁寒然后知松柏之后凋也矣",
    "again": "岁寒然后知松柏之后凋也矣"}
    assert browser.post("/first", form).headers["location"] == "/signin?after=first"
    assert browser.post("/first", form).status_code == 422
    assert system.post(f"/users/{bench.world.user('system_admin')}/reset").status_code == 422


# --- what belongs to others ------------------------------------------------------------------------


def test_others_items_are_not_there(bench: Site, filled: dict[str, str]) -> None:
    """Another unit's people get the same answer as for an item that does not exist."""
    missing = {**filled, "item": "99999"}
    for name in ("other_first", "other_drafter", "other_final"):
        browser = bench.by(name)
        for method, path, form, _, _ in TABLE:
            if "{item}" not in path or path in ("/items/{item}/files",):
                continue
            there, nowhere = (
                browser.post(path.format(**one), {key: value.format(**one) for key, value in form.items()})
                if method == "POST"
                else browser.get(path.format(**one))
                for one in (filled, missing)
            )
            assert there.status_code == nowhere.status_code in (404, 422), path
            assert "张建国" not in there.text, path


def test_numbers_of_another_item_do_not_fit(bench: Site, filled: dict[str, str]) -> None:
    own = bench.world.submitted("本局定于下周一召开座谈会。\n")
    browser = bench.by("first")
    here, file, finding = own, filled["file"], filled["finding"]
    for path in (f"/items/{here}/files/{file}/0/text", f"/items/{here}/files/{file}/original",
                 f"/items/{here}/files/{file}/0/groups", f"/items/{here}/files/{file}/masked"):  # fmt: skip
        assert browser.get(path).status_code == 404, path
    assert browser.post(f"/items/{here}/show/{finding}").status_code == 404
    revision = str(bench.world.revision(own))
    form = {"revision": revision, "finding": finding, "kind": "masked", "group": "0.0"}
    assert browser.post(f"/items/{here}/files/{file}/0/decide", form).status_code == 404
    assert browser.get(f"/items/{filled['item']}/files/{file}/7/text").status_code == 404


def test_each_look_at_a_value_is_in_the_ledger(bench: Site, filled: dict[str, str]) -> None:
    browser = bench.by("first")
    item, file = filled["item"], filled["file"]
    page = browser.get(f"/items/{item}/review").text
    assert "34010219000506123X" not in page and "13800012345" not in page
    shown = browser.post(f"/items/{item}/show/{filled['finding']}").text
    opened = browser.post(f"/items/{item}/files/{file}/0/open", {"start": "0", "end": "6"}).text
    browser.get(f"/items/{item}/files/{file}/original")
    assert "张建国" in opened and 'class="shown"' in shown
    history = browser.get(f"/items/{item}").text
    assert all(one in history for one in ("查看原值", "查看原文", "打开原件"))
    assert "34010219000506123X" not in history


# --- what people write -----------------------------------------------------------------------------


def test_script_stays_text(bench: Site) -> None:
    world = bench.world
    text = f"{SCRIPT}\n{PICTURE}\n身份证号34010219000506123X，{SCRIPT}\n表头\t{PICTURE}\n"
    item = world.item(f"标题{SCRIPT}", doc_number=PICTURE, remarks=SCRIPT)
    name = f"{PICTURE}{SCRIPT}.txt".replace("/", "")
    added = world.office.add_version(world.who["drafter"], item, 1, [Upload(name, text.encode())])
    world.office.submit(world.who["drafter"], item, added.revision)
    finding = next(one for one in world.office.findings(world.who["first"], item) if one.due)
    browser = bench.by("first")
    assert browser.post(f"/items/{item}/comments", {"text": SCRIPT + PICTURE}).status_code == 303
    form = {
        "revision": str(world.revision(item)), "finding": str(finding.id), "kind": "lawful", "reason": PICTURE + SCRIPT,
        "group": finding.group, "reach": "one",
    }  # fmt: skip
    decided = browser.post(f"/items/{item}/files/{finding.file}/0/decide", form)
    assert decided.status_code == 200
    pages = [f"/items/{item}", f"/items/{item}/review", f"/items/{item}/edit", "/items", "/inbox", "/ledger",
             f"/items/{item}/files/{finding.file}/0/text", f"/items/{item}/files/{finding.file}/0/groups",
             f"/items/{item}/files/{finding.file}/0/groups/{finding.group}"]  # fmt: skip
    texts = [decided.text, *(browser.get(path).text for path in pages), bench.by("auditor").get("/events").text]
    texts.append(bench.by("drafter").get(f"/items/{item}/edit").text)
    for found in texts:
        assert "<script>" not in found and "<img" not in found
    assert any("&lt;script&gt;" in found for found in texts)


def test_script_in_a_self_check(bench: Site) -> None:
    name = f"{PICTURE.replace('/', '')}.html"
    page = f"<html><title>{PICTURE}</title><body><p>{SCRIPT}电话13800012345<script>alert(2)</script></body></html>"
    answer = bench.anyone().post("/check", files={"files": (name, page.encode())})
    assert answer.status_code == 200 and "<img" not in answer.text
    assert "alert(2)</script>" not in answer.text and "13800012345" not in answer.text


@pytest.mark.parametrize(
    "name", ["a\r\nSet-Cookie: x=1.txt", '关于"某事"; filename=evil.exe.txt', "../../etc/passwd",
    "..\\..\\boot.ini", "。" * 400]
)
def test_names_of_downloads(bench: Site, name: str) -> None:
    world = bench.world
    item = world.item()
    world.office.add_version(world.who["drafter"], item, 1, [Upload(name, PRIVATE.encode())])
    file = bench.by("drafter").get(f"/items/{item}").text.split(f"/items/{item}/files/")[2].split("/")[0]
    answer = bench.by("drafter").get(f"/items/{item}/files/{file}/original")
    told = answer.headers["content-disposition"]
    assert told.startswith('attachment; filename="') and told.isascii() and "x" not in answer.cookies
    assert ".." not in told.split("filename*")[1].replace("%2E", ".") or "/" not in told
    assert answer.content == PRIVATE.encode()


# --- uploads ---------------------------------------------------------------------------------------


def test_uploads_stay_in_memory(bench: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a file was written")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    monkeypatch.setattr(tempfile, "NamedTemporaryFile", refuse)
    data = ("本局定于下周一召开座谈会。\n" * 100_000).encode()
    answer = bench.anyone().post("/check", files={"files": ("通知.txt", data)})
    assert answer.status_code == 200 and len(data) > 3_000_000


@pytest.mark.parametrize("chunked", [False, True])
def test_uploads_have_a_limit(bench: Site, chunked: bool) -> None:
    small = site(bench.world, most_bytes=100_000)
    browser = small.anyone()
    body = b"x" * 200_000
    if chunked:
        head = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'

        def pieces() -> object:
            yield head
            for start in range(0, len(body), 1000):
                yield body[start : start + 1000]

        answer = browser.client.post(
            "/check", content=pieces(),
            headers={"content-type": "multipart/form-data; boundary=b"}  # type: ignore[arg-type]
        )
    else:
        answer = browser.post("/check", files={"files": ("a.txt", body)})
    assert answer.status_code == 413 and "没有收下" in answer.text


@pytest.mark.parametrize(
    ("kind", "body"),
    [("multipart/form-data", b"--b\r\n"), ("multipart/form-data; boundary=b", b"nonsense"), ("text/plain", b"a=b"),
     ("application/x-www-form-urlencoded", b"\xff\xfe"),
     ("application/x-www-form-urlencoded", b"&".join(b"a=1" for _ in range(1000)))],
)  # fmt: skip
def test_forms_that_are_none(bench: Site, kind: str, body: bytes) -> None:
    answer = bench.anyone().client.post("/check", content=body, headers={"content-type": kind})
    assert answer.status_code in (400, 403, 415)


def test_an_archive_writes_nowhere(bench: Site, tmp_path: Path) -> None:
    """Zip slip: members with paths that lead out are read as what they are, and nothing is written."""
    before = sorted(tmp_path.parent.rglob("evil*"))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for path in ("../../evil.txt", "/tmp/evil2.txt", "..\\..\\evil3.txt", "a/../../evil4.txt"):
            made.writestr(path, PRIVATE)
    answer = bench.anyone().post("/check", files={"files": ("包.zip", stream.getvalue())})
    assert answer.status_code == 200 and "不得公开" in answer.text
    world = bench.world
    item = world.item()
    world.office.add_version(world.who["drafter"], item, 1, [Upload("包.zip", stream.getvalue())])
    assert bench.by("drafter").get(f"/items/{item}/review?doc=1").status_code == 200
    assert sorted(tmp_path.parent.rglob("evil*")) == before and not Path("/tmp/evil2.txt").exists()


def test_a_mark_of_secrecy_stops_everything(bench: Site) -> None:
    answer = bench.anyone().post("/check", files={"files": ("通知.txt", SECRET.encode())})
    assert answer.status_code == 422 and "停止操作" in answer.text and "关于某事" not in answer.text
    drafter = bench.by("drafter")
    form = {"title": "关于某事的通知", "unit": str(bench.world.unit), "then": "submit", "channels": "website"}
    answer = drafter.post("/items", form, files={"final": ("通知.txt", SECRET.encode())})
    assert answer.status_code == 422 and "停止操作" in answer.text and "断开" in answer.text
