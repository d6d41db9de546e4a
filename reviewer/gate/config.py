"""gate.yml: what the gate has to know of a publishing system. It lies outside of the folder that is published.

    pages:                                 # pages made from approved text by a template
      - files: ["**/*.html"]
        selector: "#zoom"                  # the element that holds the approved text
    assets: ["css/**", "js/**", "index.html"]   # need no certificate; are scanned like all else
    site: ["https://www.example.gov.cn"]   # addresses of the folder: pictures there are files in it
    pictures: ["https://zfwzgl.www.gov.cn/**"]  # pictures elsewhere that a person has seen
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reviewer.errors import RuleError, UsageError, reason
from reviewer.review.page_text import check_selector


@dataclass(frozen=True, slots=True)
class Pages:
    """Pages whose approved text stands inside of the selected elements."""

    files: tuple[str, ...]
    selector: str


@dataclass(frozen=True, slots=True)
class Config:
    pages: tuple[Pages, ...] = ()
    assets: tuple[str, ...] = ()
    site: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()

    def selector(self, path: str) -> str:
        """The CSS selector for a file of this path: that of the first entry that names it; "" for none."""
        return next((one.selector for one in self.pages if any(matches(path, glob) for glob in one.files)), "")

    def is_asset(self, path: str) -> bool:
        return any(matches(path, glob) for glob in self.assets)


def matches(path: str, glob: str) -> bool:
    """Whether the whole path is one that the pattern means: * and ? within a name, ** across folders.

    >>> matches("a/b/c.html", "**/*.html"), matches("c.html", "**/*.html"), matches("a/c.html", "*.html")
    (True, True, False)
    """
    expression = "".join(_MEANINGS.get(piece, re.escape(piece)) for piece in re.split(r"(\*\*/|\*\*|\*|\?)", glob))
    return re.fullmatch(expression, path, re.S) is not None


_MEANINGS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def load_config(path: Path) -> Config:
    """Raises RuleError with every fault as file:line: what, and UsageError where the file can not be read."""
    from reviewer.rulebook.fields import FieldReader
    from reviewer.rulebook.strict import Fields, parse

    found: list[tuple[int, str]] = []
    try:
        tree: Any = parse(path.read_text(encoding="utf-8-sig"), found)
    except UnicodeDecodeError:
        raise UsageError(f"{path} 不是 UTF-8 文本。") from None
    except OSError as fault:
        raise UsageError(f"读不了 {path}：{reason(fault)}。") from None
    config = Config()
    if isinstance(tree, Fields):
        reader = FieldReader(tree, found)
        reader.unknown({"pages", "assets", "site", "pictures"})
        pages = tuple(_pages(one, found) for one in reader.mappings("pages"))
        lists = [_globs(reader, name, found) for name in ("assets", "site", "pictures")]
        config = Config(pages, *lists)
    elif not found:
        found.append((1, "应写 pages、assets 等键"))
    if found:
        raise RuleError([f"{path}:{line}: {what}" for line, what in sorted(found)], "闸口配置")
    return config


def _pages(reader: Any, faults: list[tuple[int, str]]) -> Pages:
    reader.unknown({"files", "selector"})
    made = Pages(_globs(reader, "files", faults), reader.text("selector", required=True))
    if not made.files:
        faults.append((reader.fields.line, "缺少“files”"))
    if made.selector:
        try:
            check_selector(made.selector)
        except UsageError as fault:
            faults.append((reader.fields.values["selector"].line, fault.message.rstrip("。")))
    return made


def _globs(reader: Any, name: str, faults: list[tuple[int, str]]) -> tuple[str, ...]:
    texts: tuple[str, ...] = reader.texts(name)
    line = reader.fields.line
    if any(text.startswith(("/", "./", "../")) for text in texts if name in ("files", "assets")):
        faults.append((line, f"“{name}”里的路径从要发布的文件夹算起，开头不写 /、./ 或 ../"))
    if any(text in ("*", "**", "**/*") for text in texts if name in ("assets", "pictures")):
        faults.append((line, f"“{name}”不能是全部：那样就什么都不查了"))
    return texts
