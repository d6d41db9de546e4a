"""IPv4 address (RFC 791): four numbers from 0 to 255 joined by dots.

>>> is_valid('192.168.10.21'), is_valid('1.2.3.256'), is_valid('1.2.3')
(True, False, False)
>>> is_private('10.0.0.8'), is_private('172.32.0.1')
(True, False)
"""

from __future__ import annotations

from reviewer.identifiers.dates import is_digits


def is_valid(number: str) -> bool:
    """Whether `number` is four octets; 0.0.0.0 and 255.255.255.255 are valid."""
    octets = number.split(".")
    return len(octets) == 4 and all(is_digits(o) and len(o) <= 3 and int(o) <= 255 for o in octets)


def is_private(number: str) -> bool:
    """Whether a valid address lies in a private range (RFC 1918): it shows an internal network."""
    if not is_valid(number):
        return False
    first, second, *_ = (int(octet) for octet in number.split("."))
    return first == 10 or (first == 172 and 16 <= second <= 31) or (first == 192 and second == 168)
