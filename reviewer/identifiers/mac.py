"""MAC address (IEEE 802, EUI-48): 12 hexadecimal digits, plain or in pairs joined by : or -.

>>> is_valid('38:F9:D3:4B:F5:51'), is_valid('38-F9-D3-4B-F5-51'), is_valid('38F9D34BF551')
(True, True, True)
>>> is_valid('38:F9-D3:4B:F5:51'), is_valid('00:00:00:00:00:00'), is_valid('38:F9:D3:4B:F5')
(False, False, False)
"""

from __future__ import annotations

_HEX = frozenset("0123456789ABCDEFabcdef")


def is_valid(number: str) -> bool:
    """Whether `number` is an address of one device: neither all zeros nor the broadcast address."""
    plain = number
    if len(number) == 17:
        sign = number[2]
        if sign not in ":-" or any(number[place] != sign for place in range(2, 17, 3)):
            return False
        plain = number.replace(sign, "")
    return len(plain) == 12 and all(c in _HEX for c in plain) and plain.upper() not in ("0" * 12, "F" * 12)
