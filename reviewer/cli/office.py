"""ledger, backup, restore, serve: the workbench and its data."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from reviewer.cli.common import LEDGER_BROKEN, from_extra, say, veiled
from reviewer.cli.output import store
from reviewer.errors import UsageError, reason

if TYPE_CHECKING:
    from reviewer.casework.site import Places


def _places(options: argparse.Namespace) -> Places:
    """Where the workbench keeps things. Raises UsageError where its packages are not installed."""
    with from_extra("server", "审查工作台"):
        from reviewer.casework.site import Places
    return Places(options.data, options.database, options.key_file, options.signing_dir)


def existing_places(options: argparse.Namespace) -> Places:
    """As `_places`, of an office that is there already: a wrong folder must not look like an empty one."""
    from reviewer.casework.site import DATABASE, data_folder

    places = _places(options)
    folder = data_folder(places.data, os.environ)
    if not (places.database or os.environ.get(DATABASE)) and not (folder / "reviewer.db").is_file():
        raise UsageError(f"{folder} 里没有审查工作台的数据。请用 --data 指定数据文件夹。")
    return places


def ledger_verify(options: argparse.Namespace) -> int:
    places = existing_places(options)
    from reviewer.casework.site import open_office

    papers = [_small_file(path, "检查点") for path in options.checkpoint]
    outcome = open_office(places, os.environ).verify_ledger(papers)
    for line in outcome.unsigned:
        say(line)
    if outcome.fault is not None:
        from reviewer.review.ledger import BREAKS

        say(f"台账不完整：{BREAKS[outcome.fault.kind]}。{outcome.fault.told}")
    if not outcome.whole:
        return LEDGER_BROKEN
    print(f"台账完整：共 {outcome.events} 条，对照了 {outcome.heads} 个签名的末尾记录。")
    return 0


def _small_file(path: Path, what: str) -> bytes:
    """The bytes of a file that is a few megabytes at most. Raises UsageError."""
    try:
        with path.open("rb") as stream:
            return stream.read(64 << 20)
    except OSError as fault:
        raise UsageError(f"读不了{what} {path}：{reason(fault)}。") from None


def ledger_checkpoint(options: argparse.Namespace) -> int:
    places = existing_places(options)
    from reviewer.casework.keeping import SYSTEM
    from reviewer.casework.site import open_office

    paper = open_office(places, os.environ).sign_checkpoint(SYSTEM)
    store(options.path, lambda stream: stream.write(paper))
    return 0


def backup(options: argparse.Namespace) -> int:
    places = existing_places(options)
    from reviewer.casework.site import open_store
    from reviewer.store import backup

    store, vault, key = open_store(places, os.environ)
    count = backup.write(store, vault, key, options.path)
    shown = veiled(str(options.path))
    print(f"已备份到 {shown}：数据库和 {count} 个文件，已用站点密钥 {key.id} 加密。密钥请另外保管。")
    return 0


def restore(options: argparse.Namespace) -> int:
    places = _places(options)
    from reviewer.casework.site import open_store
    from reviewer.store import backup

    if not options.path.is_file():
        raise UsageError(f"找不到备份文件 {options.path}。")
    store, vault, key = open_store(places, os.environ)
    events, files = backup.restore(options.path, store, vault, key)
    print(f"已恢复：台账 {events} 条，文件 {files} 个。用户须重新登录。")
    return 0


def serve(options: argparse.Namespace) -> int:
    from dataclasses import replace

    from reviewer.web.serve import Wishes, check, serve
    from reviewer.workers import usable_cores

    secret = options.oidc_secret_file
    wishes = Wishes(
        options.host, options.port, options.tls_cert, options.tls_key, options.public, max(options.most_megabytes, 1),
        options.scans if options.scans > 0 else max(usable_cores() - 1, 1), options.oidc_issuer, options.oidc_client,
        _small_file(secret, "文件").decode("utf-8", "replace").strip() if secret else "",
    )  # fmt: skip
    check(wishes)
    try:
        import uvicorn  # noqa: F401
    except ImportError:
        raise UsageError("审查工作台要另外安装：pip install 'gov-draft-reviewer[server]'。") from None
    from reviewer.api.app import create

    places = replace(_places(options), rules=tuple(options.rules))
    serve(places, os.environ, wishes, lambda line: print(line, flush=True), create)
    return 0
