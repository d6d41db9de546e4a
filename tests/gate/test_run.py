"""The whole gate: where papers may lie, what stands in a folder, and whatever files do."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

import reviewer.readers
from reviewer.errors import UsageError
from reviewer.gate.baseline import Baseline, Place, load_baseline
from reviewer.gate.baseline import Entry as Excuse
from reviewer.gate.config import Config
from reviewer.gate.folder import entries, leads_through
from reviewer.gate.look import Look
from reviewer.gate.papers import read_papers
from reviewer.gate.run import Gate, baseline_of
from reviewer.scanning import Scanner
from reviewer.settings import Settings
from tests.gate.site import DAY, ID_NUMBER, PLAIN, TELLING, Site, site, statuses
from tests.scanner import TODAY, scanner

posix = pytest.mark.skipif(os.name != "posix", reason="links")


def test_all_files_of_a_folder(tmp_path: Path) -> None:
    here = site(tmp_path)
    for name in ("a.txt", "b/c/通知.txt", ".hidden", "b/.git/config", "x.txt", "x.txt.expected.json"):
        here.write(name, PLAIN)
    here.certify("a.txt")
    here.write("d.txt", TELLING)
    outcome = here.run(jobs=2)
    assert statuses(outcome) == {
        ".hidden": "approved", "a.txt": "approved", "b/.git/config": "approved", "b/c/通知.txt": "approved",
        "d.txt": "found", "x.txt": "approved", "x.txt.expected.json": "approved",
    }  # fmt: skip
    assert outcome.exit_code == 24


@pytest.mark.parametrize(("names", "code"), [((), 25), (("a",), 20), (("a", "b"), 24), (("a", "b", "c"), 25)])
def test_the_highest_code_wins(tmp_path: Path, names: tuple[str, ...], code: int) -> None:
    here = site(tmp_path)
    for name in names:
        here.write(name, {"a": PLAIN, "b": TELLING, "c": b"\0\1\2" * 9}[name])
    assert here.run().exit_code == code


@pytest.mark.parametrize("root", ["none", "file.txt"])
def test_what_is_no_folder(tmp_path: Path, root: str) -> None:
    (tmp_path / "file.txt").write_text("x")
    with pytest.raises(UsageError):
        list(entries(tmp_path / root))


# --- where papers may lie --------------------------------------------------------------------------


def _inside(here: Site, name: str) -> Path:
    target = here.root / "x" / name
    target.parent.mkdir(exist_ok=True)
    (here.home / name).rename(target)
    return target


def _link_in(here: Site, name: str) -> Path:
    """A link outside that leads in."""
    target = _inside(here, name)
    link = here.home / f"link-{name}"
    link.symlink_to(target)
    return link


def _link_out(here: Site, name: str) -> Path:
    """A link inside that leads out: which file it is, the folder says."""
    link = here.root / f"link-{name}"
    link.symlink_to(here.home / name)
    return link


def _through(here: Site, name: str) -> Path:
    """A link outside to a link inside that leads out."""
    link = here.home / f"far-{name}"
    link.symlink_to(_link_out(here, name))
    return link


def _by_dots(here: Site, name: str) -> Path:
    (here.root / "deep").mkdir(exist_ok=True)
    return here.root / "deep" / ".." / ".." / name


def _as_folder(here: Site, name: str) -> Path:
    """The folder that is published is reached by another name."""
    _inside(here, name)
    (here.home / "other").symlink_to(here.root)
    return here.home / "other" / "x" / name


def _relative(here: Site, name: str) -> Path:
    """A relative link, from a folder beside."""
    _inside(here, name)
    (here.home / "beside").mkdir()
    (here.home / "beside" / name).symlink_to(Path("..", "public", "x", name))
    return here.home / "beside" / name


@posix
@pytest.mark.parametrize("which", ["certs", "trust.json", "revoked.json"])
@pytest.mark.parametrize("place", [_inside, _link_in, _link_out, _through, _by_dots, _as_folder, _relative])
def test_no_paper_is_read_from_the_folder(tmp_path: Path, which: str, place: Callable[[Site, str], Path]) -> None:
    here = site(tmp_path)
    here.write("a.txt", PLAIN)
    here.certify("a.txt")
    given = {"certs": here.home / "certs", "trust.json": here.home / "trust.json",
             "revoked.json": here.home / "revoked.json"}  # fmt: skip
    given[which] = place(here, which)
    papers = read_papers(here.root, *given.values(), TODAY)
    assert here.judged("a.txt", papers=papers).status == ("revoked" if which == "revoked.json" else "unapproved")
    assert any("在要发布的文件夹里" in note for note in papers.notes)


@posix
def test_certificates_may_lie_around_the_folder_and_not_in_it(tmp_path: Path) -> None:
    here = site(tmp_path)
    here.write("a.txt", PLAIN)
    here.certify("a.txt")
    assert here.judged("a.txt", papers=read_papers(
        here.root, tmp_path, tmp_path / "trust.json", tmp_path / "revoked.json", TODAY)).status == "approved"  # fmt: skip
    (tmp_path / "certs" / "0000.json").rename(here.root / "0000.json")
    (tmp_path / "certs" / "1.json").symlink_to(here.root / "0000.json")
    assert here.judged("a.txt", papers=read_papers(
        here.root, tmp_path, tmp_path / "trust.json", tmp_path / "revoked.json", TODAY)).status == "unapproved"  # fmt: skip


@posix
@pytest.mark.parametrize(
    ("path", "through"),
    [("public/a", True), ("public", True), ("public/../b", False), ("b", False), ("publication/a", False),
     ("loop", False), ("public/a/../../b", True)],
)  # fmt: skip
def test_ways(tmp_path: Path, path: str, through: bool) -> None:
    (tmp_path / "public" / "a").mkdir(parents=True)
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert leads_through(tmp_path / path, os.path.realpath(tmp_path / "public")) is through


@pytest.mark.parametrize("name", ["none.json", "none"])
def test_what_is_not_there_is_no_way_through(tmp_path: Path, name: str) -> None:
    here = site(tmp_path)
    here.write("a.txt", PLAIN)
    here.certify("a.txt")
    papers = read_papers(here.root, *[tmp_path / name] * 3, TODAY)
    assert here.judged("a.txt", papers=papers).status == "unapproved"
    assert len(papers.notes) == 3


def test_other_files_beside_certificates(tmp_path: Path) -> None:
    here = site(tmp_path)
    here.write("a.txt", PLAIN)
    here.certify("a.txt")
    for name, data in (("x.json", b"{}"), ("y.json", b""), ("README.md", b"x"), ("z.json", b"\xff" * 9)):
        (tmp_path / "certs" / name).write_bytes(data)
    assert here.judged("a.txt").status == "approved"
    assert sorted(paper.verdict.status for paper in here.papers().papers) == ["invalid", "invalid", "invalid", "valid"]


# --- what stands in a folder -----------------------------------------------------------------------


@posix
@pytest.mark.parametrize(
    ("name", "target", "wanted"),
    [("l", "a.txt", "approved"), ("b/l", "../a.txt", "approved"), ("l", "../outside.txt", "unread"), ("l", "gone", "unread"),
     ("l", "b", "unread"), ("l", "l", "unread"), ("l", "/etc/hostname", "unread")],
)  # fmt: skip
def test_links(tmp_path: Path, name: str, target: str, wanted: str) -> None:
    here = site(tmp_path)
    (tmp_path / "outside.txt").write_text(PLAIN)
    here.write("a.txt", PLAIN)
    here.certify("a.txt")
    (here.root / "b").mkdir()
    (here.root / name).symlink_to(target)
    assert statuses(here.run())[name] == wanted


@posix
def test_what_is_no_file(tmp_path: Path) -> None:
    here = site(tmp_path)
    os.mkfifo(here.root / "pipe")
    assert statuses(here.run()) == {"pipe": "unread"}


@posix
@pytest.mark.parametrize("name", [b"\xff\xfe.txt", b"a\nb.txt", b"::error::.txt", b"%0A.txt", "\u202etxt.a".encode(), b"-o"])
def test_odd_names(tmp_path: Path, name: bytes) -> None:
    here = site(tmp_path)
    with open(os.path.join(os.fsencode(here.root), name), "wb") as stream:
        stream.write(PLAIN.encode())
    here.write("a.txt", PLAIN)
    here.certify("a.txt")
    assert set(statuses(here.run()).values()) == {"approved"}


def test_names_of_folders_are_published_too(tmp_path: Path) -> None:
    here = site(tmp_path)
    here.write("a.txt", PLAIN)
    here.certify("a.txt")
    here.write(f"身份证{ID_NUMBER}/a.txt", PLAIN)
    outcome = here.run()
    assert [one.status for one in outcome.files] == ["approved", "found", "approved"]
    assert not any(ID_NUMBER in one.path for one in outcome.files)


def test_what_is_hashed_is_what_is_scanned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is another as soon as it was read was never approved as that."""
    here = site(tmp_path)
    path = here.write("a.txt", PLAIN)
    here.certify("a.txt")
    whole = reviewer.readers.file_bytes
    reads = []

    def read(path: Path, limits: object) -> bytes:
        data = whole(path, limits)  # type: ignore[arg-type]
        reads.append(path)
        path.write_text(TELLING)
        return data

    monkeypatch.setattr(reviewer.readers, "file_bytes", read)
    assert (here.judged("a.txt").status, here.judged("a.txt").status) == ("approved", "found")
    assert reads == [path, path]


