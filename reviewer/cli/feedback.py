"""feedback: what false alarms say of the rules."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reviewer.cli.common import state_at
from reviewer.cli.evaluation import CASES
from reviewer.cli.office import existing_places
from reviewer.errors import UsageError, reason

if TYPE_CHECKING:
    from reviewer.scanning import Scanner


def feedback(options: argparse.Namespace) -> int:
    places = existing_places(options)
    from dataclasses import replace

    from reviewer.casework.feedback import alarming, offer
    from reviewer.casework.permissions import Who
    from reviewer.casework.site import open_office

    office = open_office(replace(places, rules=tuple(options.rules)), os.environ)
    operator = Who(0, "system")
    alarms = [one for one in alarming(office, operator) if not options.rule or one.rule in options.rule]
    if not alarms:
        print("没有登记的误报。")
        return 0
    ground = _ground(options, office.intake.scanner)
    written = 0
    for one in alarms:
        print(f"{one.rule}：{one.items} 件事项里的 {one.false} 处误报（已处理 {one.found} 处）")
        made = offer(office, operator, one.rule, ground)
        if made.deleted:
            print(f"  其中 {made.deleted} 处的原文已经按期删除，看不到了。")
        written += _tell_offer(made, office.intake.masked, options.output)
        if options.state is not None:
            _tell_touched(options, office, made)
    if options.output is not None:
        print(f"写了 {written} 个规则文件到 {options.output}，里面有误报处的原文。")
        print("请逐个核对；采用的放进本单位的规则文件夹（--rules），同名的规则文件换成新的。")
    return 0


def _ground(options: argparse.Namespace, scanner: Scanner) -> Any:
    """What proposals are tried on beside the examples of the rules."""
    from reviewer.evaluation.feedback import Ground, sample_ground
    from reviewer.evaluation.labelled import labelled_texts
    from reviewer.rulebook.load import packaged_rules

    folder = options.samples or packaged_rules().parent / "samples"
    if options.samples is not None and not folder.is_dir():
        raise UsageError(f"找不到样本文件夹：{folder}")
    documents, wanted = sample_ground(folder, scanner) if folder.is_dir() else ((), {})
    return Ground(tuple(labelled_texts(options.labelled)) if options.labelled else (), documents, wanted)


def _tell_offer(made: Any, masked: Callable[[str], str], folder: Path | None) -> int:
    """Prints what could be changed for one rule, without values; how many files were written."""
    from reviewer.evaluation.feedback import KINDS

    lone = sum(not one.fires for one in made.examples)
    if lone:
        print(f"  {lone} 处离开上下文就不报了，不能由它提出修改。")
    written = 0
    for proposal, effect in made.tried:
        is_chosen = proposal.name in made.chosen
        told = proposal.told if proposal.kind != "words" else f"{len(proposal.told)} 个字"
        verdict = f"不可采用：{effect.refused}" if effect.refused else "建议采用" if is_chosen else "可以采用"
        print(f"  {proposal.file}\t{KINDS[proposal.kind]}（{masked(told)}）\t{verdict}")
        tried = f"试了 {effect.examples} 个规则例子、{effect.texts} 份样本"
        print(f"    {effect.silent} 个反例不再报，{effect.ringing} 个照报；{tried}")
        for one in effect.failing:
            print(f"    不符的例子：{one}")
        for lost in effect.lost[:CASES]:
            word = "应当查出、会漏掉" if lost.expected else "也不再报"
            print(f"    {word}：{masked(lost.where)} 第 {lost.start + 1}–{lost.end} 字 {lost.entity} {lost.rule}")
        if folder is not None and is_chosen:
            _put_rule(folder, proposal)
            written += 1
    return written


def _tell_touched(options: argparse.Namespace, office: Any, made: Any) -> None:
    """Prints what the state of rescans says of the rule's findings among published documents."""
    from reviewer.rescan.state import State
    from reviewer.rescan.touched import touched

    state = State.open(state_at(options.state, lambda _: Path()), office.key)
    try:
        told = touched(state, made.rule, made.examples, office.intake.scanner)
    finally:
        state.close()
    print(
        f"  已公开的文件：{told.documents} 份里有这条规则的 {told.findings} 处发现，{told.same} 处与误报是同样的值。"
        "改了规则，下一次 rescan 重新看这些文件，不再报的列为“消失”。"
    )


def _put_rule(folder: Path, proposal: Any) -> None:
    path = folder / proposal.file
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # For the owner alone: it holds what was typed.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UsageError(f"{path} 已经存在，没有覆盖。") from None
    except OSError as fault:
        raise UsageError(f"{path} 写不了（{reason(fault)}）。") from None
    with open(descriptor, "w", encoding="utf-8") as stream:
        stream.write(proposal.content)
