"""手机号码, a mobile number of mainland China (ITU E.164 +86): 11 digits in a segment given to a carrier.

The country code (+86, 0086, 86) is not a part of `number`. Segments as of 2026: public lists after the
telecommunication numbering plan of 工业和信息化部; 140, 141, 146 and 148 are things' numbers (see
iot_number).

>>> is_valid('13812345678'), is_valid('17405123456'), is_valid('16212345678')
(True, True, True)
>>> is_valid('12812345678'), is_valid('13491234567'), is_valid('1381234567')
(False, False, False)
"""

from __future__ import annotations

from reviewer.identifiers.dates import is_digits


def _segments() -> tuple[str, ...]:
    three = (
        "130 131 132 133 135 136 137 138 139 145 147 149 150 151 152 153 155 156 157 158 159 "
        "162 165 166 167 170 171 172 173 175 176 177 178 "
        "180 181 182 183 184 185 186 187 188 189 190 191 192 193 195 196 197 198 199"
    )
    return (
        *three.split(),
        *(f"134{digit}" for digit in range(9)),  # 1349 was satellite telephony
        *(f"1740{digit}" for digit in range(6)),
    )


SEGMENTS = _segments()
"""prefixes of which none starts another"""

_BY_WIDTH = {width: frozenset(s for s in SEGMENTS if len(s) == width) for width in (3, 4, 5)}


def is_valid(number: str) -> bool:
    """Whether `number` is 11 digits in a segment in use."""
    if len(number) != 11 or not is_digits(number):
        return False
    return any(number[:width] in segments for width, segments in _BY_WIDTH.items())
