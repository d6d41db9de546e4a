"""Joins by parts are the joins of everything at once, whichever part is worked out where and when."""

from __future__ import annotations

import json
import pickle
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from reviewer.identifiers.candidates import Known
from reviewer.linkage import buckets
from reviewer.linkage.join import joins
from reviewer.linkage.tokens import Given, Page, Point

from .drafts import DAY, MEASURE, RARE, TOKENS, masked, number, row

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))

import county

WHOLE = number("34139919010512004")


def site(people: int, documents: int, seed: int) -> list[Given]:
    return list(county.Site(county.County(people, seed), documents, seed, 30).given(TOKENS))


def elsewhere(work: Callable[[Any], Any], tasks: Iterable[Any]) -> Iterator[Any]:
    """As another process would work: nothing is shared, the last task comes first."""
    every = [pickle.dumps(task) for task in tasks]
    made = [pickle.dumps(work(pickle.loads(task))) for task in reversed(every)]
    return (pickle.loads(one) for one in reversed(made))


@pytest.mark.parametrize("seed", range(4))
def test_all_buckets_together_are_everything_at_once(seed: int) -> None:
    given = site(5_000 + 3_000 * seed, 90 + 60 * seed, seed)
    found = joins(given, MEASURE)
    assert {"unique_row", "complementary_masks", "mask_plus_attributes"} <= {one.kind for one in found}
    assert buckets.joins(given, MEASURE) == found
    assert buckets.joins(given, MEASURE, run=elsewhere) == found


def _asked_twice() -> list[Given]:
    """A row without a name that asks under several keys, of a person who is known under all of them."""
    known = Known(1901, 5, 12, male=False)
    phone = "PHONE", "13855550123"
    rows = [
        row(("ID_CARD", masked(WHOLE, (0, 14))), name=RARE, wholes=[phone]),
        row(name=RARE, known=known, at=5),
        row(name="", known=known, wholes=[phone], kinds=["HEALTH"]),
        row(name="缑*林", hidden=True, known=known, kinds=["WELFARE"]),
        row(name="", known=known, kinds=["HEALTH"], village="前进"),
    ]
    return [Given(Page(str(k), published=DAY), "", (one,)) for k, one in enumerate(rows)]


def _points() -> list[Given]:
    subject = TOKENS.of("subject", "青禾县水务局取水口")
    places = [(117.0, 31.0), (117.1, 31.0), (117.0, 31.1)]
    return [Given(Page(str(k), published=DAY), "", (), (Point(subject, *at),)) for k, at in enumerate(places)]


@pytest.mark.parametrize("made", [_asked_twice, _points])
def test_rows_with_several_keys_and_coordinates(made: Callable[[], list[Given]]) -> None:
    given = made()
    found = joins(given, MEASURE)
    assert {one.kind for one in found} & {"unique_row", "coordinates"}
    assert buckets.joins(given, MEASURE, run=elsewhere) == found


def test_what_is_stored_of_a_bucket_comes_back() -> None:
    given = [*site(4_000, 60, 9), *_asked_twice(), *_points()]
    pieces = [piece for k, one in enumerate(given) for piece in buckets.pieces(k, one).values()]
    assert [buckets.unpacked(one.document, buckets.packed(one)) for one in pieces] == pieces
    by_name = [piece for k, one in enumerate(given) for at, piece in buckets.pieces(k, one).items() if at < buckets.KEYS]
    made = buckets.named(by_name, MEASURE)
    offers = [one for some in made.offers.values() for one in some]
    assert offers and buckets.unpacked_offers(buckets.packed_offers(offers)) == offers
    asked = [piece for piece in pieces if piece.alike]
    fits = buckets.nameless(asked, offers, MEASURE)
    found = list(made.found) + buckets.points(pieces)
    assert fits and buckets.unpacked_found(buckets.packed_found(found, fits)) == (found, fits)


def test_what_was_found_holds_no_value() -> None:
    """Joins go into reports: places and words, no digits of a number, no name."""
    made = county.Site(county.County(6_000, 5), 100, 5, 30)
    given = list(made.given(TOKENS))
    by_name = [piece for k, one in enumerate(given) for at, piece in buckets.pieces(k, one).items() if at < buckets.KEYS]
    told = json.dumps([asdict(one) for one in joins(given, MEASURE)], ensure_ascii=False)
    kept = buckets.packed_found(buckets.named(by_name, MEASURE).found).decode()
    assert "身份证号码的第" in kept and "身份证号码的第" in told
    assert not re.search("[0-9]{6}", re.sub("0[.][0-9]+", "", told + kept))
    assert not any(one.name in told + kept for one in made.county.people if len(one.name) > 2)
