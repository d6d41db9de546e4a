"""Locks a process in before it reads a file that nobody trusts: no network, no writing, so much memory and no more.

Linux only, each lock where the kernel has it; elsewhere a worker is a process of its own and no more. Locks can not
be undone and hold for all that the process starts. Sources: setrlimit(2), seccomp(2), landlock(7), prctl(2).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import signal
import sys
from pathlib import Path
from struct import pack

LOCKS: dict[str, str] = {"memory": "内存上限", "network": "禁止联网", "files": "禁止写别处的文件"}
"""the locks and their Chinese names"""

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 22, 2


def confine(scratch: Path | None, memory: int, written: int) -> frozenset[str]:
    """Locks this process in; returns the locks (keys of LOCKS) that hold.

    scratch  the only folder in which it and its children may write; None: nowhere
    memory   bytes of address space that it and each of its children may have
    written  bytes that each file may have that one of them writes
    """
    if sys.platform != "linux":
        return frozenset()
    libc = ctypes.CDLL(None, use_errno=True)
    held = {
        "memory": _limit(memory, written),
        "network": libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 and _no_network(libc),
        "files": _no_writing(libc, scratch),
    }
    return frozenset(name for name, holds in held.items() if holds)


def die_with_parent() -> None:
    """The kernel kills this process when the one that started it ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def end_session(leader: int) -> None:
    """Ends all processes of the session that process `leader` began, also where `leader` is dead."""
    if sys.platform != "linux":
        return
    for name in os.listdir("/proc"):
        if name.isdecimal() and int(name) != os.getpid():
            # It may have ended by now, or be none of ours.
            with contextlib.suppress(OSError):
                if os.getsid(int(name)) == leader:
                    os.kill(int(name), signal.SIGKILL)


def _limit(memory: int, written: int) -> bool:
    import resource

    try:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_FSIZE, (written, written))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (OSError, ValueError):
        return False
    return True


# --- network: seccomp ------------------------------------------------------------------------------

_ARCHITECTURES = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198), "loongarch64": (0xC0000102, 198)}
"""by machine: AUDIT_ARCH of linux/audit.h, the number of socket(2)"""
_IO_URING_SETUP = 425
_X32 = 0x40000000
_AF_UNIX = 1
_LOAD, _JUMP_EQUAL, _JUMP_ABOVE, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | 13, 0x80000000
"""seccomp's answers; to refuse is EACCES"""
_NUMBER, _ARCH, _FIRST = 0, 4, 16
"""offsets in struct seccomp_data"""


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def _no_network(libc: ctypes.CDLL) -> bool:
    """Sockets only of the kind that reaches no other machine (AF_UNIX: LibreOffice needs it)."""
    known = _ARCHITECTURES.get(platform.machine())
    if known is None:
        return False
    architecture, socket = known
    steps = [
        (_LOAD, 0, 0, _ARCH),
        (_JUMP_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_JUMP_ABOVE, 5, 0, _X32),
        (_JUMP_EQUAL, 4, 0, _IO_URING_SETUP),
        (_JUMP_EQUAL, 0, 2, socket),
        (_LOAD, 0, 0, _FIRST),
        (_JUMP_EQUAL, 0, 1, _AF_UNIX),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    code = b"".join(pack("HBBI", *step) for step in steps)
    program = _Program(len(steps), code)
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) == 0)


# --- files: landlock -------------------------------------------------------------------------------

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION_FLAG, _PATH_BENEATH = 1, 1
_WRITE_FILE = 1 << 1
_MAKING = (1 << 4) | (1 << 5) | (1 << 6) | (1 << 7) | (1 << 8) | (1 << 10) | (1 << 11) | (1 << 12)
"""remove, make folders, files, devices, pipes, links; sockets (1 << 9) stay free"""
_REFER, _TRUNCATE = 1 << 13, 1 << 14
"""since versions 2 and 3"""


def _no_writing(libc: ctypes.CDLL, scratch: Path | None) -> bool:
    version = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION_FLAG)
    if version < 1:
        return False
    handled = _WRITE_FILE | _MAKING | (_REFER if version > 1 else 0) | (_TRUNCATE if version > 2 else 0)
    attributes = ctypes.c_uint64(handled)
    rules = libc.syscall(_CREATE_RULESET, ctypes.byref(attributes), ctypes.c_size_t(8), 0)
    if rules < 0:
        return False
    try:
        allowed = [(Path(os.devnull), handled & (_WRITE_FILE | _TRUNCATE))]
        if scratch is not None:
            allowed.append((scratch, handled))
        for path, rights in allowed:
            if not _allow(libc, rules, path, rights):
                return False
        return bool(libc.syscall(_RESTRICT_SELF, rules, 0) == 0)
    finally:
        os.close(rules)


def _allow(libc: ctypes.CDLL, rules: int, path: Path, rights: int) -> bool:
    beneath = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = ctypes.create_string_buffer(pack("=Qi", rights, beneath))
        return bool(libc.syscall(_ADD_RULE, rules, _PATH_BENEATH, rule, 0) == 0)
    finally:
        os.close(beneath)
