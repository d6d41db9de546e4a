"""bundle, doctor: what is installed on a machine."""

from __future__ import annotations

import argparse
import sys

from reviewer.cli.common import say


def bundle_wheels(options: argparse.Namespace) -> int:
    from reviewer.bundle import PLATFORMS, Wanted, make

    wanted = Wanted(
        options.out, options.source, options.extras, tuple(dict.fromkeys(options.platform)) or PLATFORMS,
        options.python or (sys.version_info[0], sys.version_info[1]),
    )  # fmt: skip
    made = make(wanted, say=lambda line: print(line, flush=True))
    for name, (count, size) in made.counts.items():
        print(f"{name}：{count} 个包，{size / 1e6:.0f} MB")
    for name, why in made.faults.items():
        say(f"{name} 没有做成：{why}")
    print(f"已写到 {options.out}。安装办法见其中的 安装说明.txt。")
    return 1 if made.faults else 0


def doctor(options: argparse.Namespace) -> int:
    from dataclasses import replace

    from reviewer.doctor import checks, formats
    from reviewer.scanning import cache_folder

    every = [replace(one, kind="图片" if one.kind == "picture" else one.kind) for one in formats()]
    for title, kinds in (
        ("能审查", [one.kind for one in every if one.read]),
        ("能标注、生成公开稿", [one.kind for one in every if one.marked]),
    ):
        print(f"{title}：{'、'.join(kinds)}")
    lacking: dict[str, list[str]] = {}
    for one in every:
        if one.missing:
            lacking.setdefault(one.missing, []).append(one.kind)
    for advice, kinds in lacking.items():
        print(f"暂不能完整审查：{'、'.join(kinds)}。{advice.rstrip('。')}。")
    print()
    for check in checks(cache_folder()):
        print(f"{'√' if check.holds else '×'} {check.name}：{check.told}{'。' + check.advice if check.advice else ''}")
    return 0
