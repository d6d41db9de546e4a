"""POST /joins: what a draft gives away together with what is published; documents and masked descriptions, no more."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import func, select

from reviewer.store import schema

from ..casework.test_joining import NUMBER, pensions, published
from .client import V1, Service


def ask(api: Service, *files: tuple[str, str], **data: str) -> httpx.Response:
    parts = [("file", (name, text.encode(), "text/plain")) for name, text in files]
    return api.client(api.token()).post(f"{V1}/joins", files=parts, data=data)


def rows(api: Service) -> dict[str, int]:
    with api.world.office.store.read() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in schema.metadata.sorted_tables
            if table.name not in ("events", "heads", "api_tokens", "published_joined", "published_offers")
        }


def test_documents_and_masked_descriptions(api: Service) -> None:
    published(api.world)
    before = rows(api)
    answer = ask(api, ("名单.txt", pensions()), ("别的.txt", "没有什么。\n"))
    told = answer.json()
    (join,) = told["joins"]
    assert (told["documents"], join["kind"], join["after"]) == (1, "complementary_masks", 1)
    assert join["change"] == ["名单.txt"] and len(join["documents"]) == 2
    assert not any(secret in answer.text for secret in ("缑茂林", NUMBER[:6], NUMBER[14:]))
    assert rows(api) == before, "nothing of a draft is kept"


def test_without_anything_published(api: Service) -> None:
    assert ask(api, ("名单.txt", pensions())).json() == {"documents": 0, "joins": [], "tables": []}


def test_drafts_among_themselves(api: Service) -> None:
    """Two drafts that are to be published together join, too, whether anything is published or not."""
    other = pensions(NUMBER[:6] + "*" * 8 + NUMBER[14:]).replace("高龄津贴", "临时补贴")
    (join,) = ask(api, ("一.txt", pensions()), ("二.txt", other)).json()["joins"]
    assert join["documents"] == ["一.txt", "二.txt"]


@pytest.mark.parametrize("files", [(), (("a.txt", "机密★10年\n关于某项目的请示\n"),)])
def test_what_is_refused(api: Service, files: tuple[tuple[str, str], ...]) -> None:
    assert ask(api, *files, genre="").status_code == 422