@posix
@pytest.mark.parametrize("trick", ["dies", "raises"])
def test_a_file_that_ends_its_process_is_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trick: str) -> None:
    here = site(tmp_path)
    here.write("a.txt", PLAIN)
    here.write("b.txt", PLAIN + "二")
    here.certify("a.txt", "b.txt")
    good = Scanner.in_bytes

    def bad(self: Scanner, data: bytes, shown: str) -> object:
        if shown == "b.txt":
            os.kill(os.getpid(), 9) if trick == "dies" else 1 // 0
        return good(self, data, shown)

    monkeypatch.setattr(Scanner, "in_bytes", bad)
    assert statuses(here.run()) == {"a.txt": "approved", "b.txt": "unread"}


def test_an_interrupt_leaves_the_rest_unread(tmp_path: Path) -> None:
    here = site(tmp_path)
    for name in "abc":
        here.write(name, PLAIN)
    here.certify("a")
    done: list[int] = []

    def advance() -> None:
        done.append(1)
        raise KeyboardInterrupt

    gate = Gate(here.root, here.papers(), [scanner()], "全面", "政府网站", jobs=1)
    outcome = gate.run(gate.files(), "", advance)
    assert (outcome.interrupted, outcome.exit_code) == (True, 25)
    assert sorted(statuses(outcome).values()) == ["approved", "unread", "unread"]


