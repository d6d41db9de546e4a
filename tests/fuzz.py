"""Reads damaged files, as many as time allows, and names each on which the readers break a promise.

    python -m tests.fuzz --minutes 20 --seed 7          what docs/reliability.md tells of
    python -m tests.fuzz --case 'docx/body/17' --keep . one of them again: its bytes, and what becomes of it

The damaged files are made of all that the tests can build and of samples/. Each is read in a worker, locked in as for
a user, and must end in a Document or a ReadError, in time and memory, and write nothing. What was planted and still
is in the damaged file must be read, or a gap or fault must say that something was not.
"""

from __future__ import annotations

import argparse
import bz2
import contextlib
import gzip
import io
import lzma
import os
import random
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import reviewer.readers
from reviewer.errors import ReadError, place_of
from reviewer.model import Document, Fault, Result
from reviewer.readers import read_bytes
from reviewer.readers.converted import JOBS
from reviewer.scanning import Scanner, linked
from reviewer.settings import Limits
from reviewer.workers import Workers, usable_cores
from tests.mutations import mutated

ROOT = Path(__file__).parents[1]
TOKEN = "代号13800138000"
"""what readers take for words worth reading, also in places where most words are machinery"""
PASSWORD = "Abc-123"
LIMITS = replace(Limits(), memory_bytes=1 << 30, file_seconds=60.0, passwords=(PASSWORD,))
"""a sample has some kilobytes: a quarter of a user's memory and a fifth of the time are plenty for it"""
_SLOW_ROUND = 40
"""LibreOffice takes a hundred times as long as a reader of ours: its turn comes as seldom"""
_SCANNED = 4
"""of so many files one is not only read but scanned"""
_MARK = re.compile(r"[0-9A-Z][0-9A-Z-]{7,}")


@dataclass(frozen=True, slots=True)
class Seed:
    """A file to damage. `marks`: words in it that are told from all else."""

    name: str
    suffix: str
    data: bytes = field(repr=False)
    marks: tuple[bytes, ...] = ()

    @property
    def is_slow(self) -> bool:
        return self.suffix in JOBS


@cache
def seeds(*, office: bool = True) -> dict[str, Seed]:
    """All files to damage by name; `office`: also those that LibreOffice has to make."""
    found: list[Seed] = []
    for path in sorted(Path(__file__).parent.glob("readers/make_*.py")):
        kind = path.stem.removeprefix("make_")
        suffix = {"plain": "txt", "mail": "eml"}.get(kind, kind)
        places = import_module(f"tests.readers.{path.stem}").PLACES
        found += [Seed(f"{kind}/{place}", suffix, build(TOKEN)) for place, (_, build) in places.items()]
    found += [
        Seed(f"samples/{path.name}", path.suffix[1:], path.read_bytes())
        for path in sorted((ROOT / "samples").iterdir())
        if not path.name.endswith(".expected.json") and path.name != "README.md"
    ]
    found += _plain_pdfs(found)
    found += _locked()
    found += _old(office=office)
    return {one.name: replace(one, marks=_marks(one)) for one in found}


def _plain_pdfs(found: Iterable[Seed]) -> list[Seed]:
    """PDF files without compression: a change meets what a page says and no checksum."""
    import pikepdf

    made = []
    for one in found:
        if one.data[:5] == b"%PDF-" and one.name.startswith(("pdf/", "samples/")):
            out = io.BytesIO()
            with contextlib.suppress(pikepdf.PdfError), pikepdf.open(io.BytesIO(one.data)) as file:
                file.save(out, qdf=True)
                made.append(Seed(f"{one.name}, plain", "pdf", out.getvalue()))
    return made


def _locked() -> list[Seed]:
    from tests.readers.make_archive import aes_zip, locked_zip
    from tests.readers.test_archive import _locked_docx, _locked_pdf

    word = PASSWORD.encode()
    return [
        Seed("locked/docx", "docx", _locked_docx()), Seed("locked/pdf", "pdf", _locked_pdf()),
        Seed("locked/zip", "zip", locked_zip("a.txt", TOKEN.encode(), word)),
        Seed("locked/zip aes", "zip", aes_zip("a.txt", TOKEN.encode() * 9, word)),
    ]  # fmt: skip


