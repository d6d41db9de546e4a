"""Rebuild the word lists in data/: `python -m reviewer.language.build_data SOURCE_FOLDER`.

SOURCE_FOLDER holds wainshine_family_name.xlsx (wainshine/Chinese-Names-Corpus, Apache-2.0). Words and the
names that are tagged as such come from the dictionary of the installed jieba (MIT). Three files are written:
surnames.txt, given.txt (how a character stands in given names against its use elsewhere) and not_names.txt
(words that begin with a surname and are no names).
"""

from __future__ import annotations

import math
import sys
from collections import Counter
from datetime import date
from importlib.util import find_spec
from pathlib import Path

TARGET = Path(__file__).parent / "data"
TAIL = 5.0
"""share (in the source's unit) at and below which a surname counts as rare"""
FREQUENT = 60
"""jieba count from which a word is hardly ever meant as a name"""
LISTED = 3
"""jieba count from which a word of two characters is listed at all"""
LISTED_LONG = 10
"""the same for three and four characters"""
PRODUCTIVE = 3000
"""jieba count of a surname's words from which the surname is a word-forming character"""

# Compound surnames that the source lacks: facts from the 百家姓 and from registers still in use.
MORE_COMPOUNDS = """
    东郭 南郭 羊舌 梁丘 谷梁 公良 漆雕 壤驷 东门 微生 拓拔 夹谷 相里 子车 达奚 贺兰 贺若 独吉 即墨 哥舒
    爱新觉罗 叶赫那拉 叶赫 那拉 佟佳 富察 钮祜禄 瓜尔佳 完颜 耶律 萨克达 范姜 陆费 张简 张廖 欧侯
    褚师 子书 仆固 归海 阿史那 步六孤 宿勤 侯莫陈
""".split()  # noqa: SIM905  (a table reads better)
# 殴阳, 刘傅, 冷狐 and 夏候 look like slips in the source; they stay, because people are registered so.


def main(arguments: list[str]) -> int:
    """Write the three lists; returns the exit code."""
    if len(arguments) != 1:
        print("用法：python -m reviewer.language.build_data 来源文件夹", file=sys.stderr)
        return 2
    common, rare, compound = read_surnames(Path(arguments[0]) / "wainshine_family_name.xlsx")
    words = read_words()
    today = date.today().isoformat()
    write_surnames(common, rare, compound, today)
    given = write_given(set(common), words, today)
    write_words(common + rare, words, given, today)
    return 0


def read_surnames(path: Path) -> tuple[str, str, list[str]]:
    """Common and rare surnames of one character, by falling share, and compound surnames."""
    import openpyxl

    sheet = openpyxl.load_workbook(path, read_only=True).worksheets[0]
    rows = [(str(name), float(str(share))) for name, share in sheet.iter_rows(min_row=2, values_only=True)]
    common = "".join(name for name, share in rows if len(name) == 1 and share > TAIL)
    rare = "".join(name for name, share in rows if len(name) == 1 and share <= TAIL)
    compound = sorted({name for name, _ in rows if len(name) > 1} | set(MORE_COMPOUNDS))
    return common, rare, compound


def read_words() -> list[tuple[str, int, str]]:
    """(word, count, part of speech) from jieba's dictionary."""
    spec = find_spec("jieba")
    if spec is None or spec.origin is None:
        raise SystemExit("请先安装 jieba。")
    lines = (Path(spec.origin).parent / "dict.txt").read_text(encoding="utf-8").splitlines()
    rows = (line.split(" ") for line in lines)
    return [(word, int(count), tag) for word, count, tag in rows]


def write_surnames(common: str, rare: str, compound: list[str], today: str) -> None:
    head = _head("Chinese surnames: common, rare, compound (one line each)",
                 "wainshine/Chinese-Names-Corpus (Apache-2.0), 百家姓", today)  # fmt: skip
    _write("surnames.txt", head, [common, rare, " ".join(compound)])


