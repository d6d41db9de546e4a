"""采矿、勘查许可证号, the number of a mining or exploration licence (自然资办发〔2020〕32号).

No person's number. C, T or D and 22 digits; the exploration licence before (国土资发〔2007〕294号): T or D
and 17 digits.

>>> is_valid('C3400002010127120051234'), is_valid('T34120080102001234')
(True, True)
>>> is_valid('C34000020101271200512'), is_valid('A3400002010127120051234')
(False, False)
"""

from __future__ import annotations

from reviewer.identifiers.dates import is_digits


def is_valid(number: str) -> bool:
    """Whether `number` has one of the two shapes."""
    first, digits = number[:1], number[1:]
    if not is_digits(digits):
        return False
    return (first in ("C", "T", "D") and len(digits) == 22) or (first in ("T", "D") and len(digits) == 17)
