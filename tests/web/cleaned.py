"""A take-down list in the workbench's database, as rescans leave it there."""

from __future__ import annotations

from reviewer.casework.act import stamp
from reviewer.store import database, schema, takedown

from ..casework.world import World

REASON = "2026年8月7日公示期满。录用、聘用名单只为公示而公开，公示期满应当撤下；确需留存结果的，去标识后保留。"
ENTRIES: tuple[tuple[str, str, str, str, str], ...] = (
    ("甲局", "通知公告", "announcement_over", "take_down", "2026年度拟录用公务员公示"),
    ("甲局", "规范性文件", "repealed", "keep", "关于印发建房管理规定的通知"),
    ("乙局", "惠农补贴", "finding", "deidentify", "2026年耕地补贴发放表"),
    ("", "", "dead_attachment", "take_down", ""),
)
"""unit, column, kind, action, title"""


def published(world: World) -> list[int]:
    """Puts the entries there; their numbers."""
    at = stamp(world.office.clock())
    with world.office.store.write() as connection:
        source = database.add(
            connection, schema.published_sources, name_key="k", name="site", key_id=world.office.key.id, created_at=at
        )
        for number, (unit, column, kind, action, title) in enumerate(ENTRIES):
            document = database.add(
                connection, schema.published_documents, source_id=source, path_key=f"k{number}", path=f"a/{number}.html",
                sha256=f"{number}", size=1, readers="r", rules="r", format="html", genre="", verdict="clear", title=title,
                url=f"https://www.example.gov.cn/a/{number}.html", unit=unit, column=column, page_key="", text_key="",
                examined=b"", first_run=1, last_run=1, complete=True, published="2026-08-03",
            )  # fmt: skip
            takedown.put(connection, [{
                "document_id": document, "kind": kind, "proposed": action, "reason": REASON, "basis": ["pipl-47"],
                "since": "2026-08-07", "evidence": ["文中写明：公示期：2026年8月3日至8月7日"], "mark": "m",
            }], at)  # fmt: skip
        rows = [row["id"] for row in takedown.listed(connection, takedown.Filter())]
        takedown.append(
            connection, [(row, "proposed", {"action": "take_down"}) for row in sorted(rows)], at=at, actor="reviewer rescan #1"
        )
        return sorted(rows)