def test_rules_that_are_added_only_add(tmp_path: Path) -> None:
    """An exclusion of an office hides nothing at the gate; a rule of its own finds more."""
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "own-code.yml").write_text(
        "id: own-code\ntitle: 内部编码\nentity: TRADE_SECRET\nseverity: check\nbasis: [ogi-15]\nadvice: 删去。\nkind: pattern\n"
        "patterns: ['NBM-[0-9]{4}']\nexamples: ['编号«NBM-1234»']\n",
        encoding="utf-8",
    )
    (rules / "own-exclusion.yml").write_text(
        f"id: own-exclusion\ntitle: 排除\nentity: ID_CARD\nkind: exclusion\npatterns: ['{ID_NUMBER}']\n"
        f"examples: ['号«{ID_NUMBER}»']\n",
        encoding="utf-8",
    )
    here = site(tmp_path)
    here.write("a.txt", TELLING)
    here.write("b.txt", "内部编码：NBM-1234\n")
    own = Scanner(Settings(today=TODAY, rule_folders=(rules,)))
    assert not [one for one in own.text(TELLING).findings if one.entity == "ID_CARD"]
    gate = Gate(here.root, here.papers(), [scanner(), own], "全面", "政府网站", jobs=1)
    outcome = gate.run(gate.files(), "")
    found = {one.path: {reason.rule for reason in one.reasons} for one in outcome.files}
    assert "resident-id" in found["a.txt"]
    assert "own-code" in found["b.txt"]


