"""规则: what is looked for, by which law, with examples; 误报: what could be changed. Nobody changes a rule here."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import Response

from reviewer.casework import feedback
from reviewer.errors import Absent
from reviewer.evaluation.feedback import KINDS
from reviewer.reports.words import entity_title
from reviewer.rulebook.load import Rulebook, load
from reviewer.web.bench import Posted, Signed, bench, page, scanning, session_of

router = APIRouter()
SEVERITIES = {"block": "不得公开", "check": "须人工判断", "note": "提示", "silent": "不报告"}


@router.get("/rules")
def rules(request: Request, words: str = "", severity: str = "") -> Response:
    own = bench(request)
    book = own.office.intake.scanner.book
    shown = [one for one in book.rules if _fits(one, words.strip(), severity)]
    context = {
        "rules": shown, "words": words, "severity": severity, "total": len(book.rules), "digest": book.digest,
        "severities": SEVERITIES, "entity_title": entity_title, "basis": book.basis,
    }  # fmt: skip
    return page(request, "rules.html", context, session=session_of(request))


def _fits(rule: Any, words: str, severity: str) -> bool:
    text = f"{rule.id} {rule.title} {rule.message} {rule.advice} {entity_title(rule.entity)}"
    return all(word in text for word in words.split()) and severity in ("", rule.severity)


@router.get("/alarms")
def alarms(request: Request, session: Signed) -> Response:
    """The rules that were called wrong, without any text."""
    own = bench(request)
    found = feedback.alarming(own.office, session.who)
    context = {"alarms": found, "titles": own.bundle().titles}
    return page(request, "alarms.html", context, session=session)


@router.post("/alarms/{name}")
async def offered(request: Request, name: str, session: Signed, form: Posted) -> Response:
    """Counter-examples and what could be changed, as typed: who looks is in the ledger."""
    own = bench(request)
    if own.office.intake.scanner.book.by_id(name) is None:
        raise Absent("没有这条规则。")
    offer = await scanning(request, lambda: feedback.offer(own.office, session.who, name))
    context = {
        "offer": offer, "title": own.bundle().titles[name], "kinds": KINDS, "most": feedback.MOST,
        "examples": [_shown(one) for one in offer.examples],
    }  # fmt: skip
    return page(request, "alarm.html", context, session=session)


def _shown(one: Any) -> Markup:
    """A counter-example with the alarm marked."""
    text = one.text
    return Markup("{}<mark>{}</mark>{}").format(text[: one.start], text[one.start : one.end], text[one.end :])


@router.get("/rules/{name}")
def rule(request: Request, name: str) -> Response:
    own = bench(request)
    book = own.office.intake.scanner.book
    found = book.by_id(name)
    if found is None:
        raise Absent("没有这条规则。")
    folders = own.office.intake.scanner.settings.rule_folders
    examples = (_whole(folders, book.digest).by_id(name) or found).examples
    context = {
        "rule": found, "basis": [book.basis[key] for key in found.basis], "severities": SEVERITIES,
        "entity_title": entity_title, "examples": [_marked(one) for one in examples],
    }  # fmt: skip
    return page(request, "rule.html", context, session=session_of(request))


@lru_cache(maxsize=2)
def _whole(folders: tuple[Path, ...], digest: str) -> Rulebook:
    """The rules with their examples, which the ones that scan come without: parsed when somebody first looks."""
    return load(folders, whole=True)


def _marked(example: Any) -> Markup:
    """The example with what must be found marked; made-up persons only."""
    pieces, here = [], 0
    for start, end, _ in example.spans:
        pieces += [escape(example.text[here:start]), Markup("<mark>{}</mark>").format(example.text[start:end])]
        here = end
    return Markup("").join([*pieces, escape(example.text[here:])])
