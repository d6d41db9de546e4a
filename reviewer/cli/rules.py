"""rules, key: the rules, and the key of the site."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from reviewer.cli.common import USAGE, say, veiled
from reviewer.errors import UsageError


def rules_list(options: argparse.Namespace) -> int:
    from reviewer.model import ENTITY_TITLES
    from reviewer.rulebook.load import load
    from reviewer.scanning import cache_folder

    words = {"block": "不得公开", "check": "须人工判断", "note": "提示"}
    book = load(options.rules, cache=cache_folder())
    for rule in sorted(book.rules, key=lambda rule: (rule.kind == "exclusion", rule.entity, rule.id)):
        if rule.kind == "exclusion":
            print(f"{rule.id}\t排除\t\t{rule.title}")
        else:
            print(f"{rule.id}\t{words[rule.severity]}\t{ENTITY_TITLES[rule.entity]}\t{rule.title}")
    return 0


def _rule(options: argparse.Namespace) -> Any:
    from reviewer.rulebook.load import load

    book = load(options.rules, whole=True)
    rule = book.by_id(options.id)
    if rule is None:
        near = [one.id for one in book.rules if options.id in one.id or options.id == one.entity]
        hint = f"是不是 {'、'.join(near)}？" if near else "用 reviewer rules list 看全部编号。"
        raise UsageError(f"没有编号为 {options.id} 的规则。{hint}")
    return book, rule


def rules_show(options: argparse.Namespace) -> int:
    _, rule = _rule(options)
    print(Path(rule.file).read_text(encoding="utf-8"), end="")
    return 0


def rules_explain(options: argparse.Namespace) -> int:
    from reviewer.model import ENTITY_TITLES

    book, rule = _rule(options)
    words = {"block": "不得公开", "check": "须人工判断", "note": "提示", "silent": "不报告"}
    print(f"{rule.title}（{rule.id}）")
    if rule.kind == "exclusion":
        print("排除规则：看起来像个人信息、其实不是的内容，其中的号码不报告。")
    else:
        print(f"类别：{ENTITY_TITLES[rule.entity]}（{rule.entity}）；级别：{words[rule.severity]}")
    if rule.message:
        print(f"说明：{rule.message}")
    if rule.advice:
        print(f"怎么办：{rule.advice}")
    for key in rule.basis:
        print(f"依据：{book.basis[key].title}：{book.basis[key].text}（{book.basis[key].source}）")
    if rule.near:
        print(f"旁边有这些词时更确定{'（没有就不报告）' if rule.need_near else ''}：{'、'.join(rule.near)}")
    if rule.labels:
        print(f"跟在这些词后面，或在这样的表头下：{'、'.join(rule.labels)}")
    if rule.not_near:
        print(f"紧跟在这些词后面时不报告：{'、'.join(rule.not_near)}")
    for case in rule.cases:
        when = [f"旁边有“{'、'.join(case.near)}”"] if case.near else []
        when += [f"旁边没有“{'、'.join(case.not_near)}”"] if case.not_near else []
        when += [f"同一行有“{'、'.join(case.row)}”"] if case.row else []
        when += [f"值符合 {case.value}"] if case.value else []
        when += [] if case.person is None else ["旁边有具体的人" if case.person else "旁边没有具体的人"]
        print(f"特殊情形：{'，'.join(when)} → {words[case.severity]}{'：' + case.message if case.message else ''}")
    for example in rule.examples:
        print(f"例：{_marked_again(example)}")
    return 0


def _marked_again(example: Any) -> str:
    text, shift = example.text, 0
    for start, end, _ in example.spans:
        text = f"{text[: start + shift]}«{text[start + shift : end + shift]}»{text[end + shift :]}"
        shift += 2
    return " ⏎ ".join(text.splitlines())


def rules_test(options: argparse.Namespace) -> int:
    from reviewer.evaluation import failing_examples, failing_trials
    from reviewer.rulebook.load import load_sound
    from reviewer.scanning import Scanner, today
    from reviewer.settings import Settings

    book, faults = load_sound(options.rules)
    scanner = Scanner(Settings(today=today()), book=book)
    failures = failing_examples(book.rules, scanner.spans)
    failures += failing_trials(book.genres, lambda text: scanner.text(text).genre)
    for line in (*faults, *map(str, failures)):
        say(line)
    count = sum(len(rule.examples) for rule in book.rules) + sum(len(genre.trials) for genre in book.genres)
    owed = sum(len(rule.owed) for rule in book.rules)
    print(
        f"{len(book.rules)} 条规则、{len(book.genres)} 个文种，{count} 个例子：{len(failures)} 个不符，"
        f"另有 {len(faults)} 处规则文件的错误、{owed} 个已知的欠账。"
    )
    return USAGE if failures or faults else 0


def key_new(options: argparse.Namespace) -> int:
    from reviewer import keys

    named = options.key_file or os.environ.get("REVIEWER_KEY_FILE")
    path = Path(named) if named else keys.default_path(os.environ)
    key = keys.new(path)
    print(
        f"已生成站点密钥 {veiled(str(path))}（只有本用户可读），公开编号 {key.id}。"
        "请妥善备份：换了密钥，旧的指纹就不能比较。"
    )
    return 0


def key_id(options: argparse.Namespace) -> int:
    from reviewer.keys import Key

    print(Key.load(options.key_file, os.environ).id)
    return 0
