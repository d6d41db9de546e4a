"""政府信息公开保密审查与个人信息审查：发布前找出不得公开的内容。

    from reviewer import scan_text, scan_file
    for finding in scan_text("联系电话：13800138000").findings:
        print(finding.entity, finding.start, finding.end, finding.severity, finding.part)
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reviewer.model import Finding, Gap, Locator, Result
    from reviewer.scanning import Scanner

__version__ = "0.1.0"
__all__ = ["Finding", "Gap", "Locator", "Result", "__version__", "scan_file", "scan_text"]


def scan_text(text: str) -> Result:
    """What must not be published in a piece of text; offsets are code points of `text`.

    Raises TypeError for anything but a str.
    """
    if not isinstance(text, str):
        raise TypeError(f"scan_text 要一段文字（str），给的是 {type(text).__name__}。文件请用 scan_file。")
    return _scanner().text(text)


def scan_file(path: str | Path) -> Result:
    """What must not be published in a file; offsets count in what `reviewer text` prints of it.

    A file that can not be read gives a Result whose `faults` say why; it is never called clear.
    Raises TypeError for anything but a path.
    """
    if not isinstance(path, str | Path):
        raise TypeError(f"scan_file 要文件的路径（str 或 Path），给的是 {type(path).__name__}。")
    return _scanner().file(Path(path), str(path))


@cache
def _scanner() -> Scanner:
    from reviewer.scanning import Scanner, cache_folder, today
    from reviewer.settings import Settings

    return Scanner(Settings(today=today()), cache=cache_folder())


def __getattr__(name: str) -> object:
    # The nouns are loaded on first use: importing the package stays light.
    if name in ("Finding", "Gap", "Locator", "Result"):
        from reviewer import model

        return getattr(model, name)
    raise AttributeError(name)
