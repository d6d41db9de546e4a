"""Schemathesis asks what the OpenAPI description allows and what it does not, and holds the answers against it."""

from __future__ import annotations

import time
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from reviewer.api.app import OPENAPI

from .client import Service, new_item

_SECONDS = 12
"""processor time after which no more is tried: every example may scan a file"""
_EXAMPLES = 60
_CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip
"""the others send further requests of their own, or hold a valid request for something that is not there for a fault"""


def test_the_answers_are_as_described(api: Service) -> None:
    token = api.token()
    item = new_item(api.client(token)).json()["id"]
    described = schemathesis.openapi.from_asgi(OPENAPI, api.app)
    operations = [one.ok() for one in described.get_all_operations()]
    assert len(operations) == 6
    headers = {"Authorization": f"Bearer {token}"}
    end = time.process_time() + _SECONDS
    asked: dict[str, set[int]] = {}

    @seed(20261122)
    @settings(
        max_examples=_EXAMPLES, database=None, phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=st.one_of([one.as_strategy() for one in operations]), known=st.booleans())
    def ask(case: Any, known: bool) -> None:
        if time.process_time() > end:
            return
        if known and case.path_parameters:
            case.path_parameters["item"] = item
        answer = case.call(headers=headers)
        case.validate_response(answer, checks=_CHECKS)
        asked.setdefault(case.operation.label, set()).add(answer.status_code)

    ask()
    # It reached behind the first checks of each.
    assert set(asked) == {one.label for one in operations}
    assert any(200 in codes for codes in asked.values())
    assert not any(code >= 500 for codes in asked.values() for code in codes)
