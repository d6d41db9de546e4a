"""Makes an RTF file safe to hand to another program: fields that fetch other files are taken out of its way.

LibreOffice opens the pictures that INCLUDEPICTURE names, whatever its settings say. What such fields say is given back,
for it is text of the draft.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(
    rb"\\bin([0-9]{1,10}) ?|\\(\*)|\\'([0-9A-Fa-f]{2})|\\u(-?[0-9]{1,6}) ?\??|\\([A-Za-z]{1,40})(?:-?[0-9]{1,10})? ?"
    rb"|\\[^A-Za-z]|([{}])|([^\\{}]+)|\\",
    re.S,
)
_QUIET = frozenset(re.findall("[A-Z]+", """
ADVANCE AUTHOR AUTONUM AUTONUMLGL AUTONUMOUT COMMENTS COMPARE CREATEDATE DATE DOCPROPERTY EDITTIME EQ FILENAME FILESIZE
FORMCHECKBOX FORMDROPDOWN FORMTEXT HYPERLINK INDEX INFO KEYWORDS LASTSAVEDBY LISTNUM MERGEFIELD NOTEREF NUMCHARS
NUMPAGES NUMWORDS PAGE PAGEREF PRINTDATE REF REVNUM SAVEDATE SECTION SECTIONPAGES SEQ SHAPE STYLEREF SUBJECT SYMBOL TA
TC TIME TITLE TOA TOC USERADDRESS USERINITIALS USERNAME XE
"""))
"""fields that fetch nothing from another file"""
_FETCHES = re.compile(r"INCLUDE|IMPORT|DDE|DATABASE|EMBED|AUTOTEXT|(?<![A-Z])LINK|SUBDOC")
"""what may stand in another field, or be put together from pieces"""


def made_safe(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The file without fields that fetch files, and what these fields say."""
    if re.search(rb"\\fldinst", data, re.I) is None:
        return data, ()
    pieces: list[bytes] = []
    told: list[str] = []
    kept = 0
    at, depth = 0, 0
    field: tuple[int, int, int, list[bytes]] | None = None
    """where the word of the open field's instruction stands, how deep it is, and what it says so far"""
    while at < len(data):
        match = _TOKEN.match(data, at)
        if match is None:
            break
        end = match.end()
        if match[1] is not None:
            end += int(match[1])
        elif match[6] == b"{":
            depth += 1
        elif match[6] == b"}":
            depth -= 1
            if field is not None and depth < field[2]:
                text = _text(field[3])
                if not _is_quiet(text):
                    pieces += [data[kept : field[0]], b"\\*\\reviewerfield "]
                    kept = field[1]
                    told.append(text)
                field = None
        elif match[5] is not None and match[5].lower() == b"fldinst" and field is None:
            field = (match.start(), end, depth, [])
        elif field is not None:
            field[3].append(_said(match))
        at = end
    if field is not None and not _is_quiet(_text(field[3])):
        pieces += [data[kept : field[0]], b"\\*\\reviewerfield "]
        kept = field[1]
    return b"".join([*pieces, data[kept:]]), tuple(text for text in told if text)


def _said(match: re.Match[bytes]) -> bytes:
    """What a token adds to the text, in GB18030."""
    if match[3] is not None:
        return bytes([int(match[3], 16)])
    if match[4] is not None:
        return chr(int(match[4]) % 65536).encode("gb18030", "replace")
    if match[7] is not None:
        return match[7].translate(None, b"\r\n")
    # Control words are no text; an escaped sign is itself.
    return match[0][1:] if match[5] is None and len(match[0]) == 2 and match[0][1:] != b"*" else b""


def _text(pieces: list[bytes]) -> str:
    return b"".join(pieces).decode("gb18030", "replace").strip()


def _is_quiet(text: str) -> bool:
    words = text.upper()
    first = re.match(r"=|[A-Z]*", words)
    return first is not None and (first[0] in _QUIET or first[0] == "=") and not _FETCHES.search(words)
