"""How the tagger's training texts are made: by seed, with the right spans, and apart from what is measured on."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest

from reviewer.language.training import corpora, correct, people
from reviewer.language.training.clauses import Clauses
from reviewer.language.training.examples import STRAY, Example, exchanged, strewn, tags, wrapped
from reviewer.language.training.grammar import HEADERS, HELD_OUT_HEADERS, Grammar, patterns
from reviewer.language.training.people import People, count
from reviewer.language.training.teacher import Reading

COUNTS = count(["张建国", "王晓红", "李伟", "欧阳建华", "克林顿", "约翰·史密斯", "陈志强", "孙丽", "周海涛"] * 3)


def grammar(seed: int, file: str = "training", *, reserved: bool = False) -> Grammar:
    random = Random(seed)
    return Grammar(random, People(random, COUNTS, reserved=reserved), file)


def test_the_same_seed_writes_the_same_texts() -> None:
    one, other = grammar(5), grammar(5)
    assert [one.example(HEADERS) for _ in range(50)] == [other.example(HEADERS) for _ in range(50)]


@pytest.mark.parametrize("file", ["training", "held_out"])
def test_every_pattern_can_be_filled(file: str) -> None:
    writer = grammar(1, file)
    for _, pattern in patterns(file):
        text, names = writer.fill(pattern)
        assert not set("{}|[]") & set(text) or "|" in pattern, pattern
        assert all(text[start:end].strip() for start, end in names)


def test_what_is_held_out_is_not_trained_on() -> None:
    writer = grammar(2)
    for _ in range(400):
        example = writer.example(HEADERS)
        for start, end in example.names:
            name = example.text[start:end]
            assert not (re.fullmatch("[一-鿿]+", name) and people.reserved(name)), name
    assert not {line for _, line in patterns("training")} & {line for _, line in patterns("held_out")}
    assert not set(HEADERS["name"]) & set(HELD_OUT_HEADERS["name"])


def test_patterns_of_training_are_not_near_those_held_out() -> None:
    """No stretch of eight characters beside a slot stands in both."""
    near = re.compile(r"(?<=\})[^{}\[\]|\\]{8}|[^{}\[\]|\\]{8}(?=\{N\})")
    held = {stretch for _, line in patterns("held_out") for stretch in near.findall(line)}
    assert len(held) > 30
    assert not [line for _, line in patterns("training") if held & set(near.findall(line))]


def test_surnames_that_training_never_saw_are_judged_by_the_facts_alone() -> None:
    from reviewer.language.training.examples import Stream, letters, unseen

    numbers = {sign: 6 + place for place, sign in enumerate(letters())}
    seen = Stream([Example("王伟和缪丽来，欧阳建华与即墨海", ((0, 2), (7, 11)))])
    strange, pairs = unseen(seen)
    assert numbers["缪"] in strange and numbers["王"] not in strange and numbers["的"] not in strange
    assert seen.pairs[9] not in pairs and seen.pairs[14] in pairs, "欧阳, 即墨"


def test_the_made_up_texts_are_written_for_the_evaluate_command(tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    from reviewer.evaluation import labelled_texts
    from reviewer.language.training import score

    few = score.generated
    monkeypatch.setattr(score, "generated", lambda counts, **more: few(counts, times=1, tables=3, **more))
    given = next(one + two for one in "建晓志海明文春" for two in "国红强涛华英平" if people.reserved_given(one + two))
    paths = score.write_tests(tmp_path, count(["张建国", "李伟", "张" + given, "约翰·史密斯"]))
    assert {path.parent.name for path in paths} == {"everyday", "reserved"} and len(paths) > 20
    texts = [text for path in paths for text in labelled_texts(path)]
    assert sum(len(text.spans) for text in texts) > 200
    assert {kind for text in texts for _, _, kind in text.spans} == {"NAME"}


def test_a_text_is_held_out_by_its_words_alone() -> None:
    texts = [corpora.Text("msra.train", f"第{number}句", ()) for number in range(2000)]
    assert 140 < sum(text.held_out for text in texts) < 260
    assert corpora.Text("weibo.test", "甲", ()).held_out
    assert not corpora.Text("weibo.train", "甲", ()).held_out


def test_other_names_keep_their_places() -> None:
    text = "张建国说，他和张建国、李伟是邻居。"
    example = Example(text, ((0, 3), (7, 10), (11, 13)), pronouns=((5, 6),))
    changed = exchanged(example, People(Random(4), COUNTS), pronouns=True)
    names = [changed.text[start:end] for start, end in changed.names]
    assert len(names) == 4 and names[0] == names[2]
    assert changed.text == f"{names[0]}说，{names[1]}和{names[2]}、{names[3]}是邻居。"
    assert exchanged(example, People(Random(4), COUNTS), only_reserved=True).text == text


def test_stray_signs_break_no_name() -> None:
    text = "张建国说，李伟和王晓红来了。"
    example = Example(text, ((0, 3), (5, 7), (8, 11)), doubts=((11, 12),))
    for seed in range(60):
        changed = strewn(example, Random(seed))
        assert [changed.text[start:end] for start, end in changed.names] == ["张建国", "李伟", "王晓红"]
        assert [changed.text[start:end] for start, end in changed.doubts] == ["来"]
        assert "".join(sign for sign in changed.text if sign not in STRAY) == text


def test_lines_broken_at_a_fixed_width_keep_the_names() -> None:
    text = "经办人张建国说，李伟和王晓红来了。" * 8
    spans = [(17 * times + start, 17 * times + end) for times in range(8) for start, end in ((3, 6), (8, 10), (11, 14))]
    for seed in range(40):
        changed = wrapped(Example(text, tuple(spans), doubts=((14, 15),)), Random(seed))
        written = [changed.text[start:end].replace("\n", "") for start, end in changed.names]
        assert written == ["张建国", "李伟", "王晓红"] * 8 and changed.text.replace("\n", "") == text
        assert [changed.text[start:end] for start, end in changed.doubts] == ["来"]
        widths = {len(line) for line in changed.text.split("\n")[1:-1]}
        assert len(widths) == 1 and 20 <= widths.pop() <= 45


def test_clauses_of_dictionary_words_hold_the_names_that_they_say() -> None:
    clauses = Clauses(Random(1), lambda: "张建国")
    texts = [clauses.text() for _ in range(300)]
    assert all(text[start:end] == "张建国" for text, names in texts for start, end in names)
    assert sum(text.count("张建国") for text, _ in texts) == sum(len(names) for _, names in texts) > 100
    assert len({text for text, _ in texts}) == 300 and not re.search("[A-Za-z ]", "".join(text for text, _ in texts))


def test_tags_of_names() -> None:
    assert tags("周与张建国来", [(0, 1), (2, 5)]).tolist() == [4, 0, 1, 2, 3, 0]


def test_who_begins_several_texts_before_a_colon_is_a_speaker() -> None:
    import numpy as np

    texts = ["姜山：今天谈谈比赛。", "姜山：还有什么看法？", "姜山：谢谢各位。", "时间：今天", "时间：明天", "时间：后天"]
    tags = ["LOC"] * 3 + ["n"] * 3
    rows = [
        (text, Reading([(0, 2, tag), (2, len(text), "w")], np.zeros(len(text), np.float32)), [])
        for text, tag in zip(texts, tags, strict=True)
    ]
    consensus = correct.Consensus(rows)
    assert [consensus.corrected(text, []) for text in texts] == [[(0, 2)]] * 3 + [[]] * 3


NAMES = [
    ("周女士来电", [(0, 3, "PER"), (3, 5, "v")], ["周"]),
    ("欧阳主任来了", [(0, 4, "PER"), (4, 5, "v"), (5, 6, "u")], ["欧阳"]),
    ("张建国副主任说", [(0, 6, "PER"), (6, 7, "v")], ["张建国"]),
    ("比尔·克林顿说", [(0, 2, "PER"), (2, 3, "w"), (3, 6, "PER"), (6, 7, "v")], ["比尔·克林顿"]),
    ("小王和老李", [(0, 2, "PER"), (2, 3, "c"), (3, 5, "PER")], ["王", "李"]),
    ("“李明”说", [(0, 4, "PER"), (4, 5, "v")], ["李明"]),
    ("学习马克思主义", [(0, 2, "v"), (2, 7, "n")], ["马克思"]),
    ("这一周下跌", [(0, 2, "r"), (2, 3, "PER"), (3, 5, "v")], []),
    ("张某说", [(0, 1, "PER"), (1, 2, "r"), (2, 3, "v")], ["张某"]),
    # Clubs and houses bear names like persons'; a longer name is no club.
    ("富勒姆主场", [(0, 3, "PER"), (3, 5, "n")], []),
    ("伊丽莎白酒店开业", [(0, 4, "PER"), (4, 6, "n"), (6, 8, "v")], []),
    ("斯托克顿投中", [(0, 4, "PER"), (4, 6, "v")], ["斯托克顿"]),
    ("记者梁建明文/摄", [(0, 2, "n"), (2, 6, "PER"), (6, 8, "v")], ["梁建明"]),
]


@pytest.mark.parametrize(("text", "words", "names"), NAMES)
def test_the_teachers_names_after_the_rules(text: str, words: list[tuple[int, int, str]], names: list[str]) -> None:
    import numpy as np

    found = correct.names_of(text, Reading(words, np.zeros(len(text), np.float32)))
    assert [text[start:end] for start, end in found] == names