def write_given(surnames: set[str], words: list[tuple[str, int, str]], today: str) -> dict[str, str]:
    """For each character, as digits 0 to 9: first of two, second of two, only character of a given name.

    A digit is 4.5 + log2 of how much more often the character stands at that place in a name than it
    stands in running words. Returns character -> digits.
    """
    places: list[Counter[str]] = [Counter(), Counter(), Counter()]
    usual: Counter[str] = Counter()
    for word, count, tag in words:
        if tag.startswith("nr") and word[0] in surnames and len(word) == 3:
            places[0][word[1]] += 1
            places[1][word[2]] += 1
            # Names of two are few here: what ends a name of three may stand alone too.
            places[2][word[2]] += 1
        elif tag.startswith("nr") and word[0] in surnames and len(word) == 2:
            places[2][word[1]] += 8
        else:
            for character in word:
                usual[character] += count
    rows = {}
    for character in sorted(set().union(*places)):
        digits = "".join(str(_digit(character, place, usual)) for place in places)
        if digits != "000":
            rows[character] = digits
    head = _head("How characters stand in given names (see build_data.write_given)",
                 "names in the dictionary of jieba (MIT)", today)  # fmt: skip
    _write("given.txt", head, [" ".join(character + digits for character, digits in rows.items())])
    return rows


def _digit(character: str, place: Counter[str], usual: Counter[str]) -> int:
    here = (place[character] + 0.05) / (place.total() + 100)
    elsewhere = (usual[character] + 1000) / (usual.total() + 1000 * len(usual))
    return max(0, min(9, round(4.5 + math.log2(here / elsewhere))))


def write_words(
    surnames: str, words: list[tuple[str, int, str]], given: dict[str, str], today: str
) -> None:
    """Two lines: words that are hardly ever names, and words that a person may be called (高峰)."""
    counts = {w: count for w, count, tag in words if w[0] in surnames and _is_word(w, tag)}
    # jieba tags many a plain word as a name (明白, 高潮, 陈述): it counts as a word where its first character
    # forms other words too, which 李 and 刘 hardly do, or is a surname of few.
    forms: Counter[str] = Counter()
    for word, count in counts.items():
        forms[word[0]] += count
    for word, count, tag in words:
        if not tag.startswith("nr") or len(word) != 2 or count < FREQUENT or word[0] not in surnames:
            continue
        if forms[word[0]] >= PRODUCTIVE or word[0] not in surnames[:100]:
            counts[word] = count // 10
    pairs = {word for word, count in counts.items() if len(word) == 2 and count >= LISTED}
    # A longer word is listed only where neither its first two characters nor its shape tell already.
    usual = {w for w, count in counts.items() if len(w) > 2 and count >= LISTED_LONG}
    triples = {w for w in usual if len(w) == 3 and _looks_given(w, given)}
    longer = triples | {w for w in usual if len(w) == 4 and not {w[:2], w[:3]} & (pairs | triples)}
    never = sorted(w for w in pairs | longer if counts[w] >= FREQUENT)
    maybe = sorted(w for w in pairs | longer if counts[w] < FREQUENT)
    head = _head("Words that begin with a surname: hardly ever names; perhaps names",
                 "the dictionary of jieba (MIT)", today)  # fmt: skip
    _write("not_names.txt", head, [" ".join(never), " ".join(maybe)])


def _looks_given(word: str, given: dict[str, str]) -> bool:
    return int(given.get(word[1], "000")[0]) + int(given.get(word[2], "000")[1]) >= 7


def _is_word(word: str, tag: str) -> bool:
    return 2 <= len(word) <= 4 and not tag.startswith("nr") and all("一" <= c <= "鿿" for c in word)


def _head(title: str, source: str, today: str) -> list[str]:
    return [f"# {title}", f"# source: {source}", f"# built by reviewer.language.build_data on {today}"]


def _write(name: str, head: list[str], lines: list[str]) -> None:
    TARGET.mkdir(exist_ok=True)
    (TARGET / name).write_text("\n".join([*head, *lines]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
