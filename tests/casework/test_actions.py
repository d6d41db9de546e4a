"""From draft to certificate: what each action asks for, and what it leaves."""

from __future__ import annotations

import hashlib
import io
import json
import threading
import zipfile
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from reviewer.casework import intake
from reviewer.casework.act import looking
from reviewer.casework.intake import Upload
from reviewer.casework.keeping import SYSTEM
from reviewer.casework.permissions import Who
from reviewer.errors import Absent, Conflict, Denied, Refusal, SecretMark
from reviewer.review.certificate import verify
from reviewer.review.clock import CHINA
from reviewer.review.decisions import Decision
from reviewer.review.item import Item
from reviewer.review.keyring import Keyring
from reviewer.review.procedure import Procedure, Step
from reviewer.review.revocation import revocations_of
from reviewer.store import database, schema
from reviewer.store.database import Events
from reviewer.workers import apart

from .world import PLAIN, PRIVATE, World

ID, PHONE, NAME = "34010219000506123X", "13800012345", "张建国"
MARKED = "机密★10年\n关于某项工作的报告\n"


def events(world: World, item: int | None = None) -> list[dict[str, Any]]:
    with world.office.store.read() as connection:
        return [
            {**json.loads(one.payload), "kind": one.kind, "actor": one.actor}
            for one in Events(connection)
            if item is None or one.item == item
        ]


def everything_stored(world: World) -> bytes:
    """All that the database says, and all bytes in the data folder."""
    said = []
    with world.office.store.read() as connection:
        for table in schema.metadata.sorted_tables:
            said += [repr([bytes(v) if isinstance(v, memoryview) else v for v in row]).encode()
                     for row in connection.execute(select(table))]  # fmt: skip
    return b"\n".join(said) + b"".join(path.read_bytes() for path in world.folder.rglob("*") if path.is_file())


def finding(world: World, item: int, entity: str, who: str = "first") -> Any:
    return next(one for one in world.office.findings(world.who[who], item) if one.entity == entity)


# --- the whole path --------------------------------------------------------------------------------


def test_from_draft_to_publication(world: World) -> None:
    item = world.approved(PRIVATE)
    view = world.office.item(world.who["publisher"], item)
    assert (view.case.state, view.case.outcome, view.case.step) == ("approved", "open", 2)
    world.do("publisher", "publish", item, "本局网站通知公告栏")
    assert world.state(item) == "published"
    assert world.office.verify_ledger().whole
    assert [one["kind"] for one in events(world, item)] == [
        "item_created", "version_added", "submitted", "decided", "decided", "decided", "passed", "passed", "approved",
        "certificate_issued", "published",
    ]  # fmt: skip


def test_a_page_looks_at_one_state(world: World) -> None:
    item, drafter, first = world.item(), world.who["drafter"], world.who["first"]
    with looking(world.office, drafter) as outer:
        with looking(world.office, drafter) as inner:
            assert inner is outer
        with looking(world.office, first) as other:
            assert other.actor.user != outer.actor.user
        before = world.office.item(drafter, item).revision
        world.add(item)
        assert world.office.item(drafter, item).revision == before
    assert world.office.item(drafter, item).revision > before


def test_the_certificate_names_the_bytes_the_steps_and_the_ledger(world: World, keys: Any) -> None:
    item = world.approved(PRIVATE, channels=("website", "board"), take_down_on=date(2026, 12, 31))
    trust = Keyring(keys / "signing").trust()
    verdict = verify(_paper(world), trust, revocations_of(world.office.revocation_list(), trust), date(2026, 11, 23))
    told = verdict.certificate
    assert verdict.status == "valid" and told is not None
    assert [(one.path, one.sha256) for one in told.subjects] == [
        ("通知.txt", hashlib.sha256(PRIVATE.encode()).hexdigest())
    ]
    assert (told.outcome, told.scope, told.channel) == ("open", "全面", ("政府网站", "公开栏"))
    assert told.valid_until == date(2026, 12, 31)
    assert [(one.role, one.name) for one in told.steps] == [
        ("初审", "甲局first"), ("复审", "甲局second"), ("终审", "甲局final")
    ]
    assert [(one.rule, one.start, one.end) for one in told.decided] == [
        (one.rule, one.start, one.end) for one in world.office.findings(world.who["first"], item)
    ]
    with world.office.store.read() as connection:
        row = database.one(connection, schema.events, seq=told.ledger_head[0])
    assert (row.hash, row.kind) == (told.ledger_head[1], "approved")


def _paper(world: World) -> bytes:
    with world.office.store.read() as connection:
        return bytes(connection.execute(select(schema.certificates.c.envelope)).scalars().all()[-1])


