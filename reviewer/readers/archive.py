"""Archives -> Document and members: zip, tar (plain or compressed), single gz, bz2 and xz files, 7z, rar, winmail.dat.

The Document of an archive has no text but its comments; what is in it are the members.
"""

from __future__ import annotations

from collections.abc import Iterator

from reviewer.errors import Broken
from reviewer.model import Document, Locator
from reviewer.readers import archive_other, archive_tar, archive_zip, tnef
from reviewer.readers.assembly import Assembly
from reviewer.readers.container import Budget, Member, too_deep
from reviewer.readers.encoding import decode
from reviewer.settings import Limits


def kind_of(data: bytes) -> str:
    """zip, tar, gz, bz2, xz, 7z, rar or tnef; "" for bytes that are no archive. A compressed tar is a tar."""
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return "zip"
    if data.startswith(archive_other.SEVEN_ZIP):
        return "7z"
    if data.startswith((archive_other.RAR, archive_other.RAR5)):
        return "rar"
    if data.startswith(tnef.SIGNATURE):
        return "tnef"
    if stream := archive_tar.stream_kind(data):
        return "tar" if archive_tar.is_tar(archive_tar.beginning(data)) else stream
    return "tar" if archive_tar.is_tar(data[:512]) else ""


def read(data: bytes, name: str, limits: Limits, depth: int = 0) -> Document:
    """The archive itself: its comments, and what can be said before its members are read.

    Raises Broken for one that is cut off, TooBig for a bomb.
    """
    kind = kind_of(data)
    assembly = Assembly()
    if kind == "zip":
        found = archive_zip.directory(data, limits.members)
        archive_zip.check(data, found.entries)
        for comment in (found.comment, *(entry.comment for entry in found.entries)):
            _remark(assembly, decode(comment)[0])
    elif kind == "gz":
        _remark(assembly, archive_tar.gzip_words(data)[1])
    elif kind in archive_other.TITLES and archive_other.binding() is None:
        assembly.gap("unsupported", archive_other.missing(kind))
    too_deep(assembly, limits, depth)
    return assembly.finish(path=name, kind=kind, data=data)


def _remark(assembly: Assembly, text: str) -> None:
    assembly.add(text, part="property", hint="压缩包注释", locator=Locator(note="压缩包注释"))


def members(data: bytes, name: str, limits: Limits, budget: Budget) -> Iterator[Member]:
    """The files in it. A fault of one does not end the others where the format lets them be found."""
    kind = kind_of(data)
    if kind == "zip":
        return archive_zip.members(data, limits, budget)
    if kind == "tar":
        return archive_tar.members(data, budget)
    if kind == "tnef":
        return tnef.members(data, budget)
    if kind in archive_tar.STREAMS:
        return archive_tar.alone(data, name, budget)
    if kind in archive_other.TITLES and archive_other.binding() is not None:
        return archive_other.members(data, budget)
    if kind in archive_other.TITLES:
        return iter(())
    raise Broken("这不是压缩包。")
