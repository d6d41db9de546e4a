"""The trained tagger: names marked «…» are found, the rest stays silent; the same text gives the same spans."""

from __future__ import annotations

import hashlib
import random
import re
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from reviewer.language import tagger
from reviewer.language.tagger import CERTAIN, NameTagger, Span, decoded

CARD = Path(__file__).parents[2] / "docs" / "model-card.md"

FOUND = [
    "申请人«张建国»因不服该决定，向市政府申请行政复议。",
    "会议由县委书记«李国强»主持，县长«王晓红»、副县长«赵志远»参加。",
    "村民«刘桂兰»告诉记者，家门口的路修好了。",
    "成员：«陈志强»、«孙丽萍»、«周海涛»、«吴敏»。",
    "户主：«欧阳建华»，男，汉族。",
    "被告人«王大勇»犯盗窃罪，判处有期徒刑一年。",
    "来访的«约翰·史密斯»教授参观了展厅。",
    "牧民«买买提·艾力»说，草场的事有了着落。",
    "«王　伟»　　«李　静»　　«张志明»",
    "«陈志强»\n«孙丽萍»\n«周海涛»\n«吴敏»",
    "序号\t姓名\t性别\n1\t«陈志强»\t男\n2\t«孙丽萍»\t女\n3\t«周海涛»\t男",
    "«周»女士来电反映，«刘»先生的店占了人行道。",
    "当事人«张某某»与«李某»系邻居。",
    "安置对象：«乌兰其其格»、«次仁卓玛»。",
    "讲解员«宦津京»带着大家回顾了老街的历史。",
]

SILENT = [
    "各级各部门要高度重视，切实加强组织领导，明确任务，压实责任，确保工作取得成效。",
    "申请人应当如实填写申请表，并提交身份证明；签发人签字后生效。",
    "深入学习贯彻习近平新时代中国特色社会主义思想，全面落实党的二十大精神。",
    "位于人民路与解放路交叉口，东至王家村，南至李庄。",
    "安徽省黄山市屯溪区、歙县、黟县和祁门县的高速公路建设任务",
    "常年开展和平利用、公平竞争、成功经验交流，马上办、及时办。",
    "规范公开工作流程★★★，完善公开★★、解读、发布等机制★。",
    "",
    "\n\n",
    "1234567890，GDP增长，采用PPP模式；用A4纸双面打印。",
]


def marked(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text without marks, and where they stood."""
    spans, at = [], 0
    for match in re.finditer("«([^»]*)»", text):
        start = match.start() - at
        spans.append((start, start + len(match.group(1))))
        at += 2
    return re.sub("[«»]", "", text), spans


def places(spans: list[Span]) -> list[tuple[int, int]]:
    return [(span.start, span.end) for span in spans]


@pytest.mark.parametrize("line", FOUND)
def test_found(line: str) -> None:
    text, spans = marked(line)
    assert places(NameTagger.load().find(text, CERTAIN)) == spans


@pytest.mark.parametrize("line", SILENT)
def test_silent(line: str) -> None:
    assert NameTagger.load().find(line, CERTAIN) == []


def test_no_name_depends_on_where_it_stands() -> None:
    """Neither the pieces nor the chunks in which a long text is read can be seen in what is found."""
    lines = [marked(line)[0] for line in FOUND]
    text = "\n".join(lines)
    alone = places(NameTagger.load().find(text, CERTAIN))
    for size in (tagger.CHUNK, tagger.PIECE - 40, tagger.PIECE - 3, tagger.PIECE * 2 - 17):
        before = ("各有关单位要抓好落实。\n" * size)[: size - 1] + "\n"
        moved = [(start - size, end - size) for start, end in places(NameTagger.load().find(before + text, CERTAIN))]
        assert [span for span in moved if span[0] > 20] == [span for span in alone if span[0] > 20]


def test_scores_are_confidences_and_a_lower_floor_finds_no_less() -> None:
    text = "\n".join(marked(line)[0] for line in FOUND + SILENT)
    many, few = NameTagger.load().find(text, 0.05), NameTagger.load().find(text, 0.9)
    assert len(many) >= len(few) > 20
    assert all(0.05 <= span.score <= 1 for span in many)
    assert all(one.end <= other.start for one, other in pairwise(many))
    assert NameTagger.load().find(text) == NameTagger.load().find(text)


@pytest.mark.parametrize("unit", ["张建国、", "高度重视", "王", "·", "申请人：李明，", "\n"])
def test_time_grows_with_the_length(unit: str) -> None:
    """One line of any length, also one that is nothing but names: ten times as long takes about ten times the time."""
    find = NameTagger.load().find

    def spent(size: int) -> float:
        text = (unit * size)[:size]
        best = float("inf")
        for _ in range(2):
            started = time.process_time()
            find(text)
            best = min(best, time.process_time() - started)
        return best

    spent(2000)
    assert spent(100_000) < 40 * spent(10_000) + 0.05


def test_decoding_finds_the_best_path() -> None:
    """Against trying every way to cut a short text."""
    draw = random.Random(3)
    for _ in range(60):
        size = draw.randint(1, 7)
        scores = np.array([[draw.gauss(0, 2) for _ in tagger.TAGS] for _ in range(size)], np.float32)
        odds = scores[:, 1:] - scores[:, :1]

        def value(start: int, end: int, odds: np.ndarray = odds) -> float:
            rows = odds[start:end]
            return float(rows[0, 3] if end - start == 1 else rows[0, 0] + rows[1:-1, 1].sum() + rows[-1, 2])

        best = [0.0]
        for end in range(1, size + 1):
            best.append(max(best[-1], *(best[start] + value(start, end) for start in range(end))))
        found = decoded(scores, 0.0)
        assert sum(score for _, _, score in found) == pytest.approx(best[-1], abs=1e-3)


def test_a_long_row_of_names_is_found_name_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where too many spans are possible to compare all, those of one name stay in sight."""
    given = ["建国", "秀英", "桂兰", "志强", "丽华", "玉梅", "海涛", "晓燕", "春生", "永福"]
    text = "、".join(surname + name for surname in "王李张刘陈杨赵吴" for name in given)
    found = NameTagger.load().find(text, CERTAIN)
    assert len(found) == 80
    monkeypatch.setattr(tagger, "_MANY", 10)
    assert NameTagger.load().find(text, CERTAIN) == found


def test_look_alikes_are_one_character() -> None:
    table = tagger.alphabet("·*！!")
    for one, other in (("•", "·"), ("･", "·"), ("＊", "*"), ("！", "!"), ("７", "1"), ("ａ", "z"), ("Ｂ", "Z")):
        if one == "！":
            continue
        assert table[ord(one)] == table[ord(other)] > 0
    assert table[ord("龘")] == table[ord("㐂")] == 1
    assert tagger.codes_of("𠮷a").tolist() == [0xFFFF, ord("a")]


def test_the_card_names_these_weights() -> None:
    assert hashlib.sha256(tagger.WEIGHTS.read_bytes()).hexdigest() in CARD.read_text(encoding="utf-8")
    assert tagger.WEIGHTS.stat().st_size < 3_000_000
