"""What a change of a rule would touch among published documents, as far as the state tells without their texts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from reviewer.evaluation.counterexamples import Counterexample
from reviewer.keys import value_ids
from reviewer.scanning import Scanner
from reviewer.store import schema

if TYPE_CHECKING:
    from reviewer.rescan.state import State


@dataclass(frozen=True, slots=True)
class Touched:
    """Published documents in which a rule has findings, how many, and how many have a counter-example's value."""

    documents: int
    findings: int
    same: int


def touched(state: State, rule: str, examples: Iterable[Counterexample], scanner: Scanner) -> Touched:
    """What the next rescan would look at again, at most, were the rule changed: texts are not kept, values are not."""
    table, documents = schema.published_findings, schema.published_documents
    query = (
        select(table.c.document_id)
        .join(documents, documents.c.id == table.c.document_id)
        .where(table.c.rule == rule, table.c.gone_run.is_(None), documents.c.gone_run.is_(None))
        .distinct()
    )
    with state.store.read() as connection:
        holders = sorted(connection.execute(query).scalars())
    ids = frozenset(_value_ids(state, examples, scanner))
    found = same = 0
    for _, told in state.examined(holders):
        for one in told["findings"]:
            if one["rule"] == rule:
                found += 1
                same += one["value_id"] in ids
    return Touched(len(holders), found, same)


def _value_ids(state: State, examples: Iterable[Counterexample], scanner: Scanner) -> Iterable[str]:
    for example in examples:
        for one in scanner.text(example.text).findings:
            if (one.rule, one.start, one.end) == (example.rule, example.start, example.end):
                yield value_ids(one.entity, state.key)(one.value)
