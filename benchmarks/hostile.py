"""Texts made to slow a scanner down, and how long each takes.

    python benchmarks/hostile.py [--size BYTES] [--runs N] [--only WORD] [--profile]

The goal is less than 1 s of processor time for 1 MB of each. tests/test_hostile.py holds them to linear growth.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import sys
from collections.abc import Callable
from datetime import date
from itertools import islice

_MIXED = (
    "申请人王建国，身份证号340102190001011234，电话138 0013 8000，住址青禾县柳林镇杨树村3组12号，"
    "于2023年5月6日提出申请；经核查，符合最低生活保障条件，每月补助860.5元。"
)


def _repeated(unit: str) -> Callable[[int], str]:
    """A text of about `size` bytes that is `unit` over and over."""
    width = len(unit.encode())
    return lambda size: unit * max(size // width, 1)


def _exams(size: int) -> str:
    """Many lists of examinees, each with numbers of its own."""
    rows = (f"成绩\n{number}000001\n{number}000002\n{number}000003\n" for number in range(1000, 10**9))
    found = "".join(islice(rows, size // 36 + 1))
    return found[:size]


def _transposed(size: int) -> str:
    """A table with its labels in the first column and a person a column."""
    count = size // 24
    rows = (("姓名", "王小明"), ("身份证号", "340102********1234"))
    return "".join("\t".join([label, *[value] * count]) + "\n" for label, value in rows)


TEXTS: dict[str, Callable[[int], str]] = {
    "许多场考试的成绩单": _exams,
    "每列一个人的表": _transposed,
    "惠农补贴公示里的数字": lambda size: "惠农补贴一卡通发放公示\n现将发放情况公示如下：\n" + "1" * size,
    "一百万个数字": _repeated("7"),
    "一百万个 1": _repeated("1"),
    "数字 0123456789": _repeated("0123456789"),
    "全角数字": _repeated("１３８００"),
    "数字间夹零宽字符": _repeated("1\u200b3\u200b8\u200b"),
    "a@a@": _repeated("a@a@"),
    "a.a.a.": _repeated("a.a."),
    "http://a.a.a": _repeated("http://a.a.a"),
    "13-13-": _repeated("13-13-"),
    "1 1 1": _repeated("1 "),
    "11 11 11": _repeated("11 "),
    "0.0.0.0.": _repeated("0.0.0.0."),
    "138****138****": _repeated("138****"),
    "340102********": _repeated("340102********"),
    "星号": _repeated("*"),
    "★1★1": _repeated("★1"),
    "★": _repeated("★"),
    "一一一": _repeated("一"),
    "一二三四五六七八": _repeated("一二三四五六七八"),
    "王王王": _repeated("王"),
    "王、王、王、": _repeated("王小明、"),
    "住址住址": _repeated("住址"),
    "住址：住址：": _repeated("住址："),
    "路一号路一号": _repeated("解放路1号"),
    "省市县镇村": _repeated("安徽省合肥市蜀山区井岗镇十里庙村"),
    "身份证身份证": _repeated("身份证"),
    "姓名：姓名：": _repeated("姓名："),
    "密级密级": _repeated("密级"),
    "机密机密": _repeated("机密"),
    "机 密 机 密": _repeated("机 密 "),
    "((((((": _repeated("("),
    "（（（（": _repeated("（"),
    "换行": _repeated("\n"),
    "数字换行": _repeated("1\n"),
    "回车换行": _repeated("\r\n"),
    "很多制表符": _repeated("\t"),
    "制表符行 a b c": _repeated("a\tb\tc\n"),
    "制表符单行": _repeated("王小明\t"),
    "竖线": _repeated("|"),
    "竖线行": _repeated("|a|b|\n"),
    "提示词后的空格": lambda size: "身份证号：" + " " * size,
    "每行提示词和空格": _repeated("姓名：" + " " * 200 + "\n"),
    "引号": _repeated('"'),
    "全角空格": _repeated("\u3000"),
    "混合文字一行": _repeated(_MIXED),
    "混合文字多行": _repeated(_MIXED + "\n"),
    "身份证号连排": _repeated("340102190001011234"),
    "身份证号空格连排": _repeated("340102190001011234 "),
    "手机号换行连排": _repeated("13800013800\n"),
    "姓名电话表": _repeated("王建国\t13800013800\n"),
    "一列一字的表": lambda size: "序号\n姓名\n性别\n" + "王\n" * (size // 4),
    "十万行一字的 csv": lambda size: "姓名,电话\n" + "王,1\n" * (size // 6),
    "低保低保": _repeated("低保"),
    "张某某张某某": _repeated("张某某"),
    "年月日": _repeated("1990年1月1日"),
    "经纬度": _repeated("东经117°15′30″"),
    "IPv6": _repeated("fe80:"),
    "十六进制": _repeated("AB:"),
    "口令：口令：": _repeated("口令："),
    "遮挡的身份证号": _repeated("340102********1234，"),
    "遮挡的 csv": lambda size: "姓名,身份证号,电话\n" + "王小明,340102********1234,138****1234\n" * (size // 45),
    "张某患病": _repeated("张某患尿毒症，"),
    "某人患癌": _repeated("王小明患肺癌。"),
    "贫困户": _repeated("贫困户王小明"),
    "车牌": _repeated("皖A12345 "),
    "同一姓名": _repeated("王建国，"),
    "密集的壹贰叁": _repeated("壹贰叁肆伍陆柒捌"),
    "圈码": _repeated("①②③④⑤⑥⑦⑧"),
    "百分号编码": _repeated("%E5%BC%A0"),
    "逗号": _repeated(","),
    "长竖线行": lambda size: ("|" + "a|" * 2000 + "\n") * max(size // 4002, 1),
    "base64": _repeated("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo0NTY3ODk="),
}


def main() -> None:
    from measure import table, timed

    from reviewer.scanning import Scanner
    from reviewer.settings import Settings

    options = _options()
    scanner = Scanner(Settings(today=date(2026, 11, 22)))
    scanner.text(_MIXED * 20_000)
    rows = []
    for name, make in TEXTS.items():
        if options.only and options.only not in name:
            continue
        text = make(options.size)
        if options.profile:
            _profile(lambda: scanner.text(text), name)  # noqa: B023
            continue
        times = timed(lambda: scanner.text(text), options.runs)  # noqa: B023
        rows.append((times.median * 1e6 / len(text.encode()), name))
        print(f"{rows[-1][0]:7.2f} s/MB  {name}", file=sys.stderr, flush=True)
    rows.sort(reverse=True)
    print(table([("文本", "秒/MB"), *((name, f"{seconds:.2f}") for seconds, name in rows)]))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--size", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", default="", help="texts whose name holds this word")
    parser.add_argument("--profile", action="store_true")
    return parser.parse_args()


def _profile(work: Callable[[], object], name: str) -> None:
    profile = cProfile.Profile()
    profile.runcall(work)
    print(f"== {name}")
    pstats.Stats(profile).sort_stats("tottime").print_stats(14)


if __name__ == "__main__":
    main()
