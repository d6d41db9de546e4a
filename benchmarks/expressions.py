"""Times each expression of the gates alone, and all together: a slow new rule shows at the top.

    python benchmarks/expressions.py [--size BYTES] [--text FILE] [--top N]

Alone means: one hyperscan database that holds nothing else, over the whole corpus. `hits` are matches, before
the gate puts them together by line. The precise patterns behind the gate are timed on the lines it names.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import Any

import hyperscan
import regex
from corpus import corpus
from measure import table, timed

from reviewer.detect import prefilter
from reviewer.detect.compiled import Compiled, Gated, builtin_gates
from reviewer.scanning import Scanner
from reviewer.settings import Settings
from reviewer.text import view


def main() -> None:
    options = _options()
    text = options.text.read_text(encoding="utf-8") if options.text else corpus(options.size)
    compiled = Scanner(Settings(today=date(2026, 11, 22)))._compiled
    pieces = list(prefilter._pieces(text))
    size = sum(map(len, pieces))
    for title, gated, expressions in (
        ("rules", compiled.rules, _expressions(compiled.rules)),
        ("exclusions", compiled.exclusions, _expressions(compiled.exclusions)),
    ):
        levels = dict(zip(("first", "dense", "decimals", "letters"), prefilter.levels(expressions), strict=True))
        whole = timed(lambda gated=gated: sum(1 for _ in gated.gate.lines(text)), options.runs).median  # type: ignore[misc]
        first = _seconds(levels["first"], pieces, options.runs)[0]
        print(f"\n{title}: {' + '.join(str(len(one)) for one in levels.values())} expressions, gate {size / 1e6 / whole:.0f} MB/s, "
              f"first level alone {size / 1e6 / first:.0f} MB/s")  # fmt: skip
        rows = [["expression", "ms/10 MB", "hits/10 MB", "level", ""]]
        measured = []
        for level, entries in levels.items():
            for number, expression in entries:
                seconds, hits = _seconds([(number, expression)], pieces, 3)
                measured.append((seconds, hits, level, number, expression))
        for seconds, hits, level, number, expression in sorted(measured, reverse=True)[: options.top]:
            trigger = gated.triggers[number]
            name = f"{trigger.rule.id}:{trigger.number}" if trigger.rule else trigger.kind
            per = 1e7 / size
            rows.append([name, f"{seconds * per * 1000:.2f}", f"{hits * per:.0f}", level, expression[:60]])
        print(table(rows))
    _precise(text, compiled, options.top)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--size", type=int, default=10_000_000, help="bytes of the made-up corpus")
    parser.add_argument("--text", type=Path, help="a UTF-8 file in place of the corpus")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--top", type=int, default=25, help="how many of the slowest are shown")
    return parser.parse_args()


def _expressions(gated: Gated) -> list[str]:
    """What each trigger of a gate asks for, as Compiled hands it over."""
    gates = {**view.GATES, **builtin_gates()}
    taken: dict[str, int] = {}
    found = []
    for trigger in gated.triggers:
        rule = trigger.rule
        if rule is None:
            number = taken.get(trigger.kind, 0)
            taken[trigger.kind] = number + 1
            found.append(gates[trigger.kind][number])
        elif trigger.kind == "label":
            found.append("|".join(map(_label, rule.labels)))
        else:
            found.append(rule.patterns[trigger.number])
    return found


def _label(word: str) -> str:
    from reviewer.detect.compiled import _plain_label

    return _plain_label(word)


def _seconds(entries: list[tuple[int, str]], pieces: list[bytes], runs: int) -> tuple[float, int]:
    """Median processor time of one pass, and the matches of one pass."""
    try:
        database = prefilter.compile_all(hyperscan, entries, [])
    except hyperscan.error:
        return 0.0, -1
    hits: list[int] = []

    def note(number: int, *_: Any) -> None:
        hits.append(number)

    def work() -> None:
        hits.clear()
        for piece in pieces:
            database.scan(piece, match_event_handler=note)

    return timed(work, runs).median, len(hits)


def _precise(text: str, compiled: Compiled, top: int) -> None:
    """The patterns behind the gate, each over the lines that the gate named for it."""
    lines = text.split("\n")
    named: dict[int, list[str]] = {}
    for number, fired in compiled.rules.gate.lines(text):
        for index in fired:
            named.setdefault(index, []).append(lines[number])
    measured = []
    for index, asked in named.items():
        trigger = compiled.rules.triggers[index]
        if trigger.rule is None:
            continue
        pattern: regex.Pattern[str] = (
            compiled.labelled(trigger.rule) if trigger.kind == "label" else compiled.pattern(trigger.rule, trigger.number)
        )
        seconds = timed(lambda: [pattern.search(line) for line in asked], 3).median  # noqa: B023
        matched = sum(pattern.search(line) is not None for line in asked)
        measured.append((seconds, f"{trigger.rule.id}:{trigger.number}", len(asked), matched))
    rows = [["pattern", "ms/10 MB", "lines asked", "lines matched"]]
    per = 1e7 / len(text.encode())
    for seconds, name, count, matched in sorted(measured, reverse=True)[:top]:
        rows.append([name, f"{seconds * per * 1000:.2f}", f"{count * per:.0f}", f"{matched * per:.0f}"])
    print("\nprecise patterns on the lines that the gate names")
    print(table(rows))


if __name__ == "__main__":
    sys.exit(main())