def test_nothing_found_lies_about_in_the_clear(world: World) -> None:
    item = world.submitted(PRIVATE, title=f"关于{NAME}（{ID}）的公示", remarks=f"经办人电话{PHONE}")
    one = finding(world, item, "PHONE")
    world.do("first", "decide", item, one.id, Decision("lawful", f"{NAME}同意公开其电话{PHONE}"))
    world.office.comment(world.who["first"], item, f"请核对{ID}", one.id)
    world.do("first", "return_item", item, f"删去{NAME}的身份证号{ID}")
    stored = everything_stored(world)
    for secret in (NAME, ID, PHONE):
        assert secret.encode() not in stored and repr(secret)[1:-1].encode() not in stored
    assert world.office.card(world.who["first"], item).title == f"关于{NAME}（{ID}）的公示"
    assert NAME not in world.office.item(world.who["first"], item).item.title


def test_a_value_is_shown_to_those_allowed_and_every_look_is_logged(world: World) -> None:
    item = world.submitted(PRIVATE)
    one = finding(world, item, "ID_CARD")
    assert ID not in repr(one)
    for who, sees in (("first", True), ("final", True), ("drafter", True), ("publisher", False), ("other_first", False),
                      ("auditor", False), ("system_admin", False)):  # fmt: skip
        before = len(events(world))
        if sees:
            assert world.office.show_value(world.who[who], item, one.id) == ID
            assert events(world)[-1]["kind"] == "value_shown" and len(events(world)) == before + 1
        else:
            with pytest.raises((Denied, Absent)):
                world.office.show_value(world.who[who], item, one.id)
    assert ID not in json.dumps(events(world))


# --- secrets ---------------------------------------------------------------------------------------


