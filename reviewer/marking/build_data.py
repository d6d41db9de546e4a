"""Rebuilds the font of labels in masked PDFs: python -m reviewer.marking.build_data NotoSerifCJK-Regular.ttc

Source of data/label.ttf: Noto Serif CJK SC Regular (github.com/notofonts/noto-cjk, SIL Open Font License 1.1). It holds
the few characters below, the outlines turned into TrueType's; its name table keeps the copyright and the licence, as
the licence asks. Built 2026-11-22 from version 2.001 (Debian fonts-noto-cjk).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont

TARGET = Path(__file__).with_name("data") / "label.ttf"
_SIMPLIFIED = "Noto Serif CJK SC"
CHARACTERS = (
    "".join(map(chr, range(0x20, 0x7F)))
    + "某甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
    + "一二三四五六七八九十已隐去略删除遮盖脱敏不予公开此处内容等年月日男女先生士省市县区镇乡街道村组路号室人"
    + "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
    + "钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤欧阳诸葛司上官"
    + "〔〕（）【】《》“”，。、：；×○＊■□※…—·"
)
_TOLERANCE = 1.0
"""of a thousandth of an em, between the old outlines and the new"""


def build(source: Path, target: Path = TARGET) -> None:
    """Write the font of labels."""
    font = _simplified(source)
    order, shapes, table = font.getBestCmap(), font.getGlyphSet(), {}
    outlines: dict[str, Any] = {}
    widths: dict[str, tuple[int, int]] = {}
    for name in [".notdef", *dict.fromkeys(order[ord(c)] for c in CHARACTERS)]:
        pen = TTGlyphPen(None)
        shapes[name].draw(Cu2QuPen(pen, _TOLERANCE, reverse_direction=True))
        outlines[name] = pen.glyph()
        widths[name] = round(shapes[name].width), 0
    for character in CHARACTERS:
        table[ord(character)] = order[ord(character)]
    made = FontBuilder(font["head"].unitsPerEm, isTTF=True)
    made.setupGlyphOrder(list(outlines))
    made.setupCharacterMap(table)
    made.setupGlyf(outlines)
    made.setupHorizontalMetrics({name: (width, made.font["glyf"][name].xMin) for name, (width, _) in widths.items()})
    made.setupHorizontalHeader(ascent=880, descent=-120)
    known = font["name"]
    made.setupNameTable(
        {
            "familyName": "Reviewer Label", "styleName": "Regular", "psName": "ReviewerLabel",
            "copyright": known.getDebugName(0), "licenseDescription": known.getDebugName(13),
            "licenseInfoURL": known.getDebugName(14),
        },
        mac=False,
    )  # fmt: skip
    made.setupOS2()
    made.setupPost(keepGlyphNames=False)
    target.parent.mkdir(exist_ok=True)
    made.save(target)


def _simplified(source: Path) -> TTFont:
    return next(font for font in TTCollection(source).fonts if font["name"].getDebugName(1) == _SIMPLIFIED)


if __name__ == "__main__":
    build(Path(sys.argv[1]))
