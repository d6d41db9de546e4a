"""Rebuilds the tables of this package, and language/data/divisions.tsv, from public lists.

    python -m reviewer.identifiers.build_data SOURCE_FOLDER [YYYY-MM-DD]

SOURCE_FOLDER holds gb2260_history.tsv, admin_provinces.csv, admin_cities.csv, admin_areas.csv,
admin_streets.csv, unionpay_bin.csv, bank_name.csv and landline_area_code.txt; the date is the day the
lists were taken, today if it is not given.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path

HERE = Path(__file__).parent

GB2260 = "cn/GB2260@1173e8b（GB/T 2260，1980 至 2019 年公布的代码）；许可：未声明，公开事实"
DIVISIONS = "modood/Administrative-divisions-of-China@57a0aa9；许可：WTFPL"
BINS = "hexindai/bcbc@de63182；许可：MIT"
PHONES = "dongrixinyu/JioNLP@783abc5；许可：Apache-2.0"

RESIDENCE_PERMITS = "国办发〔2018〕81号（830000，台湾居民居住证）"
EXTRA_AREAS = {"830000": "台湾省"}


def main(arguments: list[str]) -> int:
    if len(arguments) not in (1, 2):
        sys.stderr.write("用法：python -m reviewer.identifiers.build_data SOURCE_FOLDER [YYYY-MM-DD]\n")
        return 2
    taken = date.fromisoformat(arguments[1]) if len(arguments) == 2 else date.today()
    build(Path(arguments[0]), HERE / "data", HERE.parent / "language" / "data", taken)
    return 0


def build(source: Path, identifiers: Path, language: Path, taken: date) -> None:
    """Write areas, card_bins and landline_codes into `identifiers` and divisions into `language`."""
    _write(identifiers / "areas.tsv", areas(source), [GB2260, DIVISIONS, RESIDENCE_PERMITS], taken,
           "code\tnames, oldest first, joined by /")  # fmt: skip
    _write(identifiers / "card_bins.tsv", card_bins(source), [BINS], taken, "bin\tlength of number\tbank")
    _write(identifiers / "landline_codes.tsv", landline_codes(source), [PHONES], taken, "code\tarea")
    _write(language / "divisions.tsv", divisions(source), [DIVISIONS], taken,
           "code\tname\tlevel: 1 province, 2 city, 3 county, 4 street or township")  # fmt: skip


def areas(source: Path) -> list[tuple[str, str]]:
    """Every six-digit code that was ever listed, with the names it stood for."""
    listed: dict[str, dict[str, str]] = {}
    for line in _lines(source / "gb2260_history.tsv"):
        code, name, first, _last = line.split("\t")
        names = listed.setdefault(code, {})
        names[name] = min(first, names.get(name, first))
    for code, name in EXTRA_AREAS.items():
        listed.setdefault(code, {})[name] = "2018"
    for level in ("provinces", "cities", "areas"):
        for row in _table(source / f"admin_{level}.csv"):
            listed.setdefault(row["code"].ljust(6, "0"), {}).setdefault(row["name"], "9999")
    return [
        (code, "/".join(sorted(names, key=lambda name: names[name])))
        for code, names in sorted(listed.items())
        if len(code) == 6
    ]


def card_bins(source: Path) -> list[tuple[str, str, str]]:
    """BIN, length of the card's number and the bank's Chinese name (its code where no name is known)."""
    names = _table(source / "bank_name.csv", ["bank", "name"])
    banks = {row["bank"]: row["name"] for row in names if row["name"]}
    found = {
        (row["bin"], row["length"], banks.get(row["bank"], row["bank"]))
        for row in _table(source / "unionpay_bin.csv")
    }
    return sorted(found)


def landline_codes(source: Path) -> list[tuple[str, str]]:
    """Area code with its leading 0 and 省/市."""
    pairs = (line.split(" ", 1) for line in _lines(source / "landline_area_code.txt"))
    return sorted((code, name.strip()) for code, name in pairs)


def divisions(source: Path) -> list[tuple[str, str, str]]:
    """Code (2, 4, 6 or 9 digits), name and level of every division down to streets and townships."""
    found = []
    for level, kind in enumerate(("provinces", "cities", "areas", "streets"), start=1):
        found += [(row["code"], row["name"], str(level)) for row in _table(source / f"admin_{kind}.csv")]
    return sorted(found)


def _table(path: Path, fields: list[str] | None = None) -> Iterable[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file, restval="") if fields is None else _named(file, fields)


def _named(lines: Iterable[str], fields: list[str]) -> Iterable[dict[str, str]]:
    """As DictReader, for a list whose first line is names or not, with blank lines in between."""
    for row in csv.reader(lines):
        if len(row) == len(fields) and row != fields:
            yield dict(zip(fields, row, strict=True))


def _lines(path: Path) -> Iterable[str]:
    for line in path.read_text(encoding="utf-8-sig").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.rstrip("\r\n")


def _write(
    path: Path, rows: Iterable[tuple[str, ...]], sources: list[str], taken: date, columns: str
) -> None:
    head = [f"# 来源：{source}" for source in sources]
    head.append(f"# 取得日期：{taken.isoformat()}；由 reviewer.identifiers.build_data 生成，请勿手工修改")
    head.append(f"# {columns}")
    path.parent.mkdir(parents=True, exist_ok=True)
    body = ["\t".join(row) for row in rows]
    path.write_text("\n".join(head + body) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
