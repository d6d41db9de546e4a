"""The word lists: they say where they come from, are small, load fast and do not contradict each other."""

from __future__ import annotations

from reviewer.language import lists

OWN = ("surnames.txt", "given.txt", "not_names.txt", "cues.txt", "places.txt")


def test_each_list_names_its_source() -> None:
    for name in OWN:
        head = (lists.DATA / name).read_text(encoding="utf-8").splitlines()[:3]
        assert head[0].startswith("#") and any(line.startswith("# source:") for line in head), name


def test_the_lists_are_small() -> None:
    assert sum((lists.DATA / name).stat().st_size for name in OWN) < 1_000_000


def test_surnames() -> None:
    names = lists.surnames()
    assert {"王", "张", "覃", "仝"} <= names.common and len(names.compound) >= 60
    assert {"欧阳", "上官", "尉迟"} <= names.compound and not names.common & names.rare


def test_cues_and_stop_words_do_not_meet() -> None:
    groups = lists.groups()
    cues = {word for name in ("private", "office", "unknown") for word in groups[name]}
    assert not cues & set(groups["famous"])
    assert not set(groups["title"]) & set(groups["courtesy"])
