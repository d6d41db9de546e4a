"""What a file's status is, and that nothing makes it approved but its certificate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewer.gate.config import Config
from reviewer.gate.judge import CODES
from reviewer.review import certificate, revocation
from reviewer.review.content import Content
from reviewer.review.revocation import Revoked
from reviewer.review.signing import Trust
from tests.gate.site import DAY, NOW, PLAIN, TELLING, TRUST, Site, faults, key, site
from tests.scanner import TODAY

NAME = "gk/通知.txt"


def _list(here: Site, *papers: bytes, days: int = 7) -> None:
    ids = tuple(Revoked(certificate.certificate_id(paper), NOW, "taken-down") for paper in papers)
    (here.home / "revoked.json").write_bytes(revocation.sign(revocation.first(NOW).following(NOW, ids, days=days), key()))


def _certified(text: str = PLAIN, **changes: object) -> Callable[[Site], object]:
    def make(here: Site) -> object:
        here.write(NAME, text)
        return here.certify(NAME, **changes)

    return make


def _then(*steps: Callable[[Site], object]) -> Callable[[Site], object]:
    def make(here: Site) -> object:
        for step in steps:
            step(here)
        return None

    return make


def _write(text: str) -> Callable[[Site], object]:
    return lambda here: here.write(NAME, text)


def _revoked(**changes: object) -> Callable[[Site], object]:
    return lambda here: _list(here, _certified(**changes)(here))  # type: ignore[arg-type]


def _trust(trust: Trust) -> Callable[[Site], object]:
    return lambda here: (here.home / "trust.json").write_bytes(trust.to_bytes())


EXPIRED = {"valid_until": TODAY - DAY}
NOTHING = Content()
TABLE: list[tuple[str, Callable[[Site], object], tuple[str, ...]]] = [
    ("certified", _certified(), ("approved",)),
    ("certified, all decided", _certified(TELLING), ("approved",)),
    ("no certificate", _write(PLAIN), ("unapproved",)),
    ("no certificate, and found", _write(TELLING), ("found", "unapproved")),
    ("certified, and not decided", _certified(TELLING, content=NOTHING), ("found",)),
    ("on request only", _certified(outcome="on_request"), ("unapproved",)),
    ("another scope", _certified(scope="桃花村"), ("unapproved",)),
    ("another channel", _certified(channel=("公开栏",)), ("unapproved",)),
    ("several channels", _certified(channel=("公开栏", "政府网站")), ("approved",)),
    ("not yet", _certified(valid_from=TODAY + DAY), ("unapproved",)),
    ("the last day", _certified(valid_until=TODAY), ("approved",)),
    ("no end", _certified(valid_until=None), ("approved",)),
    ("expired", _certified(**EXPIRED), ("expired",)),
    ("expired, and one that is not", _then(_certified(**EXPIRED), _certified()), ("approved",)),
    ("expired, and not decided", _certified(TELLING, **EXPIRED), ("found", "expired")),
    ("revoked", _revoked(), ("revoked",)),
    ("revoked, and expired", _then(_certified(**EXPIRED), _revoked()), ("revoked", "expired")),
    ("changed", _then(_certified(), _write(PLAIN + "\n")), ("changed",)),
    ("changed, and found", _then(_certified(), _write(TELLING)), ("found", "changed")),
    ("an old version that is revoked", _then(_revoked(), _certified(PLAIN + "增补"), _write(PLAIN)),
     ("revoked", "changed")),
    ("changed, but the certificate does not count", _then(_certified(scope="桃花村"), _write("另文")), ("unapproved",)),
    ("a key nobody trusts", _certified(signer=key(2)), ("unapproved",)),
    ("a key that was revoked", _then(_certified(), _trust(TRUST.revoked(key().id, NOW))), ("revoked",)),
    ("a key of before", _then(_certified(), _trust(TRUST.retired(key().id, NOW))), ("approved",)),
    ("signed after the key was retired", _then(_certified(), _trust(TRUST.retired(key().id, NOW - 2 * DAY))),
     ("unapproved",)),
    ("an empty file", _then(_write(""), lambda here: here.certify(NAME)), ("approved",)),
    ("an unread file", _then(_write("\0\1\2" * 9), lambda here: here.certify(NAME, content=NOTHING)), ("unread",)),
    ("an unread file that a person has seen", _then(_write("\0\1\2" * 9), lambda here: here.certify(NAME)), ("approved",)),
    ("the same bytes under another name", _then(_certified(), lambda here: here.write("另一份.txt", PLAIN)), ("approved",)),
]  # fmt: skip


@pytest.mark.parametrize(("make", "wanted"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_status(tmp_path: Path, make: Callable[[Site], object], wanted: tuple[str, ...]) -> None:
    here = site(tmp_path)
    make(here)
    judged = here.judged(NAME)
    assert faults(judged) == wanted
    assert judged.code == (0 if wanted == ("approved",) else max(CODES[one] for one in wanted))  # type: ignore[index]
    assert (judged.by == "certificate") == (wanted[0] == "approved" or wanted == ("found",) or wanted == ("unread",))


@pytest.mark.parametrize(
    ("left_out", "wanted"),
    [
        (("certificates", "trust", "revoked"), "unapproved"),
        (("certificates",), "unapproved"),
        (("trust",), "unapproved"),
        (("revoked",), "revoked"),
        ((), "approved"),
    ],
)
def test_papers_may_be_left_out(tmp_path: Path, left_out: tuple[str, ...], wanted: str) -> None:
    here = site(tmp_path)
    _certified()(here)
    assert here.judged(NAME, papers=here.papers(*left_out)).status == wanted


def test_an_old_list_revokes_all(tmp_path: Path) -> None:
    here = site(tmp_path, replace(revocation.first(NOW), fresh_until=TODAY - DAY))
    _certified()(here)
    assert here.judged(NAME).status == "revoked"


@pytest.mark.parametrize(("scope", "channel", "wanted"), [("桃花村", "公开栏", "approved"), ("桃花村", "政府网站", "unapproved"),
                                                         ("全面", "公开栏", "unapproved")])  # fmt: skip
def test_where_it_goes(tmp_path: Path, scope: str, channel: str, wanted: str) -> None:
    here = site(tmp_path)
    _certified(scope="桃花村", channel=("公开栏",))(here)
    assert here.judged(NAME, scope=scope, channel=channel).status == wanted


def test_a_name_was_approved_with_its_file(tmp_path: Path) -> None:
    """What was decided of one name is not decided of another."""
    here = site(tmp_path)
    here.write("张建国13800138000.txt", PLAIN)
    here.certify("张建国13800138000.txt")
    assert here.judged("张建国13800138000.txt").status == "approved"
    here.write("李建军13800138001.txt", PLAIN)
    assert here.judged("李建军13800138001.txt").status == "found"


def test_what_is_in_an_archive_is_decided_by_its_path(tmp_path: Path) -> None:
    import io
    import zipfile

    def packed(text: str) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as made:
            made.writestr(zipfile.ZipInfo("名单.txt"), text)
        return buffer.getvalue()

    here = site(tmp_path)
    here.write("附件.zip", packed(TELLING))
    here.certify("附件.zip")
    assert here.judged("附件.zip").status == "approved"
    (tmp_path / "certs" / "0000.json").unlink()
    here.certify("附件.zip", content=NOTHING)
    judged = here.judged("附件.zip")
    assert judged.status == "found"
    assert {one.inside for one in judged.reasons} == {"压缩包、邮件里的文件"}


def test_an_asset_needs_no_certificate_but_is_scanned(tmp_path: Path) -> None:
    here = site(tmp_path)
    config = Config(assets=("css/**",))
    here.write("css/a.css", "body{color:red}")
    here.write("css/b.css", f"/* {TELLING} */")
    here.write("a.css", "body{color:red}")
    assert [here.judged(name, config).status for name in ("css/a.css", "css/b.css", "a.css")] == [
        "approved", "found", "unapproved",
    ]  # fmt: skip
    assert here.judged("css/a.css", config).by == "asset"
    _list(here, here.certify("css/a.css"))
    assert here.judged("css/a.css", config).status == "revoked"


# --- no single byte --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def approved(tmp_path_factory: pytest.TempPathFactory) -> Site:
    here = site(tmp_path_factory.mktemp("site"))
    _certified(TELLING)(here)
    assert here.judged(NAME).status == "approved"
    return here


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
@pytest.mark.parametrize("which", ["public/" + NAME, "certs/0000.json", "trust.json", "revoked.json"])
def test_one_changed_byte_is_never_approved(approved: Site, which: str, data: st.DataObject) -> None:
    path = approved.home / which
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda one: one != whole[at]))
    try:
        path.write_bytes(whole[:at] + bytes([byte]) + whole[at + 1 :])
        assert approved.judged(NAME).status != "approved"
    finally:
        path.write_bytes(whole)


@pytest.mark.parametrize("which", ["public/" + NAME, "certs/0000.json", "trust.json", "revoked.json"])
@pytest.mark.parametrize("cut", [0, 1, -1], ids=["empty", "first gone", "last gone"])
def test_a_cut_file_is_never_approved(approved: Site, which: str, cut: int) -> None:
    path = approved.home / which
    whole = path.read_bytes()
    try:
        path.write_bytes(whole[cut:] if cut > 0 else whole[:cut])
        assert approved.judged(NAME).status != "approved"
    finally:
        path.write_bytes(whole)