def zipped(**members: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name, text in members.items():
            package.writestr(f"{name}.txt", text)
    return stream.getvalue()


@pytest.mark.parametrize(("name", "data"), [
    ("报告.txt", MARKED.encode()), ("报告.txt", "密级：秘密\n某项工作\n".encode()), ("材料.zip", zipped(a=PLAIN, b=MARKED)),
    ("（绝密★长期）报告.txt", PLAIN.encode()),
])  # fmt: skip
def test_a_draft_with_a_certain_mark_never_enters(world: World, name: str, data: bytes) -> None:
    item = world.item()
    before = len(events(world))
    other = Upload("附件.txt", PLAIN.encode())
    with pytest.raises(SecretMark, match=r"停止操作.*断开网络.*保密办"):
        world.office.add_version(world.who["drafter"], item, world.revision(item), [other, Upload(name, data)])
    (told,) = events(world)[before:]
    digest = hashlib.sha256(data).hexdigest()
    assert set(told) == {"kind", "actor", "rule", "sha256"}
    assert (told["kind"], told["actor"], told["sha256"]) == ("secret_mark_refused", "drafter", digest)
    assert world.office.item(world.who["drafter"], item).case.version == 0
    with world.office.store.read() as connection:
        last = connection.execute(select(schema.events).order_by(schema.events.c.seq.desc())).first()
        assert last is not None and (last.item, last.version) == (None, None)
        assert not connection.execute(select(schema.files)).all()
        assert world.office.vault.sweep(connection, 4e9) == 0
    assert "某项工作".encode() not in everything_stored(world)


@pytest.mark.parametrize("text", ["例如“机密★10年”字样\n", "国家秘密分为绝密、机密、秘密三级。\n", "★★★ 重要通知 ★★★\n"])
def test_what_only_speaks_of_secrecy_may_enter(small: World, text: str) -> None:
    assert small.add(small.item(), text).version == 1


def test_a_title_or_a_reason_with_a_mark_does_not_enter_either(small: World) -> None:
    with pytest.raises(SecretMark):
        small.item("秘密★10年 关于某项工作的报告")
    item = small.submitted()
    with pytest.raises(SecretMark):
        small.do("first", "return_item", item, "密级：机密")
    assert "报告" not in everything_stored(small).decode("utf-8", "replace")


@pytest.mark.parametrize(("ruling", "kind"), [("declassified", "declassified"), ("not_secret", "false_alarm")])
def test_with_a_sealed_ruling_it_enters_and_the_mark_must_go(world: World, ruling: str, kind: str) -> None:
    digest = hashlib.sha256(MARKED.encode()).hexdigest()
    security = world.who["security_admin"]
    world.office.declassify(security, digest, ruling, "某市保密局", date(2026, 1, 5), "解密通知第1号", "李某")
    item = world.submitted(MARKED)
    mark = finding(world, item, "CLASSIFICATION")
    with pytest.raises(Refusal, match="国家秘密标志"):
        world.do("first", "decide", item, mark.id, Decision("lawful", "已解密"))
    paper = {"body": "某市保密局", "on": date(2026, 1, 5), "basis": "解密通知第1号"} if kind == "declassified" else {}
    world.do("first", "decide", item, mark.id, Decision(kind, "核定不是密级标志", **paper))  # type: ignore[arg-type]
    ready = world.office.item(world.who["first"], item).ready
    assert (ready.pending, ready.undecided) == ((1, 0) if kind == "declassified" else (0, 0))
    if kind == "declassified":
        world.do("first", "return_item", item, "去掉密级标志")
        world.add(item, "关于某项工作的报告\n")
        world.do("drafter", "submit", item)
        assert world.office.item(world.who["first"], item).ready.pending == 0
    # Another file of the same name has no ruling.
    with pytest.raises(SecretMark):
        world.add(world.item(), MARKED + "又一行\n")


def test_a_ruling_that_somebody_wrote_into_the_database_opens_nothing(world: World) -> None:
    digest = hashlib.sha256(MARKED.encode()).hexdigest()
    with world.office.store.write() as connection:
        database.add(
            connection, schema.declassifications, sha256=digest, ruling="declassified", body="某局", on_day="2026-01-05",
            basis="x", signed_by="x", entered_by=1, at="2026-11-23T01:00:00Z", seal=b"{}",
        )  # fmt: skip
    with pytest.raises(SecretMark):
        world.add(world.item(), MARKED)


@pytest.mark.parametrize(("change", "says"), [
    ({"ruling": "maybe"}, "记录只能是"), ({"sha256": "A" * 64}, "64 位"), ({"sha256": "a" * 63}, "64 位"),
    ({"body": " "}, "签发人"), ({"on": date(2027, 1, 1)}, "之后"),
])  # fmt: skip
def test_a_ruling_needs_everything(small: World, change: dict[str, Any], says: str) -> None:
    told = {"sha256": "a" * 64, "ruling": "declassified", "body": "某局", "on": date(2026, 1, 5), "basis": "依据",
            "signed_by": "某人", **change}  # fmt: skip
    with pytest.raises(Refusal, match=says):
        small.office.declassify(small.who["security_admin"], **told)


@pytest.mark.parametrize(("name", "data", "says"), [
    ("空.txt", b"", "空的"), ("坏.docx", b"PK\x03\x04broken", "没有收下"), ("谜.bin", bytes(range(256)) * 20, "没有收下"),
])  # fmt: skip
def test_what_can_not_be_read_does_not_enter(small: World, name: str, data: bytes, says: str) -> None:
    with pytest.raises(Refusal, match=says):
        small.add(small.item(), data, name)


def test_where_there_is_no_memory_file_system_what_needs_a_converter_is_refused(small: World) -> None:
    from dataclasses import replace

    from reviewer.casework.intake import Intake

    bare = Intake(small.office.intake.scanner.told("", date(2026, 11, 23)), small.office.key, None)
    office = replace(small.office, intake=bare)
    item = small.item()
    rtf = rb"{\rtf1\ansi Hello world, this is a draft.}"
    with pytest.raises(Refusal, match="要转换后才能读取"):
        office.add_version(small.who["drafter"], item, 1, [Upload("稿.rtf", rtf)])
    assert office.add_version(small.who["drafter"], item, 1, [Upload("稿.txt", PLAIN.encode())]).version == 1


# --- decisions -------------------------------------------------------------------------------------


def test_one_value_is_decided_wherever_it_stands_and_only_there(world: World) -> None:
    item = world.submitted(f"电话{PHONE}。\n再留一次：{PHONE}，另一个13900012345。\n")
    one = finding(world, item, "PHONE")
    done = world.do("first", "decide", item, one.id, Decision("lawful", "办公电话"), reach="value")
    assert done.count == 2
    kinds = [(found.value_id == one.value_id, found.kind) for found in world.office.findings(world.who["first"], item)]
    assert sorted(kinds, key=str) == sorted([(True, "lawful"), (True, "lawful"), (False, None)], key=str)
    told = events(world, item)[-1]
    assert (told["kind"], told["count"], told["reach"]) == ("decided", 2, "value")


TABLE = "姓名\t手机\n" + "".join(f"张建{n}\t1380001{k:04d}\n" for k, n in enumerate("国军民华平"))


def test_one_column_is_decided_with_one_reason(world: World) -> None:
    item = world.item()
    added = world.add(item, TABLE.replace("\t", ","), "名单.csv")
    world.office.submit(world.who["drafter"], item, added.revision)
    phones = [one for one in world.office.findings(world.who["first"], item) if one.entity == "PHONE"]
    assert len(phones) == 5 and len({one.column for one in phones}) == 1
    done = world.do("first", "decide", item, phones[2].id, Decision("must_change"), reach="column")
    assert done.count == 5
    assert {one.kind for one in world.office.findings(world.who["first"], item) if one.rule != phones[0].rule} == {None}


def test_what_is_in_no_column_is_not_decided_by_column(small: World) -> None:
    item = small.submitted(PRIVATE)
    with pytest.raises(Refusal, match="列"):
        small.do("first", "decide", item, finding(small, item, "PHONE").id, Decision("must_change"), reach="column")


def test_findings_of_other_items_and_versions_are_out_of_reach(world: World) -> None:
    one, other = world.submitted(PRIVATE), world.submitted(PRIVATE)
    foreign = finding(world, other, "PHONE")
    with pytest.raises(Absent):
        world.do("first", "decide", one, foreign.id, Decision("must_change"))
    with pytest.raises(Absent):
        world.office.comment(world.who["first"], one, "看一下", foreign.id)
    with pytest.raises(Absent):
        world.office.show_value(world.who["first"], one, foreign.id)
    world.do("first", "decide", other, foreign.id, Decision("must_change"), reach="value")
    assert finding(world, one, "PHONE").kind is None


def test_must_change_blocks_and_the_next_version_goes_through(world: World) -> None:
    item = world.submitted(PRIVATE)
    world.decide_all(item, "must_change")
    with pytest.raises(Refusal, match="退回修改"):
        world.do("first", "approve", item)
    world.do("first", "return_item", item, "删去个人信息")
    world.add(item, PLAIN)
    world.do("drafter", "submit", item)
    world.sign(item)
    assert world.state(item) == "approved"


def test_decisions_carry_over_to_the_next_version_of_the_same_item_only(world: World) -> None:
    item = world.submitted(PRIVATE)
    world.decide_all(item)
    world.do("first", "return_item", item, "改一个错字")
    added = world.add(item, PRIVATE + "附注一行。\n")
    assert (added.carried, added.due) == (3, 0)
    assert {one.carried for one in world.office.findings(world.who["first"], item)} == {True}
    other = world.item()
    assert (world.add(other, PRIVATE).carried, world.add(other, PRIVATE).due) == (0, 3)


def test_a_renamed_file_keeps_its_place_and_a_second_file_has_its_own(world: World) -> None:
    item = world.submitted(PRIVATE)
    world.decide_all(item)
    world.do("first", "return_item", item, "改名")
    assert world.add(item, PRIVATE, "通知（定稿）.txt").carried == 3
    revision = world.revision(item)
    uploads = [Upload("通知（定稿）.txt", PRIVATE.encode()), Upload("附件.txt", PRIVATE.encode())]
    added = world.office.add_version(world.who["drafter"], item, revision, uploads)
    assert (added.carried, added.due) == (3, 3)


def returned_with(world: World, kind: str, text: str = PRIVATE) -> int:
    item = world.submitted(text)
    for one in world.office.findings(world.who["first"], item):
        if one.kind is None:
            world.do("first", "decide", item, one.id, Decision(kind, "依据"), reach="value")  # type: ignore[arg-type]
    world.do("first", "return_item", item, "请脱敏")
    return item


@pytest.mark.parametrize(("text", "name", "due", "traces"), [
    ("申请人张某，身份证号3401****123X，电话138****2345。\n", "稿.txt", None, 0),
    (PRIVATE, "稿.txt", 3, 0),
    (f"申请人张某。\n<!-- {ID} -->\n", "稿.html", None, None),
])  # fmt: skip
def test_masked_is_done_when_the_value_is_gone(
    world: World, text: str, name: str, due: int | None, traces: int | None
) -> None:
    item = returned_with(world, "masked")
    added = world.add(item, text, name)
    world.do("drafter", "submit", item)
    ready = world.office.item(world.who["first"], item).ready
    gone = ID not in text
    assert (ready.pending + ready.undecided == 0) == gone or not gone
    if not gone:
        assert ready.pending + ready.undecided > 0
        world.do("first", "return_item", item, "还在")
    if traces is not None:
        assert added.traces == traces


def package_with(hidden: str) -> bytes:
    """A file in whose bytes a value stands that no reader shows: a member of the package that nothing refers to."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("[Content_Types].xml", _TYPES)
        package.writestr("_rels/.rels", _RELS)
        package.writestr("word/document.xml", _BODY)
        package.writestr("word/leftover.bin", hidden)
    return stream.getvalue()


_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="bin" ContentType="application/octet-stream"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
_BODY = (
    '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    "<w:body><w:p><w:r><w:t>本局定于下周一召开座谈会。</w:t></w:r></w:p></w:body></w:document>"
)


def test_a_trace_in_the_bytes_is_found_and_must_be_decided(world: World) -> None:
    item = returned_with(world, "masked")
    added = world.add(item, package_with(f"x {ID} y"), "稿.docx")
    assert added.traces >= 1
    world.do("drafter", "submit", item)
    trace = next(one for one in world.office.findings(world.who["first"], item) if one.trace)
    assert (trace.severity, trace.kind, trace.due) == ("block", None, True)
    assert world.office.item(world.who["first"], item).ready.undecided >= 1
    assert world.office.show_value(world.who["first"], item, trace.id)
    world.do("first", "return_item", item, "字节里还有")
    assert world.add(item, package_with("nothing"), "稿.docx").traces == 0
    world.do("drafter", "submit", item)
    ready = world.office.item(world.who["first"], item).ready
    assert (ready.pending, ready.undecided) == (0, 0)


def test_a_package_that_can_not_be_searched_through_proves_nothing(world: World) -> None:
    item = returned_with(world, "masked")
    data = bytearray(zipped(a=PLAIN, b=PLAIN))
    at = data.rindex(b"PK\x01\x02")
    data[at + 8] |= 1  # the second member says that it is encrypted
    added = world.add(item, bytes(data), "材料.zip")
    assert added.gaps >= 1 and added.traces >= 2
    assert all(one.due for one in world.office.findings(world.who["first"], item) if one.trace)


def test_what_was_let_stand_is_asked_anew_where_the_value_was_to_be_gone(world: World) -> None:
    text = f"联系电话{PHONE}。\n值班电话{PHONE}。\n"
    item = world.submitted(text)
    first, second = (one for one in world.office.findings(world.who["first"], item) if one.entity == "PHONE")
    world.do("first", "decide", item, first.id, Decision("masked"))
    world.do("first", "decide", item, second.id, Decision("lawful", "值班电话依法公开"))
    world.do("first", "return_item", item, "第一处脱敏")
    added = world.add(item, f"联系电话138****2345。\n值班电话{PHONE}。\n")
    world.do("drafter", "submit", item)
    again = [one for one in world.office.findings(world.who["first"], item) if one.value_id == first.value_id]
    # The one that is left is now the first of its value: whichever it is taken for, it is not let stand by itself.
    assert again and not any(one.kind == "lawful" for one in again) and added.version == 2
    ready = world.office.item(world.who["first"], item).ready
    assert ready.pending + ready.undecided == 1
    for one in again:
        world.do("first", "decide", item, one.id, Decision("lawful", "值班电话依法公开"))
    assert world.office.item(world.who["first"], item).ready.pending == 0


def test_a_draft_beside_the_final_file_does_not_hold_up_the_approval(world: World) -> None:
    item = world.item()
    files = [Upload("底稿.txt", PRIVATE.encode(), "draft"), Upload("公开稿.txt", PLAIN.encode())]
    added = world.office.add_version(world.who["drafter"], item, 1, files)
    world.office.submit(world.who["drafter"], item, added.revision)
    assert world.office.item(world.who["first"], item).ready.undecided == 0
    world.sign(item)
    assert b"\xe5\xba\x95\xe7\xa8\xbf" not in _paper(world)  # 底稿
    only = world.item()
    added = world.office.add_version(world.who["drafter"], only, 1, files[:1])
    world.office.submit(world.who["drafter"], only, added.revision)
    world.decide_all(only)
    with pytest.raises(Refusal, match="最终文件"):
        world.sign(only)


def test_a_gap_is_approved_when_somebody_has_read_it(world: World) -> None:
    item = world.item()
    added = world.add(item, zipped(a=PLAIN), "材料.zip")
    broken = zipped(a=PLAIN).replace(b"PK\x01\x02", b"PK\x01\x02") + b""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("a.txt", PLAIN)
        package.writestr("b.docx", b"PK\x03\x04 not a package")
    assert added.gaps == 0 and broken
    added = world.add(item, stream.getvalue(), "材料.zip")
    assert added.gaps == 1
    world.office.submit(world.who["drafter"], item, added.revision)
    assert world.office.item(world.who["first"], item).ready.gaps == 1
    with world.office.store.read() as connection:
        gap = connection.execute(select(schema.gaps).order_by(schema.gaps.c.id.desc())).first()
    assert gap is not None
    with pytest.raises(Absent):
        world.do("first", "state_gap", item, gap.id + 1)
    world.do("first", "state_gap", item, gap.id, remark="用原软件打开看过")
    world.decide_all(item)
    world.sign(item)
    told = events(world, item)
    assert next(one for one in told if one["kind"] == "gap_stated")["read_by"] == "甲局first"


# --- the way of an item ----------------------------------------------------------------------------


def test_one_changed_byte_in_the_vault_voids_what_was_decided(world: World) -> None:
    item = world.submitted(PLAIN)
    with world.office.store.write() as connection:
        other = world.office.vault.put(PLAIN.encode() + b" ")
        world.office.vault.keep(connection, other, "2026-11-23T01:00:00Z")
        connection.execute(update(schema.files).values(blob=other.id))
    with pytest.raises(Refusal, match="不一致"):
        world.sign(item)
    assert world.state(item) == "in_review"


def test_an_item_that_lacks_something_is_not_submitted(world: World) -> None:
    item = world.item(source="reposted")
    with pytest.raises(Refusal, match="来源机关"):
        world.office.submit(world.who["drafter"], item, world.add(item).revision)
    world.do("drafter", "edit_item", item, Item("转载", source="reposted", source_agency="某厅", source_consent="yes"))
    world.do("drafter", "submit", item)
    with pytest.raises(Refusal, match="不能修改"):
        world.do("drafter", "edit_item", item, Item("另一个"))
    with pytest.raises(Refusal, match="不能换文件"):
        world.add(item)


def test_without_a_file_nothing_is_submitted(small: World) -> None:
    with pytest.raises(Refusal, match="上传"):
        small.do("drafter", "submit", small.item())


@pytest.mark.parametrize(("steps", "rule", "signers"), [
    (("first", "final"), "某局办法", ["first", "final"]),
    (("first", "second", "third", "final"), "", ["first", "second", "third", "final"]),
])  # fmt: skip
def test_a_units_own_procedure(world: World, steps: tuple[Any, ...], rule: str, signers: list[str]) -> None:
    procedure = Procedure(tuple(map(Step, steps)), rule, rule and "第五条")
    world.office.change_unit(world.who["system_admin"], world.unit, procedure=procedure)
    item = world.submitted()
    for who in signers[:-1]:
        world.do(who, "approve", item)
    world.do(signers[-1], "approve", item, outcome="open")
    assert world.state(item) == "approved"
    submitted = next(one for one in events(world, item) if one["kind"] == "submitted")
    assert submitted["steps"] == list(steps) and submitted.get("local_rule", "") == rule


def test_due_dates(world: World) -> None:
    item = world.submitted()
    view = world.office.item(world.who["first"], item)
    assert view.step_due == _utc(2026, 11, 26, 23, 59, 59)
    assert view.publish_due == _utc(2026, 12, 21, 23, 59, 59)
    world.do("first", "ask_third_party", item, "某公司", "涉及商业秘密")
    assert world.office.item(world.who["first"], item).party_due == _utc(2026, 12, 14, 23, 59, 59)
    with pytest.raises(Refusal, match="期限"):
        world.do("first", "third_party_answer", item, "silent")
    world.clock.pass_(days=30)
    world.do("first", "third_party_answer", item, "silent")
    assert world.state(item) == "in_review"


def test_an_urgent_item_has_the_same_steps_and_clocks_in_hours(world: World) -> None:
    item = world.item()
    added = world.add(item)
    with pytest.raises(Refusal, match="加急"):
        world.office.submit(world.who["drafter"], item, added.revision, urgent=True)
    world.office.submit(world.who["drafter"], item, added.revision, urgent=True, reason="防汛")
    assert world.office.item(world.who["first"], item).step_due == _utc(2026, 11, 23, 17, 0, 0)
    world.sign(item)
    assert world.state(item) == "approved"


def _utc(*parts: int) -> str:
    from reviewer.casework.act import stamp

    return stamp(datetime(*parts, tzinfo=CHINA))  # type: ignore[misc,arg-type]


def test_undecided_is_reported_on_paper(world: World) -> None:
    item = world.submitted()
    with pytest.raises(Refusal, match="纸质"):
        world.do("first", "report_undecided", item, "市保密局", "", "不能确定")
    world.do("first", "report_undecided", item, "市保密局", "移交单〔2026〕3号", "不能确定是否属于国家秘密")
    view = world.office.item(world.who["first"], item)
    assert (view.case.state, view.case.outcome) == ("undecided_reported", "undecided_reported")
    told = events(world, item)[-1]
    assert (told["to"], told["paper_number"]) == ("市保密局", "移交单〔2026〕3号")


def test_a_refusal_names_its_article_and_may_be_opened_later(world: World) -> None:
    item = world.submitted(attribute="closed")
    for who in ("first", "second"):
        world.do(who, "approve", item, outcome="refused")
    world.do("final", "refuse", item, "ogi-16-internal", "内部事务")
    assert world.state(item) == "refused"
    world.do("publisher", "to_open", item, "定期评估后转为主动公开")
    view = world.office.item(world.who["drafter"], item)
    assert (view.case.state, view.item.attribute) == ("returned", "open")
    world.do("drafter", "submit", item)
    world.sign(item)
    assert world.state(item) == "approved"


@pytest.mark.parametrize(("who", "action", "why"), [
    ("publisher", "take_down", "taken-down"), ("drafter", "re_review", "re-review"), ("second", "re_review", "re-review"),
])  # fmt: skip
def test_a_certificate_ends_with_the_publication(world: World, keys: Any, who: str, action: str, why: str) -> None:
    item = world.approved()
    world.do("publisher", "publish", item, "网站")
    trust = Keyring(keys / "signing").trust()
    paper = _paper(world)
    before = revocations_of(world.office.revocation_list(), trust)
    world.do(who, action, item, "公示期满")
    after = revocations_of(world.office.revocation_list(), trust)
    day = date(2026, 11, 23)
    assert verify(paper, trust, before, day).status == "valid"
    assert verify(paper, trust, after, day).status == "revoked"
    assert ([one.reason for one in after.revoked], after.number) == ([why], before.number + 1)


def test_an_approval_past_the_day_of_taking_down_is_none(small: World) -> None:
    item = small.submitted(take_down_on=date(2026, 11, 24))
    small.clock.pass_(days=3)
    with pytest.raises(Refusal, match="撤下日期"):
        small.sign(item)


def test_two_reviewers_lose_nothing(world: World) -> None:
    item = world.submitted(PRIVATE)
    seen = world.revision(item)
    one, two, _ = (found.id for found in world.office.findings(world.who["first"], item))
    world.office.decide(world.who["first"], item, seen, one, Decision("lawful", "依据"))
    with pytest.raises(Conflict, match="刷新"):
        world.office.decide(world.who["first"], item, seen, two, Decision("must_change"))
    with pytest.raises(Conflict):
        world.office.approve(world.who["first"], item, seen)
    kinds = {found.id: found.kind for found in world.office.findings(world.who["first"], item)}
    assert (kinds[one], kinds[two]) == ("lawful", None)


# --- delegation ------------------------------------------------------------------------------------


def second_reviewer(world: World, role: str) -> Who:
    """Another person of the first unit with this role."""
    admin, security = world.who["system_admin"], world.who["security_admin"]
    user = world.office.add_user(admin, f"extra-{role}", f"甲局{role}二", world.unit)
    asked = world.office.ask_grant(admin, user, role, world.unit)  # type: ignore[arg-type]
    world.office.answer_grant(security, asked, confirm=True)
    return Who(user)


def test_a_delegation_keeps_the_persons_apart(world: World) -> None:
    world.who["deputy"] = second_reviewer(world, "third")
    days = (date(2026, 11, 23), date(2026, 11, 30))
    world.office.delegate(world.who["final"], world.user("deputy"), "final", world.unit, *days, "出差")
    item = world.submitted()
    for who in ("first", "second"):
        world.do(who, "approve", item)
    world.do("deputy", "approve", item, outcome="open")
    with world.office.store.read() as connection:
        signed = connection.execute(select(schema.signatures).order_by(schema.signatures.c.id.desc())).first()
    assert signed is not None and (signed.user_id, signed.behalf) == (world.user("deputy"), world.user("final"))
    # Who has signed for himself does not sign for another.
    world.office.delegate(world.who["final"], world.user("second"), "final", world.unit, *days, "出差")
    item = world.submitted()
    for who in ("first", "second"):
        world.do(who, "approve", item)
    with pytest.raises(Refusal, match="同一人"):
        world.do("second", "approve", item, outcome="open")


@pytest.mark.parametrize(("who", "to", "role", "days", "says"), [
    ("final", "drafter", "final", (23, 30), "其他审查人"),
    ("final", "system_admin", "final", (23, 30), "其他审查人"),
    ("final", "other_second", "final", (23, 30), "其他审查人"),
    ("final", "final", "final", (23, 30), "自己"),
    ("first", "second", "final", (23, 30), "自己担任"),
    ("publisher", "second", "publisher", (23, 30), "权限"),
    ("final", "second", "final", (25, 24), "起止"),
    ("final", "second", "final", (20, 22), "起止"),
])  # fmt: skip
def test_delegations_that_are_refused(
    small: World, who: str, to: str, role: Any, days: tuple[int, int], says: str
) -> None:
    since, until = (date(2026, 11, day) for day in days)
    with pytest.raises(Refusal, match=says):
        small.office.delegate(small.who[who], small.user(to), role, small.unit, since, until, "出差")


def test_a_delegation_ends_with_its_days_its_giver_and_his_role(small: World) -> None:
    def lent() -> bool:
        return any(one.behalf for one in small.office.whoami(small.who["second"]).grants)

    days = (date(2026, 11, 24), date(2026, 11, 25))
    made = small.office.delegate(small.who["final"], small.user("second"), "final", small.unit, *days, "出差")
    assert not lent()
    small.clock.pass_(days=1)
    assert lent()
    with pytest.raises(Refusal, match="自己担任"):
        small.office.delegate(small.who["second"], small.user("first"), "final", small.unit, *days, "再委托")
    with small.office.store.read() as connection:
        grant = database.one(connection, schema.grants, user_id=small.user("final"), role="final").id
    small.office.revoke_grant(small.who["security_admin"], grant)
    assert not lent()
    again = small.office.ask_grant(small.who["system_admin"], small.user("final"), "final", small.unit)
    small.office.answer_grant(small.who["security_admin"], again, confirm=True)
    assert lent()
    small.office.end_delegation(small.who["final"], made)
    assert not lent()


# --- keeping ---------------------------------------------------------------------------------------


def test_files_go_after_their_time_and_the_ledger_stays(world: World) -> None:
    item = world.approved(PRIVATE)
    with world.office.store.read() as connection:
        names = connection.execute(select(schema.blobs.c.id)).scalars().all()
    assert world.office.daily().deleted == 0
    world.clock.pass_(days=90)
    assert world.office.daily().deleted == 0
    world.clock.pass_(days=1)
    kept = world.office.daily()
    assert (kept.deleted, kept.checkpoint) == (1, True)
    assert not any(world.office.vault.path(name).exists() for name in names)
    assert world.office.card(world.who["first"], item).title == "关于召开座谈会的通知"
    one = finding(world, item, "ID_CARD")
    with pytest.raises(Absent, match="保留期限"):
        world.office.show_value(world.who["first"], item, one.id)
    assert [one["kind"] for one in events(world, item)][-1] == "files_deleted"
    assert world.office.verify_ledger().whole and world.office.daily().deleted == 0


def test_a_later_round_s_files_go_after_its_own_time(world: World) -> None:
    item = world.approved(PRIVATE, scope="village", scope_name="某村")
    world.clock.pass_(days=100)
    assert world.office.daily().deleted == 1
    world.do("drafter", "re_review", item, "定期评估")
    world.add(item, PRIVATE)
    world.do("drafter", "submit", item)
    world.decide_all(item)
    world.sign(item)
    assert world.office.daily().deleted == 0
    world.clock.pass_(days=100)
    assert world.office.daily().deleted == 1
    with world.office.store.read() as connection:
        assert not connection.execute(select(schema.blobs.c.id).where(schema.blobs.c.wrapped.is_not(None))).all()


def test_a_genre_that_there_is_not_is_refused(small: World) -> None:
    with pytest.raises(Refusal, match="文种"):
        small.item(genre="没有的文种")
    assert small.item(genre=small.office.intake.scanner.book.genres[0].title)


def test_a_day_has_one_checkpoint_and_every_approval_its_own(world: World) -> None:
    assert [world.office.daily().checkpoint for _ in range(2)] == [True, False]
    world.clock.pass_(days=1)
    assert world.office.daily().checkpoint
    before = world.office.verify_ledger().heads
    world.approved()
    assert world.office.verify_ledger().heads == before + 2  # a checkpoint and a certificate


def test_tampering_with_the_database_is_found(world: World) -> None:
    item = world.approved()
    outside = world.office.sign_checkpoint(SYSTEM)
    world.do("publisher", "publish", item, "网站")
    certificate = _paper(world)
    assert world.office.verify_ledger([outside, certificate]).whole
    sqlite = world.office.store.is_sqlite
    triggers = ("events_no_update", "events_no_delete") if sqlite else ("events_no_change",)
    with world.office.store.engine.begin() as connection:
        for one in triggers:
            connection.exec_driver_sql(f"DROP TRIGGER {one}{'' if sqlite else ' ON events'}")
        last = connection.execute(select(schema.events.c.seq).order_by(schema.events.c.seq.desc())).scalar()
        connection.execute(schema.events.delete().where(schema.events.c.seq == last))
    fault = world.office.verify_ledger([outside]).fault
    assert fault is not None and (fault.kind, fault.seq) == ("cut", last)
    with world.office.store.engine.begin() as connection:
        connection.execute(update(schema.events).where(schema.events.c.seq == 5).values(actor="nobody"))
    fault = world.office.verify_ledger().fault
    assert fault is not None and (fault.kind, fault.seq) == ("changed", 5)


def test_a_checkpoint_that_nobody_signed_is_told(world: World) -> None:
    world.office.daily()
    with world.office.store.engine.begin() as connection:
        connection.execute(update(schema.checkpoints).values(envelope=b"{}"))
    outcome = world.office.verify_ledger()
    assert not outcome.whole and outcome.fault is None and "签名" in outcome.unsigned[0]


def test_a_page_is_released_with_the_hash_of_its_text(world: World, keys: Any) -> None:
    from reviewer.review.page_text import page_text
    from reviewer.settings import Limits

    page = f"<html><body><h1>公示</h1><p>联系电话{PHONE}</p></body></html>".encode()
    item = world.item()
    world.office.submit(world.who["drafter"], item, world.add(item, page, "公示.html").revision)
    world.decide_all(item)
    world.sign(item)
    told = verify(_paper(world), Keyring(keys / "signing").trust(), None, date(2026, 11, 23)).certificate
    assert told is not None and told.subjects[0].text_sha256 == page_text(page, "公示.html", Limits()).sha256
    assert [one.text for one in told.decided if one.rule == "phone"] == [(6, 17)]


def test_a_copy_of_the_process_is_made_when_nobody_scans(world: World) -> None:
    """Else it would wait for ever for who scans in the process that it was copied from."""
    reads = world.office.intake
    limits = replace(reads.scanner.settings.limits, file_seconds=10.0)
    told = reads.masked("电话13800012345")
    intake._SCANNING.acquire()
    threading.Timer(0.3, intake._SCANNING.release).start()
    assert apart(lambda: reads.masked("电话13800012345"), limits, 0) == told != "电话13800012345"
