"""Made-up results to report on. Every person, number and address here is invented."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from reviewer.keys import Key
from reviewer.model import Document, Fault, Finding, Gap, Locator, Result
from reviewer.readers.assembly import Assembly
from reviewer.reports import Bundle

KEY = Key(bytes(range(32)))

BASIS = {
    "ogi-15": (
        "中华人民共和国政府信息公开条例",
        "第十五条",
        "涉及商业秘密、个人隐私等公开会对第三方合法权益造成损害的政府信息，行政机关不得公开。",
        "国务院令第711号",
    ),
    "pipl-28": (
        "中华人民共和国个人信息保护法",
        "第二十八条",
        "敏感个人信息是一旦泄露或者非法使用，容易导致自然人受到侵害的个人信息。",
        "主席令第91号",
    ),
    "secrets-35": (
        "中华人民共和国保守国家秘密法",
        "第三十五条",
        "机关、单位应当对拟公开的信息进行保密审查。",
        "2024年修订",
    ),
}
TITLES = {"resident-id": "居民身份证号码", "mobile": "个人手机号码", "person-name": "个人姓名",
          "home-address": "家庭住址", "hidden": "看不见的内容", "secret-mark": "国家秘密标志",
          "office-phone": "办公电话", "bank-card": "银行卡号",
          "masked-id": "遮盖不够的身份证号码"}  # fmt: skip
_RULES = {
    "ID_CARD": ("resident-id", "block", ("ogi-15", "pipl-28"), "删去整个号码；确需区分同名者时，另编序号。"),
    "PHONE": ("mobile", "check", ("ogi-15",), "删去，或只留前三位和后四位。"),
    "NAME": ("person-name", "check", ("ogi-15",), "核实是否必须公开姓名；不必的改为“姓+某”。"),
    "ADDRESS": ("home-address", "check", ("ogi-15",), "只写到乡镇或街道。"),
    "HIDDEN_CONTENT": ("hidden", "check", ("secrets-35",), "删除后另存。"),
    "CLASSIFICATION": ("secret-mark", "block", ("secrets-35",), "立即停止，按保密规定处理。"),
    "LANDLINE": ("office-phone", "note", (), "单位电话可以公开。"),
    "BANK_CARD": ("bank-card", "block", ("pipl-28",), "删去整列。"),
}


def found(document: Document, text: str, entity: str, **changes: object) -> Iterator[Finding]:
    """A finding for each place where `text` stands in the document."""
    rule, severity, basis, advice = _RULES[entity]
    start = document.text.find(text)
    while start >= 0:
        end = start + len(text)
        part, locator = document.place(start, end)
        block = document.block_at(start)
        column = locator.column if block is not None and block.table is not None else None
        yield replace(
            Finding(rule=rule, entity=entity, severity=severity, confidence="certain", start=start, end=end,
                    part=part, locator=locator, value=text, view="folded",
                    message=f"{TITLES[rule]}。", advice=advice, basis=basis, column=column),
            **changes,
        )  # fmt: skip
        start = document.text.find(text, end)


def in_name(name: str, text: str, entity: str) -> Finding:
    """A finding in a file's name."""
    rule, severity, basis, advice = _RULES[entity]
    start = name.index(text)
    return Finding(rule=rule, entity=entity, severity=severity, confidence="likely", start=start,
                   end=start + len(text), part="filename", locator=Locator(), value=text, view="folded",
                   message="文件名里有个人信息。", advice=advice, basis=basis)  # fmt: skip


