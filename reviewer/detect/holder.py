"""Whose a bank account is: the name in the form that the account's number is a field of.

户名, 开户行 and 账号 stand on one line or on a line each; in contracts the party stands above its bank.
"""

from __future__ import annotations

from collections.abc import Iterator

from reviewer.detect.lines import Lines
from reviewer.prepared.patterns import compiled

_ABOVE, _BELOW = 8, 3
"""lines that are looked at for fields of the same form"""
_BEFORE = 160
_LABEL = "[一-龥]|[ \u3000](?=[一-龥])"
_FIELD = compiled(
    rf"[ \t\u3000]*((?:{_LABEL}){{2,16}})(?:[（(][^（）()\n]{{0,16}}[）)])?[ \u3000]*[：:][ \t\u3000]*(\S.*)"
)
_INLINE = compiled(
    "(?:户[ \u3000]{0,4}名|账户名称?|帐户名称?|开户名称?|收款人|收款单位)(?:名称)?"
    "[ \u3000]{0,2}[:：为是]{1,2}[ \u3000]{0,2}"
    "([^，,；;。\\s]{2,40})"
)
_ITSELF = compiled("^(?:户名|账户名称?|帐户名称?|开户名称?|开户单位|收款人|收款单位|收款方|缴入单位)(?:名称)?$")
_PERSON = compiled(
    "^(?:姓名|户主|申请人|持卡人|开户人|领款人|权利人|被征收人|被补偿人|承包方代表|本人)(?:姓名|名称)?$"
)
_PARTY = compiled(
    "^(?:[甲乙丙丁]方|(?:采购|招标|拍卖)?代理机构|采购人|招标人|供应商|"
    "承包人|发包人|中标人|出让人|受让人|委托人|受托人|出租人|承租人|出卖人|买受人|当事人|竞买人|(?:单位|公司|企业|机构)(?:名称)?|名称)$"
)
_ACCOUNT = compiled("账号|帐号|账户号|卡号|存折号")
_TREASURY = compiled("财政(?:局|厅|所|部|专户|分局|监督)|国库|国家金库|非税|待结算|罚没")
_ORGANISATION = compiled(
    "公司|集团|企业|中心|[局厅委院部处厂所站社]$|办公室|合作社|联合社|委员会|村委会|居委会|政府|医院|学校|大学|学院|中学|"
    "小学|幼儿园|协会|学会|商会|基金会|慈善总会|红十字会|研究院|研究所|事务所|法院|检察院|工会|支队|大队|银行|商行|门市部|经营部"
)


def holder(lines: Lines, start: int, end: int) -> str:
    """Whose account stands at text[start:end], with 财政专户 or 单位 behind where that is no person; "" if not told."""
    if lines.column(start) is not None:
        return ""
    first = lines.paragraph(start)[0]
    named = None
    for named in _INLINE.finditer(lines.text, max(first, start - _BEFORE), start):  # noqa: B007 - the last one counts
        pass
    name = named[1] if named is not None else _in_form(lines, lines.number(start))
    if not name:
        return ""
    return f"{name} {_kind(name)}"


def _kind(name: str) -> str:
    bare = name.rstrip(" \u3000。；;，,)）")
    if _TREASURY.search(bare):
        return "财政专户"
    return "单位" if _ORGANISATION.search(bare) else ""


def _in_form(lines: Lines, number: int) -> str:
    """The value of the field that says whose form it is, in the lines around line `number`."""
    above = list(_fields(lines, range(number - 1, max(number - _ABOVE, 0) - 1, -1)))
    below = list(_fields(lines, range(number + 1, min(number + _BELOW + 1, len(lines.lines)))))
    for wanted, fields in ((_ITSELF, above), (_ITSELF, below), (_PERSON, above), (_PARTY, above)):
        for label, value in fields:
            if wanted.search(label):
                return value
    return ""


def _fields(lines: Lines, numbers: range) -> Iterator[tuple[str, str]]:
    """Labels and values of the lines `numbers`, one a line, as far as the form goes on."""
    for number in numbers:
        match = _FIELD.match(lines.lines[number])
        if match is None:
            return
        label = "".join(match[1].split())
        if _ACCOUNT.search(label):
            return
        yield label, match[2]
