"""机动车号牌, the number of a vehicle's plate (GA 36-2018), without its dot or space.

Province, letter of the office, 5 digits or letters (not I, O), the last may be 学警港澳挂试超领; new energy:
6, with a letter A to K in front (small cars) or last (large). 使 or 领 and 6 digits for embassies and
consulates. WJ for the armed police; two letters (or a character and a letter) and 5 digits for the army
since 2013 (and before).

>>> is_valid('皖P12345'), is_valid('皖PD12345'), is_valid('皖P12345F'), is_valid('皖P1234学')
(True, True, True, True)
>>> is_valid('使014578'), is_valid('沪A0023领'), is_valid('VA12345'), is_valid('军A12345')
(True, True, True, True)
>>> is_valid('WJ皖12345'), is_valid('WJ01警1234')
(True, True)
>>> is_valid('皖I12345'), is_valid('皖PABCDE'), is_valid('晓P12345'), is_valid('皖P1234')
(False, False, False, False)
"""

from __future__ import annotations

from reviewer.identifiers.dates import is_digits

PROVINCES = frozenset("京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼")
_OFFICES = frozenset("ABCDEFGHJKLMNOPQRSTUVWXYZ")  # O stood on plates of the police
_SERIAL = frozenset("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789")
_LAST = frozenset("学警港澳挂试超领")
_NEW_ENERGY = frozenset("ABCDEFGHJK")
_ARMY = frozenset("VZKHEBSLJNGCTDX军空海北沈兰济南广成")
_POLICE_FORCES = frozenset("消边通森金警电水交")


def is_valid(number: str) -> bool:
    """Whether `number` has one of the layouts above."""
    if number.startswith("WJ"):
        return _is_armed_police(number[2:])
    if number[:1] in ("使", "领"):
        return len(number) == 7 and is_digits(number[1:])
    if len(number) == 7 and number[0] in _ARMY:
        return number[1] in _OFFICES and is_digits(number[2:])
    if len(number) not in (7, 8) or number[0] not in PROVINCES or number[1] not in _OFFICES:
        return False
    serial = number[2:]
    return _is_new_energy(serial) if len(serial) == 6 else _is_ordinary(serial)


def _is_ordinary(serial: str) -> bool:
    body, last = serial[:4], serial[4]
    if not all(character in _SERIAL for character in body) or last not in _SERIAL | _LAST:
        return False
    # GA 36 allows two letters; three were given for a while.
    return sum(character in "0123456789" for character in serial) >= 2


def _is_new_energy(serial: str) -> bool:
    small = serial[0] in _NEW_ENERGY and serial[1] in _SERIAL and is_digits(serial[2:])
    large = is_digits(serial[:5]) and serial[5] in _NEW_ENERGY
    return small or large


def _is_armed_police(rest: str) -> bool:
    if rest[:1] in PROVINCES:
        rest = rest[1:]
    elif len(rest) >= 7 and is_digits(rest[:2]):
        rest = rest[2:]
    if rest[:1] in _POLICE_FORCES:
        return len(rest) == 5 and is_digits(rest[1:])
    return len(rest) == 5 and is_digits(rest[:4]) and rest[4] in _SERIAL