def _old(*, office: bool) -> list[Seed]:
    from tests.readers.old_files import SOURCES, old, xlsb

    rtf = "{\\rtf1\\ansi\\ansicpg936{\\fonttbl{\\f0 SimSun;}}{\\info{\\author A}}\\f0\\pard %s\\par{\\field{\\*\\fldinst"
    text = "".join(f"\\u{ord(char)}?" if ord(char) > 127 else char for char in TOKEN)
    flat = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:'
        'office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2" office:mimetype='
        '"application/vnd.oasis.opendocument.text"><office:body><office:text><text:p>%s</text:p></office:text>'
        "</office:body></office:document>"
    )
    made = [
        Seed("rtf/by hand", "rtf", (rtf % text + " PAGE}{\\fldrslt 1}}\\par}").encode()),
        Seed("fodt/by hand", "fodt", (flat % TOKEN).encode()),
        Seed("xlsb/by hand", "xlsb", xlsb(TOKEN)),
    ]
    if office and shutil.which("soffice"):
        made += [Seed(f"{kind}/converted", kind, old(kind)) for kind in SOURCES]
    return made


@cache
def _marks(seed: Seed) -> tuple[bytes, ...]:
    """Words of capital letters and digits that its text holds: the token's, or some numbers of a sample."""
    if seed.is_slow:
        return ()
    try:
        text = read_bytes(seed.data, f"draft.{seed.suffix}", LIMITS).text
    except ReadError:
        return ()
    words = list(dict.fromkeys(_MARK.findall(text)))
    return tuple(word.encode() for word in ([one for one in words if one in TOKEN] or words)[:5])