# --- the baseline ----------------------------------------------------------------------------------


def _baseline(here: Site, until: date = TODAY, **options: bool) -> Baseline:
    made, _ = baseline_of(here.run(), "以前就有", "信息股", until, **options)
    path = here.home / "base.json"
    path.write_bytes(made.to_bytes())
    assert load_baseline(path).to_bytes() == made.to_bytes()
    return load_baseline(path)


def test_what_was_there_before(tmp_path: Path) -> None:
    here = site(tmp_path)
    here.write("a.txt", TELLING)
    here.write("b.bin", b"\0\1\2" * 9)
    baseline = _baseline(here)
    assert ID_NUMBER not in (tmp_path / "base.json").read_text()
    here.write("new.txt", PLAIN)
    outcome = here.run(baseline=baseline)
    assert statuses(outcome) == {"a.txt": "approved", "b.bin": "approved", "new.txt": "unapproved"}
    assert {one.by for one in outcome.files} == {"baseline", ""}
    here.write("a.txt", TELLING + " ")
    assert here.judged("a.txt", baseline=baseline).status == "found"


def test_a_baseline_ends(tmp_path: Path) -> None:
    here = site(tmp_path)
    here.write("a.txt", TELLING)
    outcome = here.run(baseline=_baseline(here, TODAY - DAY))
    assert outcome.exit_code == 24
    assert "到期" in outcome.notes[-1]


def test_a_baseline_of_findings_needs_certificates_still(tmp_path: Path) -> None:
    here = site(tmp_path)
    here.write("a.txt", TELLING)
    assert here.judged("a.txt", baseline=_baseline(here, findings_only=True)).status == "unapproved"


@pytest.mark.parametrize("status", ["changed", "expired", "revoked", "unapproved"])
def test_what_no_baseline_excuses(tmp_path: Path, status: str) -> None:
    here = site(tmp_path)
    here.write("a.txt", PLAIN)
    changes = {"expired": {"valid_until": TODAY - DAY}, "unapproved": {"outcome": "on_request"}}
    here.certify("a.txt", **changes.get(status, {}))
    if status == "changed":
        here.write("a.txt", PLAIN + "增")
    elif status == "revoked":
        (tmp_path / "revoked.json").unlink()
    made, left = baseline_of(here.run(), "以前就有", "信息股", TODAY)
    assert (made.entries, left) == ((), 1)
    sha = here.judged("a.txt").sha256
    forged = Baseline((Excuse(Place(sha, "unapproved"), "", "", TODAY),))
    assert here.judged("a.txt", baseline=forged).status == status


def test_nobody_answers_for_a_secret(tmp_path: Path) -> None:
    here = site(tmp_path)
    here.write("a.txt", "机密★10年\n关于春季植树的通知\n各村：\n    请完成植树。\n")
    assert here.run(baseline=_baseline(here)).exit_code == 24


@pytest.mark.parametrize("text", ["", "{}", '{"schema": "reviewer.baseline/1", "entries": [{"fault": "revoked"}]}'])
def test_what_is_no_baseline(tmp_path: Path, text: str) -> None:
    (tmp_path / "base.json").write_text(text)
    with pytest.raises(UsageError):
        load_baseline(tmp_path / "base.json")


def test_a_look_is_made_anew_where_processes_are_not_copied(tmp_path: Path) -> None:
    import pickle

    from reviewer.gate.look import Recipe

    here = site(tmp_path)
    path = here.write("a.txt", TELLING)
    look = pickle.loads(pickle.dumps(Recipe((Settings(today=TODAY),), Config(), here.root, None)))()
    assert isinstance(look, Look)
    assert [one.sha256 for one in look.results(path, "a.txt")] == [here.judged("a.txt").sha256]
