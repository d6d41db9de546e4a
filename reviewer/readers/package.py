"""Opens an Office package (OPC, ECMA-376 part 2) from bytes: a zip of XML parts, read within limits.

Nothing in the package is believed: sizes are counted while inflating, names are normalised, no DTD or
entity is accepted, and XML is parsed without network. Strict OOXML namespaces (ISO 29500 strict) are
turned into the transitional ones, so that readers know one set of names.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from lxml import etree

from reviewer.errors import Broken, Encrypted, TooBig, TooDeep
from reviewer.settings import Limits

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
"""relationships, custom and extended properties, docPropsVTypes, math stand below this address"""

_ADDRESS = re.compile(r"(?i)(?:[a-z][a-z0-9+.-]{1,20}://|(?:mailto|tel|sms|file):)")
_RATIO_FLOOR = 1 << 20
_TOTAL_RATIO_FLOOR = 16 << 20
_CHUNK = 1 << 18
_ZIP_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, LookupError, OverflowError, RuntimeError)
"""what zipfile raises for bad bytes (NotImplementedError is a RuntimeError)"""
_PARSER_DEPTH = 256
"""libxml2's own limit on nesting without huge_tree"""

_PROLOG_DOCTYPE = re.compile(rb"(?:\s+|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE", re.S)
_ENCODING = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]+)""")
_ENCODINGS = {b"utf-8", b"utf8", b"us-ascii", b"ascii", b"gb18030", b"gbk", b"gb2312", b"iso-8859-1"}
"""those in which <!DOCTYPE is the same bytes as in ASCII"""
_START = re.compile(rb"\s*<")
_DECLARATION = re.compile(r"\A\ufeff?\s*<\?xml[^>]*\?>")
_STRICT = re.compile(rb"""(xmlns(?::[A-Za-z0-9_.-]+)?\s*=\s*["'])http://purl\.oclc\.org/ooxml/([A-Za-z]+)/([A-Za-z]+)""")
_HEAD = 4096
_COMMENT = re.compile(rb"<!--.*?-->", re.S)
_ROOT = re.compile(rb"<([A-Za-z_][^\s/>]*)")
_LINKS = re.compile(r"(?:(.*)/)?_rels/([^/]*)\.rels", re.I)
_STRICT_NAMES = {b"customProperties": b"custom-properties", b"extendedProperties": b"extended-properties"}


class Relationship(NamedTuple):
    """`target` is a part's normalised name, or the address as written when `external`."""

    type: str
    target: str
    external: bool

    @property
    def kind(self) -> str:
        """The last word of the type: hyperlink, image, header ... equal for strict and transitional."""
        return self.type.rsplit("/", 1)[-1]


class Package:
    """The members of one package. Raises Broken, Encrypted, TooBig or TooDeep, with a Chinese message.

    Names are compared without case (ECMA-376 part 2, 6.2.2.3) and given as they stand in the zip.
    """

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._limits = limits
        self._size = len(data)
        self._sizes: dict[str, int] = {}
        self._total = 0
        self._links: dict[str, dict[str, Relationship]] = {}
        self._types: tuple[dict[str, str], dict[str, str]] | None = None
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _ZIP_FAULTS:
            raise Broken("文件已损坏（压缩结构不完整），无法读取。请重新获取原文件。") from None
        members = self._zip.infolist()
        if len(members) > limits.members:
            raise TooBig(f"压缩包内有 {len(members)} 个成员，超过上限 {limits.members} 个。请人工查看。")
        self._members: dict[str, zipfile.ZipInfo] = {}
        self._names: list[str] = []
        for member in members:
            # A name may end as a folder's, and bytes lie there all the same.
            if not member.is_dir() or member.file_size:
                self._admit(member)

    def _admit(self, member: zipfile.ZipInfo) -> None:
        if member.flag_bits & 0x41:
            raise Encrypted("文件设有打开密码，无法读取。请用 --password-file 给出密码，或去掉密码后重新扫描。")
        name = normal_name(member.filename) or "unnamed"
        if name.lower() in self._members:
            # Which of the two a program shows is its own choice: neither may pass unread.
            raise Broken("文件内有两个同名的部分，无法确定哪一个有效。请用原软件打开检查后另存。")
        self._members[name.lower()] = member
        self._names.append(name)

    def names(self) -> list[str]:
        """All part names, normalised, in the order of the zip."""
        return list(self._names)

    def __contains__(self, name: str) -> bool:
        return normal_name(name).lower() in self._members

    def read(self, name: str) -> bytes:
        """The inflated bytes of a part."""
        member = self._members.get(normal_name(name).lower())
        if member is None:
            raise Broken("文件不完整：缺少必需的部分。请重新获取原文件。")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Broken("文件使用了不支持的压缩方法，无法读取。请用原软件打开后另存。")
        pieces: list[bytes] = []
        size = 0
        try:
            with self._zip.open(member) as stream:
                while piece := stream.read(_CHUNK):
                    size += len(piece)
                    self._check_size(member, size)
                    pieces.append(piece)
        except _ZIP_FAULTS:
            raise Broken("文件已损坏（压缩数据有误），无法读取。请重新获取原文件。") from None
        self._total += size - self._sizes.get(member.filename, 0)
        self._sizes[member.filename] = size
        return b"".join(pieces)

    def root_name(self, name: str) -> str:
        """The local name of an XML part's root element, read from its first bytes; "" where there is none."""
        member = self._members.get(normal_name(name).lower())
        if member is None:
            return ""
        try:
            with self._zip.open(member) as stream:
                head = _COMMENT.sub(b"", _utf8(stream.read(_HEAD)))
        except _ZIP_FAULTS:
            return ""
        found = _ROOT.search(head)
        return found[1].rpartition(b":")[2].decode("utf-8", "replace") if found else ""

    def _check_size(self, member: zipfile.ZipInfo, size: int) -> None:
        limits = self._limits
        if size > limits.member_bytes:
            raise TooBig(f"文件内有一个部分解压后超过 {limits.member_bytes >> 20} MB 的上限。请拆分后扫描。")
        # The header may lie about the packed size, but no more can be there than the file holds.
        if size > _RATIO_FLOOR and size > limits.ratio * min(member.compress_size, self._size):
            raise TooBig(f"文件内有一个部分的压缩比超过上限 {limits.ratio}，可能是压缩炸弹。请人工查看。")
        total = self._total + size - self._sizes.get(member.filename, 0)
        if total > limits.total_bytes:
            raise TooBig(f"文件解压后超过 {limits.total_bytes >> 20} MB 的上限。请拆分后扫描。")
        if total > _TOTAL_RATIO_FLOOR and total > limits.ratio * self._size:
            raise TooBig(f"文件整体的压缩比超过上限 {limits.ratio}，可能是压缩炸弹。请人工查看。")

    def xml(self, name: str) -> etree._Element:
        """The root element of an XML part."""
        return parse_xml(self.read(name), self._limits)

    def elements(self, name: str, tag: str | tuple[str, ...]) -> Iterator[etree._Element]:
        """Elements of `tag` of a large XML part, one by one when they end; the caller clears each.

        What ended before is dropped with `element.clear()`; siblings before it stay until then.
        """
        data = _plain(self.read(name))
        events = etree.iterparse(
            io.BytesIO(data), events=("end",), tag=tag, resolve_entities=False, no_network=True,
            load_dtd=False, dtd_validation=False, huge_tree=False, remove_comments=True, remove_pis=True,
        )  # fmt: skip
        try:
            for _, element in events:
                yield element
        except etree.XMLSyntaxError as fault:
            raise _fault(fault) from None

    def relationships(self, part: str) -> dict[str, Relationship]:
        """The relationships of a part by id; "" names the package itself. Empty when it has none."""
        folder = posixpath.dirname(part)
        name = posixpath.join(*_rels_of(part))
        if name not in self:
            return {}
        if name in self._links:
            return self._links[name]
        found: dict[str, Relationship] = {}
        for element in _rooted(self.xml(name), "Relationships").iter("{*}Relationship"):
            target = element.get("Target") or ""
            # Whatever its mode says: an address with a scheme is no member's name.
            external = (element.get("TargetMode") or "").lower() == "external" or bool(_ADDRESS.match(target))
            if not external:
                target = self._resolve(folder, target)
            found[element.get("Id") or ""] = Relationship(element.get("Type") or "", target, external)
        self._links[name] = found
        return found

    def unasked(self) -> list[str]:
        """The parts of which nobody asked for the relationships so far; some of them may not exist."""
        found = (_LINKS.fullmatch(name) for name in self._names)
        parts = (posixpath.join(match[1] or "", match[2]) for match in found if match)
        asked = {name.lower() for name in self._links}
        return [part for part in parts if posixpath.join(*_rels_of(part)).lower() not in asked]

    def _resolve(self, folder: str, target: str) -> str:
        target = target.replace("\\", "/").split("#", 1)[0]
        name = normal_name(target if target.startswith("/") else posixpath.join(folder, target))
        if name not in self and unquote(name) in self:
            name = normal_name(unquote(name))
        member = self._members.get(name.lower())
        return name if member is None else normal_name(member.filename)

    def content_type(self, part: str) -> str:
        """The part's declared content type, or "" when none is declared."""
        if self._types is None:
            self._types = self._read_types()
        overrides, defaults = self._types
        part = normal_name(part).lower()
        return overrides.get(part) or defaults.get(part.rsplit(".", 1)[-1], "")

    def _read_types(self) -> tuple[dict[str, str], dict[str, str]]:
        overrides: dict[str, str] = {}
        defaults: dict[str, str] = {}
        if "[Content_Types].xml" in self:
            for element in _rooted(self.xml("[Content_Types].xml"), "Types"):
                kind = element.get("ContentType") or ""
                if element.get("PartName"):
                    overrides[normal_name(element.get("PartName", "")).lower()] = kind
                elif element.get("Extension"):
                    defaults[element.get("Extension", "").lower()] = kind
        return overrides, defaults


_TEXT_SPACES = re.compile(
    r"\{(?:http://schemas\.openxmlformats\.org/(?:(?:drawing|wordprocessing|spreadsheet)ml/2006/[A-Za-z]+"
    r"|officeDocument/2006/math)|http://schemas\.microsoft\.com/[A-Za-z0-9/.]+|urn:schemas-microsoft-com:[a-z:]+)\}t"
)


def is_strange(root: etree._Element, space: str, names: frozenset[str]) -> bool:
    """Whether a part of this name is not in the namespace `space`, or its texts are in none of Office's.

    A part whose namespaces were damaged holds no element that a reader knows: it would seem to be empty.
    """
    tag = str(root.tag)
    if tag.rpartition("}")[2] in names and not tag.startswith(space):
        return True
    return any(_TEXT_SPACES.fullmatch(str(element.tag)) is None for element in root.iter("{*}t"))


def _rooted(root: etree._Element, name: str) -> etree._Element:
    """The root itself. Raises Broken where it is another: a part that lies in the wrong place seems to be empty."""
    if str(root.tag).rpartition("}")[2] != name:
        raise misplaced()
    return root


def misplaced() -> Broken:
    """The fault of a part that holds something else than its name or its relationship says."""
    return Broken("文件内有一个部分不是它应有的内容，无法读取。请用原软件打开检查后另存。")


def _rels_of(part: str) -> tuple[str, str]:
    folder, base = posixpath.split(part)
    return posixpath.join(folder, "_rels"), base + ".rels"


def normal_name(name: str) -> str:
    """A member's name with forward slashes, relative, without "." and "..": never outside the package."""
    steps: list[str] = []
    for step in name.replace("\\", "/").split("/"):
        if step == "..":
            del steps[-1:]
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps)


