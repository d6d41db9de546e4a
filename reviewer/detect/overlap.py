"""Which of several candidates at one place stand: exclusions first, then the better proven, then the longer."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from operator import attrgetter

from reviewer.detect.candidate import Candidate

_CONFIDENCE = {"certain": 3, "likely": 2, "possible": 1, None: 0}
_LAYERED = frozenset({"HIDDEN_CONTENT", "CLASSIFICATION", "PROCESS_INFO", "TRADE_SECRET", "INFORMANT"})
"""entities that may stand over others: they say something else of the same characters"""
_MARKS = frozenset({"CLASSIFICATION", "PROCESS_INFO", "TRADE_SECRET", "CREDENTIAL", "HIDDEN_CONTENT", "MAP_SECRET"})
_EXACT = frozenset({
    "DISABILITY_ID", "STUDENT_ID", "HMT_RESIDENCE", "FOREIGN_PR", "DRIVER_LICENSE", "SOCIAL_SECURITY",
    "MEDICAL_INSURANCE", "EMAIL", "VIN", "BANK_CARD", "CREDENTIAL",
})  # fmt: skip
"""entities that win over a wider one at the same span and confidence"""


def without_excluded(candidates: list[Candidate], excluded: list[Candidate]) -> list[Candidate]:
    """The candidates that do not lie inside an exclusion that vetoes their entity."""
    if not excluded:
        return candidates
    ordered = sorted(excluded, key=_START)
    starts = [one.start for one in ordered]
    longest = max(one.end - one.start for one in ordered)
    return [one for one in candidates if not _vetoed(one, ordered, starts, longest)]


def _vetoed(one: Candidate, excluded: list[Candidate], starts: list[int], longest: int) -> bool:
    first = bisect_left(starts, one.end - longest)
    for k in range(max(first, 0), bisect_right(starts, one.start)):
        other = excluded[k]
        if other.start <= one.start and one.end <= other.end:
            vetoes = other.rule.vetoes
            if one.rule.entity in vetoes or (not vetoes and one.rule.entity not in _MARKS):
                return True
    return False


def best(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Candidates that do not overlap, but for layers; better proven first, then longer, then earlier."""
    planes: dict[str, list[Candidate]] = {}
    for one in candidates:
        entity = one.rule.entity
        planes.setdefault(entity if entity in _LAYERED else "", []).append(one)
    kept: list[Candidate] = []
    for plane in planes.values():
        plane.sort(key=_START)
        _add_best(plane, kept)
    kept.sort(key=_SPAN)
    return kept


_START, _SPAN = attrgetter("start"), attrgetter("start", "end")


def _add_best(candidates: list[Candidate], kept: list[Candidate]) -> None:
    """Takes those of `candidates`, in order of start, group by group; those of different groups do not touch."""
    cluster: list[Candidate] = []
    reach = -1
    for one in candidates:
        if one.start >= reach:
            kept.extend(cluster if len(cluster) < 2 else _apart(cluster))
            cluster = [one]
            reach = one.end
        else:
            cluster.append(one)
            if one.end > reach:
                reach = one.end
    kept.extend(cluster if len(cluster) < 2 else _apart(cluster))


def _apart(cluster: list[Candidate]) -> list[Candidate]:
    """The best of a cluster and those that do not touch a better one."""
    kept: list[Candidate] = []
    starts: list[int] = []
    for one in sorted(cluster, key=_rank):
        # Kept spans do not overlap: only the neighbours at the place of insertion can touch this one.
        at = bisect_left(starts, one.start)
        clash = (at < len(kept) and kept[at].start < one.end) or (at > 0 and kept[at - 1].end > one.start)
        if not clash:
            kept.insert(at, one)
            starts.insert(at, one.start)
    return kept


def _rank(one: Candidate) -> tuple[int, int, int, int, int, str]:
    plain = one.view in ("plain", "folded")
    return (
        -_CONFIDENCE[one.confidence],
        -(one.end - one.start),
        0 if one.rule.entity in _EXACT else 1,
        0 if plain else 1,
        one.start,
        one.rule.id,
    )
