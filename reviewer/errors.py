"""The error tree: everything the tool raises on purpose, with a code and a Chinese message.

A message names the file, the place and what to do. It never holds text that was found in a draft.
"""

from __future__ import annotations

import errno
import os


class ReviewerError(Exception):
    """Base of all errors raised on purpose; `code` is stable and documented in docs/json.md."""

    code = "error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class UsageError(ReviewerError):
    """The command was called in a way that can not work (exit code 2)."""

    code = "usage"


class RuleError(ReviewerError):
    """One or more rule files are faulty; `faults` holds one line each: file:line: what."""

    code = "rules"

    def __init__(self, faults: list[str], title: str = "规则文件") -> None:
        super().__init__(f"{title}有误：\n" + "\n".join(faults))
        self.faults = faults


class KeyFileError(ReviewerError):
    """The site key is missing, unreadable, or open to other users."""

    code = "key"


class KeyMismatch(ReviewerError):
    """Two outputs were made with different site keys: their fingerprints can not be compared."""

    code = "key-mismatch"


class SigningError(ReviewerError):
    """A signing key, a trust file, a certificate or another signed paper is missing, faulty or not to be trusted."""

    code = "signing"


class ReadError(ReviewerError):
    """A file could not be read as a whole; the scan goes on with the other files."""

    code = "unreadable"


class NotFound(ReadError):
    code = "not-found"


class EmptyFile(ReadError):
    code = "empty"


class UnknownFormat(ReadError):
    code = "unknown-format"


class Encrypted(ReadError):
    code = "encrypted"


class Broken(ReadError):
    code = "broken"


class TooBig(ReadError):
    code = "too-big"


class TooDeep(ReadError):
    code = "too-deep"


class WorkerError(ReviewerError):
    """The process that read a file died, or took too long."""

    code = "worker"


class NoConverter(ReadError):
    """The program that turns files of this kind into ones that can be read is not installed."""

    code = "no-converter"


class MarkingError(ReviewerError):
    """A draft can not be given back marked or masked; nothing was written."""

    code = "marking"


class DiskFull(ReviewerError):
    """There was no room for what was to be written, here or in passing; nothing is left of it (exit code 1)."""

    code = "disk-full"


class Refusal(ReviewerError):
    """The review does not allow this; the message says why."""

    code = "refused"


class Denied(Refusal):
    """This user may not do this."""

    code = "denied"


class Absent(Refusal):
    """There is no such thing, or none that this user may know of."""

    code = "absent"


class Conflict(Refusal):
    """Somebody else changed it in the meantime; nothing was written."""

    code = "conflict"


class SecretMark(Refusal):
    """A file bears a certain mark of secrecy: nothing of it was kept."""

    code = "secret-mark"


class StoreError(ReviewerError):
    """The data folder, the database or a backup can not be used."""

    code = "store"


class Failure(ReviewerError):
    """A fault of ours, wherever it happened: exit code 1."""

    code = "failed"


def place_of(fault: BaseException) -> str:
    """What went wrong and where in the code: type, module and line. Its own words may quote the draft."""
    trace = fault.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}" if trace is not None else "?"
    return f"{type(fault).__name__}（{where}）"


_EDQUOT = getattr(errno, "EDQUOT", -1)
_REASONS = {
    errno.ENOENT: "文件或文件夹不存在", errno.EACCES: "没有权限", errno.EPERM: "没有权限", errno.ENOSPC: "磁盘已满",
    errno.EROFS: "磁盘是只读的", errno.ENOTDIR: "路径中有一段不是文件夹", errno.EISDIR: "这是一个文件夹",
    errno.ENAMETOOLONG: "文件名太长", errno.ELOOP: "符号链接指来指去没有尽头", _EDQUOT: "超过磁盘配额",
    errno.EFBIG: "超过系统允许的文件大小", errno.EIO: "磁盘读写出错",
}  # fmt: skip
_FULL = frozenset((errno.ENOSPC, _EDQUOT, errno.EFBIG))


def reason(fault: OSError) -> str:
    """Why the system refused, in Chinese."""
    return _REASONS.get(fault.errno or 0, f"系统错误 {fault.errno}")


def is_full(fault: OSError) -> bool:
    """Whether there was no room for what was written."""
    return fault.errno in _FULL