def damaged(seed: Seed, number: int, chosen: int, others: Sequence[bytes]) -> bytes:
    """Damaged file `number` of this seed; `chosen` is the run's own seed: the same give the same bytes."""
    chance = random.Random(f"{chosen}/{seed.name}/{number}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return mutated(seed.data, chance, others)


# --- what must hold --------------------------------------------------------------------------------


class Fuzzer:
    """Stands for a scanner in a worker: its files are names of cases (`seed/number`), made on the spot.

    A Result has a Fault for each broken promise: raised, memory, wrote, silent. Fault `caught` is none: an exception
    that read_bytes turned into a ReadError. The workers add crashed and timeout.
    """

    def __init__(self, scanner: Scanner, chosen: int, *, office: bool) -> None:
        self.settings = replace(scanner.settings, limits=LIMITS)
        self._scanner = scanner
        self._chosen = chosen
        self._seeds = seeds(office=office)
        # What is put in from another file is no part of this one that could be missed.
        digits = TOKEN.lstrip("代号").encode()
        self._others = [one.data.replace(digits, digits[::-1]) for one in self._seeds.values()]
        self._hooked = False

    def case(self, name: str) -> tuple[Seed, bytes]:
        """The seed and the bytes of a case."""
        place, _, number = name.rpartition("/")
        seed = self._seeds[place]
        return seed, damaged(seed, int(number), self._chosen, self._others)

    def results(self, path: Path, shown: str) -> Iterator[Result]:
        if not self._hooked:
            self._hooked = True
            _watch()
            _record_caught()
        seed, data = self.case(shown)
        began = time.process_time()
        _wrote.clear()
        _caught.clear()
        faults = list(self._faults(seed, data, int(shown.rpartition("/")[2]) % _SCANNED == 0))
        faults += [Fault("wrote", what) for what in _wrote] + [Fault("caught", what) for what in _caught]
        yield Result(shown, None, faults=(*faults, Fault("seconds", f"{time.process_time() - began:.3f}")))

    def _faults(self, seed: Seed, data: bytes, scanned: bool) -> Iterator[Fault]:
        name = f"draft.{seed.suffix}"
        try:
            document = read_bytes(data, name, LIMITS)
        except ReadError as fault:
            yield Fault("memory", "") if "内存" in fault.message else Fault("refused", fault.code)
            return
        except Exception as fault:
            yield Fault("raised", place_of(fault))
            return
        yield Fault("read", "incomplete" if document.gaps else "complete")
        if lost := _lost(seed, data, document):
            yield Fault("silent", lost)
        if scanned:
            yield from self._scan(data, name, document)

    def _scan(self, data: bytes, name: str, document: Document) -> Iterator[Fault]:
        """The same as a scan sees it: it may not be complete where the whole is not."""
        path = Path(tempfile.gettempdir()) / name
        path.write_bytes(data)
        try:
            result = linked(self._scanner.results(path, name))[0]
        except Exception as fault:
            yield Fault("raised", f"scan: {place_of(fault)}")
            return
        finally:
            path.unlink()
        if result.complete and document.gaps:
            yield Fault("silent", f"complete in a scan, {document.gaps[0].reason} as a whole")


def _lost(seed: Seed, data: bytes, document: Document) -> str:
    """Says of a Document without gaps that it lacks what others still see in the file; "" where all is well."""
    if document.gaps:
        return ""
    # A name of HTML is read in small letters; a string of a script may be read in pieces.
    read = re.sub(r"\s+", "", document.text).casefold()
    words = [mark for mark in seed.marks if mark.decode().casefold() not in read]
    for mark in words:
        for who, seen in _WITNESSES.items():
            with contextlib.suppress(*_REFUSALS):
                told = seen(data)
                if mark in told and (who != "poppler" or _is_missing(read, told)):
                    return f"{who} sees what was not read"
    return ""


_REFUSALS = (
    zipfile.BadZipFile, tarfile.TarError, OSError, EOFError, ValueError, RuntimeError, NotImplementedError, zlib.error,
    lzma.LZMAError, IndexError, KeyError, OverflowError, MemoryError, subprocess.SubprocessError, AttributeError,
)  # fmt: skip


def _zip_sees(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return b"\n".join(package.read(one) for one in package.infolist() if one.file_size < 1 << 22)


def _tar_sees(data: bytes) -> bytes:
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as package:
        found = [package.extractfile(one) for _, one in zip(range(50), package, strict=False) if one.isreg()]
        return b"\n".join(one.read(1 << 20) for one in found if one is not None)


def _is_missing(read: str, seen: bytes) -> bool:
    """Whether there is less than another program sees: where a string itself was damaged, it reads otherwise."""
    return len(read) < 0.9 * len("".join(seen.decode("utf-8", "replace").split()))


def _poppler_sees(data: bytes) -> bytes:
    if b"%PDF-" not in data[:1024] or not shutil.which("pdftotext"):
        return b""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(data)
        file.flush()
        told = subprocess.run(["pdftotext", "-q", file.name, "-"], capture_output=True, timeout=20, check=False)
    return told.stdout


_WITNESSES: dict[str, Callable[[bytes], bytes]] = {
    # Bytes of a PDF that belong to no object any more are shown by no program.
    "anybody": lambda data: b"" if b"%PDF-" in data[:1024] else data,
    "zipfile": _zip_sees,
    "tarfile": _tar_sees,
    "gzip": lambda data: gzip.decompress(data)[: 1 << 22],
    "bz2": lambda data: bz2.decompress(data)[: 1 << 22],
    "lzma": lambda data: lzma.decompress(data)[: 1 << 22],
    "poppler": _poppler_sees,
}
"""what other programs see of a file"""

_wrote: list[str] = []
_caught: list[str] = []


def _watch() -> None:
    """Records every attempt to write outside of the scratch folder, or to reach another machine, for good."""
    scratch = os.path.realpath(tempfile.gettempdir())

    def is_ours(path: object, folder: object = -1) -> bool:
        if not isinstance(path, str | bytes | os.PathLike):
            return True  # a handle that is open already
        beside = os.readlink(f"/proc/self/fd/{folder}") if isinstance(folder, int) and folder >= 0 else ""
        whole = os.path.realpath(os.path.join(beside, os.fsdecode(path)))
        # LibreOffice's own socket is taken away where it can be.
        return whole.startswith((scratch + os.sep, "/tmp/OSL_PIPE_")) or whole in (scratch, os.devnull)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            bad = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC) and not is_ours(path)
        elif event in _WRITES:
            bad = not all(is_ours(path, arguments[-1]) for path in arguments[: _WRITES[event]])
        else:
            bad = event == "socket.connect" and not isinstance(arguments[1], str | bytes)
        if bad:
            _wrote.append(event)

    sys.addaudithook(hook)


_WRITES = {
    "os.mkdir": 1, "os.remove": 1, "os.rmdir": 1, "os.truncate": 1, "os.rename": 2, "os.link": 2, "os.chmod": 1,
    "os.chown": 1, "os.utime": 1, "shutil.rmtree": 1, "shutil.move": 2,
}  # fmt: skip
"""event -> how many of its arguments are paths"""


def _record_caught() -> None:
    turned = reviewer.readers._as_read_error

    def record(fault: Exception, kind: str) -> ReadError:
        if not isinstance(fault, ReadError):
            _caught.append(f"{kind}: {place_of(fault)}")
        return turned(fault, kind)

    reviewer.readers._as_read_error = record


# --- many of them ----------------------------------------------------------------------------------

BROKEN = {
    "raised": "raised something", "failed": "raised something", "crashed": "ended its process",
    "timeout": "took too long", "memory": "took too much memory", "too-big": "took too much memory",
    "wrote": "wrote elsewhere", "silent": "left out a part and did not say so",
}  # fmt: skip
"""codes of the faults that are promises broken"""


@dataclass(slots=True)
class Outcome:
    """What a run has seen."""

    cases: int = 0
    broken: list[tuple[str, str, str]] = field(default_factory=list)
    """(case, code, what is known of it)"""
    counts: Counter[str] = field(default_factory=Counter)
    caught: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    """for each of `caught` the first case"""
    slowest: list[tuple[float, str]] = field(default_factory=list)

    def take(self, result: Result) -> None:
        self.cases += 1
        for fault in result.faults:
            if fault.code in BROKEN:
                self.broken.append((result.path, fault.code, fault.message))
            elif fault.code == "caught":
                self.caught[fault.message] += 1
                self.examples.setdefault(fault.message, result.path)
            elif fault.code == "seconds":
                self.slowest = sorted([*self.slowest, (float(fault.message), result.path)], reverse=True)[:5]
            else:
                self.counts[f"{fault.code} {fault.message}"] += 1


def run(fuzzer: Fuzzer, names: Sequence[str], outcome: Outcome, jobs: int = 2) -> None:
    """Reads these cases in workers and adds what becomes of them to `outcome`."""
    workers = Workers(cast(Scanner, fuzzer), jobs)
    try:
        for _, results in workers.results([(Path(name), name) for name in names]):
            outcome.take(results[0])
    finally:
        workers.close()


def round_of(number: int, *, office: bool, only: str = "") -> list[str]:
    """The cases of one round: one of each seed, where LibreOffice is needed in some rounds only."""
    found = seeds(office=office).values()
    return [
        f"{one.name}/{number}"
        for k, one in enumerate(found)
        if one.name.startswith(only) and (not one.is_slow or number % _SLOW_ROUND == k % _SLOW_ROUND or only)
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=usable_cores())
    parser.add_argument("--only", default="", help="seeds whose name begins so")
    parser.add_argument("--first", type=int, default=0, help="the number of the first round")
    parser.add_argument("--case", help="SEED/NUMBER: this one, in this process")
    parser.add_argument("--keep", type=Path, help="folder for the bytes of --case")
    options = parser.parse_args()
    from tests.scanner import scanner

    scanner().expect(1 << 30)
    fuzzer = Fuzzer(scanner(), options.seed, office=True)
    if options.case:
        return _again(fuzzer, options.case, options.keep)
    outcome, end, rounds = Outcome(), time.monotonic() + 60 * options.minutes, options.first
    while time.monotonic() < end:
        names = [name for k in range(rounds, rounds + 5) for name in round_of(k, office=True, only=options.only)]
        run(fuzzer, names, outcome, options.jobs)
        rounds += 5
        print(f"\r{rounds} rounds, {outcome.cases} cases, {len(outcome.broken)} broken", end="", flush=True)
    _tell(outcome)
    return 1 if outcome.broken else 0


def _tell(outcome: Outcome) -> None:
    print(f"\n{outcome.cases} damaged files")
    for what, count in outcome.counts.most_common():
        print(f"  {count:8} {what}")
    print("exceptions that became an error of the file:")
    for what, count in outcome.caught.most_common():
        print(f"  {count:8} {what}, first {outcome.examples[what]}")
    print("slowest, in seconds of processor time:")
    for seconds, name in outcome.slowest:
        print(f"  {seconds:8.2f} {name}")
    print(f"{len(outcome.broken)} promises broken")
    for name, code, what in outcome.broken:
        print(f"  {name}: {BROKEN[code]} {what}")


def _again(fuzzer: Fuzzer, name: str, keep: Path | None) -> int:
    seed, data = fuzzer.case(name)
    if keep is not None:
        (keep / f"case.{seed.suffix}").write_bytes(data)
    document = read_bytes(data, f"draft.{seed.suffix}", LIMITS)
    print(f"{document.format}, {len(document.text)} characters, gaps: {[gap.reason for gap in document.gaps]}")
    print(f"marks {seed.marks}, lost: {_lost(seed, data, document) or 'no'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
