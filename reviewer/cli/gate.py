"""gate, baseline, certificate, signing: what may go out, and the papers that say so."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from reviewer import __version__
from reviewer.cli.common import UNREAD, listed, say, veiled
from reviewer.cli.output import store
from reviewer.errors import UsageError, reason

if TYPE_CHECKING:
    from reviewer.gate.run import Outcome
    from reviewer.review.keyring import Keyring
    from reviewer.review.signing import Trust


def gate(options: argparse.Namespace) -> int:
    from reviewer.gate import reports
    from reviewer.gate.folder import leads_through

    targets = _gate_targets(options, reports.FORMATS, reports.SUFFIXES)
    for _, path in targets:
        if path is not None and leads_through(path, os.path.realpath(options.folder)):
            raise UsageError(f"{path} 在要发布的文件夹里，报告不能写在那里。请写到别的文件夹。")
    outcome = _passed(options)
    for name, path in targets:
        if path is not None:
            store(path, partial(reports.write, name, outcome))
            continue
        with contextlib.suppress(BrokenPipeError):
            reports.write(name, outcome, sys.stdout)
            sys.stdout.flush()
    return outcome.exit_code


def _passed(options: argparse.Namespace) -> Outcome:
    """What the gate says of the folder, with a progress bar where somebody watches."""
    from dataclasses import replace

    from reviewer.gate.baseline import Baseline, load_baseline
    from reviewer.gate.config import Config, load_config
    from reviewer.gate.papers import outside, read_papers
    from reviewer.gate.run import Gate
    from reviewer.reports.progress import progress
    from reviewer.scanning import Scanner, cache_folder, today
    from reviewer.settings import Settings

    root, day = options.folder, today()
    for paths, title in (([options.config], "配置"), ([options.baseline], "基线"), (options.allow, "公开人员名单")):
        for path in paths:
            if path is not None:
                outside(path, root, title)
    plain = Settings(today=day, allow_lists=tuple(options.allow))
    kinds = [plain, replace(plain, rule_folders=tuple(options.rules))] if options.rules else [plain]
    gate = Gate(
        root, read_papers(root, options.certificates, options.trust, options.revoked, day),
        [Scanner(one, cache=cache_folder()) for one in kinds], options.scope, options.channel,
        load_config(options.config) if options.config is not None else Config(),
        load_baseline(options.baseline) if options.baseline is not None else Baseline(), options.jobs,
    )  # fmt: skip
    files = gate.files()
    with progress(len(files)) as line:
        outcome = gate.run(files, __version__, line.done)
    if outcome.interrupted:
        say("已中断：没有检查的文件列为没有读到。")
    for scanner in gate.scanners:
        scanner.keep()
    return outcome


def _gate_targets(
    options: argparse.Namespace, known: Sequence[str], suffixes: Mapping[str, str]
) -> list[tuple[str, Path | None]]:
    """Which format goes where: the first formats to the files given, the one that is left to the screen."""
    outputs = list(options.output or ())
    formats = listed(options.format or ())
    for name in formats:
        if name not in known:
            raise UsageError(f"没有 {name} 这种报告格式。可用的有：{'、'.join(known)}。")
    if not formats:
        formats = [suffixes.get(path.suffix.lower(), "text") for path in outputs] or ["text"]
    if len(formats) > len(outputs) + 1 or len(outputs) > len(formats):
        raise UsageError(f"有 {len(formats)} 种格式，却有 {len(outputs)} 个 -o。请一一对应；只有一种可以不写文件。")
    if len({os.path.realpath(path) for path in outputs}) < len(outputs):
        raise UsageError("有两个 -o 写的是同一个文件，后写的会盖掉先写的。请各用一个文件名。")
    left: list[Path | None] = [*outputs, None]
    return list(zip(formats, left[: len(formats)], strict=True))


def baseline(options: argparse.Namespace) -> int:
    from reviewer.gate.baseline import load_baseline
    from reviewer.gate.folder import leads_through
    from reviewer.gate.run import baseline_of
    from reviewer.scanning import today

    if leads_through(options.output, os.path.realpath(options.folder)):
        raise UsageError(f"{options.output} 在要发布的文件夹里，基线不能写在那里。请写到别的文件夹。")
    if not options.reason.strip() or not options.owner.strip():
        raise UsageError("--reason 和 --owner 不能是空的：每一项都要有人负责。")
    if options.until < today():
        raise UsageError(f"--until {options.until} 已经过去了。")
    outcome = _passed(options)
    before = load_baseline(options.baseline).live(today()) if options.baseline is not None else ()
    made, left = baseline_of(outcome, options.reason, options.owner, options.until, before, options.findings_only)
    store(options.output, lambda stream: stream.write(made.to_bytes()))
    print(f"基线共 {len(made.entries)} 项，{options.until} 到期，由 {veiled(options.owner)} 负责。")
    if left:
        why = "改动过、到期、吊销，密级标志，文件打不开，或者文件夹名称有问题"
        print(f"另有 {left} 处不能列入（{why}），请用 reviewer gate 查看。")
    return 0


def certificate(options: argparse.Namespace) -> int:
    from reviewer.gate.told import certificate_told
    from reviewer.scanning import today

    listed = _bytes_of(options.revoked) if options.revoked is not None else None
    lines, is_valid = certificate_told(_bytes_of(options.path), _trust_of(options.trust, None), listed, today())
    for line in lines:
        print(veiled(line))
    return 0 if is_valid else UNREAD


def _trust_of(path: Path | None, folder: Path | None) -> Trust:
    from reviewer.review.signing import Trust

    if path is None:
        return _keyring(folder).trust()
    return Trust.of(_bytes_of(path))


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise UsageError(f"读不了 {path}：{reason(fault)}。") from None


def _keyring(folder: Path | None) -> Keyring:
    from reviewer.review.keyring import Keyring, folder_of

    return Keyring(folder_of(folder, os.environ))


def _now() -> datetime:
    return datetime.now().astimezone()


def _end_of(day: date | None) -> datetime | None:
    """The last second of a day, here."""
    return datetime(day.year, day.month, day.day, 23, 59, 59).astimezone() if day is not None else None


def signing_new(options: argparse.Namespace) -> int:
    ring = _keyring(options.signing_dir)
    key = ring.create(_now(), options.alg or "ed25519", _end_of(options.until))
    print(
        f"已生成签名密钥 {key.id}（{key.alg}），私钥在 {veiled(str(ring.folder))}，只有本用户可读。请妥善备份。\n"
        "用 reviewer signing trust 导出公钥，交给运行闸口的机器。"
    )
    return 0


def signing_rotate(options: argparse.Namespace) -> int:
    key = _keyring(options.signing_dir).rotate(_now(), options.alg, _end_of(options.until))
    print(
        f"已换用签名密钥 {key.id}（{key.alg}）。旧密钥以前签的仍然有效，它的私钥已删除。\n"
        "请重新导出信任文件（reviewer signing trust），交给运行闸口的机器。"
    )
    return 0


def signing_revoke(options: argparse.Namespace) -> int:
    _keyring(options.signing_dir).revoke(options.key, _now())
    print(
        f"已吊销签名密钥 {options.key}，它签过的一概不算数，私钥已删除。\n请重新导出信任文件、签发吊销名单："
        "闸口从新名单就能知道，不必等新的信任文件。没有别的密钥时，先用 reviewer signing new 新建。"
    )
    return 0


def signing_list(options: argparse.Namespace) -> int:
    titles = {"active": "在用", "retired": "已停用", "revoked": "已吊销"}
    trust, now = _trust_of(options.trust, options.signing_dir), _now()
    for key in trust.keys:
        until = "" if key.until is None else f"到 {key.until.astimezone():%Y-%m-%d %H:%M}"
        revoked = "" if key.revoked_at is None else f"，{key.revoked_at.astimezone():%Y-%m-%d} 吊销"
        since = f"{key.since.astimezone():%Y-%m-%d %H:%M}"
        print(f"{key.id}\t{key.alg}\t{titles[key.status(now)]}\t从 {since} 起{until}{revoked}")
    if not trust.keys:
        say("还没有签名密钥。请用 reviewer signing new 生成。")
    return 0


def signing_trust(options: argparse.Namespace) -> int:
    trust = _keyring(options.signing_dir).trust()
    if not trust.keys:
        raise UsageError("还没有签名密钥。请用 reviewer signing new 生成。")
    if options.output is None:
        print(trust.to_bytes().decode("ascii"), end="")
    else:
        store(options.output, lambda stream: stream.write(trust.to_bytes()))
    return 0


def signing_revocations(options: argparse.Namespace) -> int:
    from reviewer.review.certificate import verify
    from reviewer.review.revocation import next_list, sign

    ring, now = _keyring(options.signing_dir), _now()
    before = _bytes_of(options.path) if options.path.exists() else b""
    trust, ids = ring.trust(), []
    for path in options.add:
        verdict = verify(_bytes_of(path), trust, None, now.date())
        if not verdict.id:
            raise UsageError(f"{path} 不是本单位签发的证书：{verdict.message}")
        ids.append(verdict.id)
    made = next_list(before, ids, options.reason, trust, now, options.days)
    paper = sign(made, ring.active(now))
    store(options.path, lambda stream: stream.write(paper))
    print(f"第 {made.number} 号吊销名单：{len(made.revoked)} 份证书，有效到 {made.fresh_until}。请在此之前重新签发。")
    return 0