def parse_xml(data: bytes, limits: Limits) -> etree._Element:
    """The root element; Broken for bad XML or any DTD, TooDeep or TooBig past the parser's limits."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(_plain(data), parser)
    except etree.XMLSyntaxError as fault:
        raise _fault(fault) from None
    except ValueError:
        raise Broken("文件内的 XML 有误，无法读取。请用原软件打开检查后另存。") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise _doctype()
    if limits.xml_depth < _PARSER_DEPTH and root.xpath("boolean(" + "/*" * (limits.xml_depth + 1) + ")"):
        raise _too_deep()
    return root


def strict_spaces(data: bytes) -> dict[bytes, bytes]:
    """The strict namespaces that an XML part declares, by the transitional ones that a reader is given for them."""
    found = (match[0] for match in _STRICT.finditer(_utf8(data)))
    pairs = ((_STRICT.sub(_transitional, text), text) for text in found)
    return {new.partition(b"http:")[2]: old.partition(b"http:")[2] for new, old in pairs}


def _plain(data: bytes) -> bytes:
    """The XML as UTF-8 where it was UTF-16, in transitional namespaces; Broken when it has a DTD."""
    data = _utf8(data)
    declared = _ENCODING.match(data)
    if not _START.match(data) or (declared and declared[1].lower() not in _ENCODINGS):
        raise Broken("文件内的 XML 编码有误，无法读取。请用原软件打开检查后另存。")
    if _PROLOG_DOCTYPE.match(data):
        raise _doctype()
    if b"http://purl.oclc.org/ooxml/" in data:
        data = _STRICT.sub(_transitional, data)
    return data


def _utf8(data: bytes) -> bytes:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<"):
        encoding = "utf-16-be" if data[:2] in (b"\xfe\xff", b"\x00<") else "utf-16-le"
        data = _DECLARATION.sub("", data.decode(encoding, "replace")).lstrip("\ufeff").encode()
    return data.removeprefix(b"\xef\xbb\xbf")


def _transitional(match: re.Match[bytes]) -> bytes:
    name = _STRICT_NAMES.get(match[3], match[3])
    return match[1] + b"http://schemas.openxmlformats.org/" + match[2] + b"/2006/" + name


def _fault(fault: etree.XMLSyntaxError) -> Broken | TooBig | TooDeep:
    # The parser's message may quote the file: only its kind is used.
    message = str(fault)
    if "xcessive depth" in message:
        return _too_deep()
    if "huge text node" in message or "Buffer size limit" in message:
        return TooBig("文件内有一段连续文字超过 10 MB，无法读取。请拆分后扫描。")
    return Broken("文件内的 XML 有误，无法读取。请用原软件打开检查后另存。")


def _doctype() -> Broken:
    return Broken("文件含有 DTD/实体声明，Office 文档中不应出现，出于安全没有读取。请人工查看。")


def _too_deep() -> TooDeep:
    return TooDeep("文件内的 XML 嵌套过深，无法读取。请用原软件打开检查后另存。")
