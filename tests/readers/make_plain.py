"""Builds plain files with a token in each place where a plain file can hold one."""

from __future__ import annotations

from collections.abc import Callable

ENCODINGS: dict[str, tuple[str, str]] = {
    "UTF-8": ("utf-8", "utf-8"),
    "UTF-8 with a mark": ("utf-8-sig", "utf-8-sig"),
    "UTF-16 with a mark": ("utf-16", "utf-16-le"),
    "UTF-16 little endian": ("utf-16-le", "utf-16-le"),
    "UTF-16 big endian": ("utf-16-be", "utf-16-be"),
    "GB 2312": ("gb2312", "gb18030"),
    "GB 18030": ("gb18030", "gb18030"),
    "Big5": ("big5", "big5"),
}
"""title -> (Python's codec to write with, the name that the result gives)"""

SIMPLIFIED = "关于张建国等三人申请补贴的公示\r\n姓名：李晓明，住址：城关街道建设社区\r\n联系电话 1380000"
TRADITIONAL = "關於陳建國等三人申請補貼的公示\r\n姓名：李曉明，住址：城關街道建設社區\r\n聯絡電話 1380000"


def _utf8(template: str) -> Callable[[str], bytes]:
    return lambda token: template.replace("@", token).encode()


PLACES: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "txt prose": ("body", _utf8("关于补贴的公示\n经审核，@符合条件。\n")),
    "txt last line": ("body", _utf8("公示\r\n@")),
    "txt tab cell": ("body", _utf8("序号\t姓名\t电话\n1\t张三\t@\n")),
    "txt cell a line": ("body", _utf8("\t序号\n\t姓名\n\n\t1\n\t@\n")),
    "txt stacked cell": ("body", _utf8("序号\n姓名\n电话\n1\n张三\n@\n2\n李四\n\n")),
    "md pipe cell": ("body", _utf8("| 姓名 | 电话 |\n| --- | --- |\n| 张三 | @ |\n")),
    "md comment": ("body", _utf8("正文\n\n<!-- @ -->\n")),
    "txt comma cell": ("body", _utf8("名单如下\n姓名,身份证号,电话\n张三,@,138\n以上公示。\n")),
    "txt blank cell": ("body", _utf8("姓名    电话\n张三    @\n")),
    "csv cell": ("body", _utf8("姓名,电话\n张三,@\n李四,\n")),
    "csv quoted cell": ("body", _utf8('姓名,备注\n张三,"多\n行 @"\n')),
    "tsv cell": ("body", _utf8("姓名\t电话\n张三\t@\n")),
}
"""place -> (the part it must be reported in, bytes with the token there); the first word is the suffix"""
