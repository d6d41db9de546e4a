"""汇聚风险 on the review page: the card that asks for a decision, and below it what each document gives."""

from __future__ import annotations

from ..casework.test_joining import NUMBER, pensions, published
from .browser import Site


def test_the_reviewer_sees_documents_and_advice(bench: Site) -> None:
    published(bench.world)
    item = bench.world.submitted(pensions())
    page = bench.by("first").get(f"/items/{item}/review").text
    for said in ("汇聚风险：", 'id="joins"', "同一号码的遮法不一", "第1—14位", "公示.txt", "只保留前 2 位、后 3 位", 'href="#joins"'):
        assert said in page, said
    assert not any(secret in page for secret in ("缑茂林", NUMBER[:6], NUMBER[14:]))


def test_nothing_is_shown_where_nothing_joins(bench: Site) -> None:
    item = bench.world.submitted(pensions())
    assert 'id="joins"' not in bench.by("first").get(f"/items/{item}/review").text