def decision() -> Result:
    """A docx: body, a wrapped number, a comment, a tracked deletion, a small table, a picture."""
    page = Assembly()
    page.add("青禾县自然资源局行政处罚决定书", locator=Locator(paragraph=1))
    page.add("机密★5年", part="header", locator=Locator(paragraph=1))
    body = (
        "当事人：钟离墨白，身份证号码 110101190203074\n530，住青禾县柳溪镇河湾村七组12号，电话13900000001。"
    )
    page.add(body, locator=Locator(paragraph=3))
    page.add(
        "经查，当事人未经批准擅自占用集体土地建设住宅，" * 20 + "事实清楚。", locator=Locator(paragraph=4)
    )
    struck = "本案由举报人闻人一诺提供线索，" + "对其身份应当保密。"
    page.add(struck, locator=Locator(paragraph=5), marks=[(0, 15, "deleted", "修订删除")])
    page.add_table(
        [(1, [(1, "姓名"), (2, "电话"), (3, "备注")]),
         (2, [(1, "钟离墨白"), (2, "13900000001"), (3, "户主")]),
         (3, [(1, "闻人一诺"), (2, "13900000002"), (3, "=HYPERLINK(1)\x1b[31m\u202e")])]
    )  # fmt: skip
    page.add(
        "这里要核实\x1b[2J钟离墨白的病历", part="comment", locator=Locator(note="批注1"), concealed="批注"
    )
    page.gap(
        "picture", "第2页有一张图片，文字没有识别。请人工查看。", part="picture", locator=Locator(paragraph=6)
    )
    document = page.finish(path="案卷/决定书 钟离墨白.docx", kind="docx", data=b"decision")
    number = "110101190203074\n530"
    findings = [
        *found(document, number, "ID_CARD", value="110101190203074530", view="compact"),
        *found(
            document, "青禾县柳溪镇河湾村七组12号", "ADDRESS", permitted_end=document.text.index("河湾村")
        ),
        *found(document, "13900000001", "PHONE"),
        *found(document, "13900000002", "PHONE", confidence="likely"),
        *found(document, "钟离墨白", "NAME", confidence="likely"),
        *found(document, "闻人一诺", "NAME"),
        *found(document, "机密★5年", "CLASSIFICATION"),
        *found(document, struck[:15], "HIDDEN_CONTENT", value="修订删除 15 字"),
        *found(document, "这里要核实\x1b[2J钟离墨白的病历", "HIDDEN_CONTENT", value="批注 16 字"),
    ]
    name = in_name("决定书 钟离墨白.docx", "钟离墨白", "NAME")
    return Result(document.path, document, tuple(findings), document.gaps, (), (name,))


def notice() -> Result:
    """A text with a note and a masked number."""
    page = Assembly()
    page.add(
        "公示\r\n身份证：110101********1234，出生年月1902年3月\r\n办公电话：0551-0000000\r\n",
        locator=Locator(line=1),
    )
    document = page.finish(path="notice.txt", kind="txt", data=b"notice", encoding="gb18030")
    findings = (
        *found(document, "110101********1234", "ID_CARD", rule="masked-id", masked=True, candidates=3,
               message="遮盖后仍只剩约 3 个可能的号码。"),
        *found(document, "0551-0000000", "LANDLINE", confidence="possible"),
    )  # fmt: skip
    return Result(document.path, document, findings)


def unread() -> Result:
    return Result(
        "旧档/340000190001010000/表.doc", None, faults=(Fault("unknown-format", "旧版文件，请另存为 docx。"),)
    )


def clear() -> Result:
    page = Assembly()
    page.add("关于做好春耕生产的通知", locator=Locator(line=1))
    return Result("clear.md", page.finish(path="clear.md", kind="md", data=b"clear", encoding="utf-8"))


def scanned() -> Result:
    page = Assembly()
    page.add("附图", locator=Locator(page=1))
    gap = Gap(
        "0123456789abcdef", "body", Locator(page=2), "scanned-page", "第2页是扫描图像，没有识别。请人工查看。"
    )
    return Result("scan.pdf", page.finish(path="scan.pdf", kind="pdf", data=b"scan"), gaps=(gap,))


def register(rows: int) -> Result:
    """A workbook's list with a name, an ID and a bank card in each row."""
    page = Assembly()
    cells = [(1, [(1, "序号"), (2, "户主"), (3, "身份证号"), (4, "银行卡号"), (5, "金额")])]
    for row in range(2, rows + 2):
        born = f"1900{row % 12 + 1:02d}{row % 28 + 1:02d}"
        number = f"110101{born}{row:04d}"[:18]
        cells.append((row, [(1, str(row - 1)), (2, f"测{chr(0x4E00 + row)}"), (3, number),
                            (4, f"620000{row:013d}"), (5, "1200.00")]))  # fmt: skip
    page.add_table(cells, sheet="补贴名单")
    document = page.finish(path="补贴发放表.xlsx", kind="xlsx", data=b"register")
    table = document.blocks[0].table
    assert table is not None
    findings = []
    for row in range(1, rows + 1):
        for column, entity in ((1, "NAME"), (2, "ID_CARD"), (3, "BANK_CARD")):
            cell = table.first[row] + column
            start, end = table.starts[cell], table.ends[cell]
            rule, severity, basis, advice = _RULES[entity]
            part, locator = document.place(start, end)
            value = document.text[start:end]
            findings.append(
                Finding(rule, entity, severity, "certain", start, end, part, locator, value,
                        "folded", f"{TITLES[rule]}。", advice, basis, column=column + 1)
            )  # fmt: skip
    return Result(document.path, document, tuple(findings))


def bundle(*results: Result, **changes: object) -> Bundle:
    made = Bundle(
        results=results or (decision(), notice(), unread(), clear(), scanned(), register(30)),
        key=KEY,
        version="0.1.0",
        rules={"name": "reviewer", "version": "1", "sha256": "0" * 64, "count": 9},
        basis=BASIS,
        titles=TITLES,
        date="2026-11-22",
    )
    return replace(made, **changes)
