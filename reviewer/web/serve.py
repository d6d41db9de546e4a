"""Starts the workbench: the office is opened, its first administrators are made, and pages are served until Ctrl-C."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from reviewer.errors import ReviewerError, UsageError
from reviewer.review.procedure import ADMINS, ROLES

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from reviewer.casework.office import Office
    from reviewer.casework.site import Places
    from reviewer.web.bench import Bench

log = logging.getLogger("reviewer.web")

PORT = 8760
_FIRST: tuple[tuple[str, str], ...] = (("sysadmin", "系统管理员"), ("secadmin", "安全保密管理员"), ("auditor",
"审计员"))
_DAILY_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Wishes:
    """How it is served. `public`: its address as browsers see it, where that is another than host and port."""

    host: str = "127.0.0.1"
    port: int = PORT
    certificate: Path | None = None
    private_key: Path | None = None
    public: str = ""
    megabytes: int = 200
    scans: int = 2
    oidc_issuer: str = ""
    oidc_client: str = ""
    oidc_secret: str = field(default="", repr=False)

    @property
    def secure(self) -> bool:
        """Browsers reach it over TLS: its own, or that of a proxy on this machine."""
        return self.certificate is not None or self.public.startswith("https://")

    @property
    def address(self) -> str:
        """Where it is found."""
        shown = f"[{self.host}]" if ":" in self.host else self.host
        return self.public or f"http{'s' if self.certificate else ''}://{shown}:{self.port}/"


def check(wishes: Wishes) -> None:
    """Raises UsageError where it must not be served so."""
    if (wishes.certificate is None) != (wishes.private_key is None):
        raise UsageError("--tls-cert 和 --tls-key 要一起给。")
    for path in (wishes.certificate, wishes.private_key):
        if path is not None and not path.is_file():
            raise UsageError(f"找不到 TLS 文件：{path}。")
    if wishes.certificate is None and not is_loopback(wishes.host):
        raise UsageError(
            f"监听 {wishes.host}（不只是本机）时必须用 TLS：请用 --tls-cert 和 --tls-key 指定证书和私钥。"
        )
    if bool(wishes.oidc_issuer) != bool(wishes.oidc_client):
        raise UsageError("--oidc-issuer 和 --oidc-client 要一起给。")


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches it."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def serve(
    places: Places, environ: Mapping[str, str], wishes: Wishes, say: Callable[[str], object],
    api: Callable[[Bench], ASGIApp] | None = None,
) -> None:  # fmt: skip
    """Serves until it is interrupted, with the interface for programs that `api` makes beside the pages.

    Raises a ReviewerError where it can not begin.
    """
    import uvicorn

    from reviewer.casework.site import open_office
    from reviewer.web.app import create

    check(wishes)
    office = open_office(places, environ)
    for line in begin(office):
        say(line)
    office.intake.scanner.expect(20_000)
    bench = bench_of(office, wishes)
    app = create(bench, api(bench) if api is not None else None)
    say(f"审查工作台：{wishes.address}  （按 Ctrl-C 停止）")
    say("本系统不得处理国家秘密。")
    stop = threading.Event()
    threading.Thread(target=_keep, args=(office, stop), name="daily", daemon=True).start()
    try:
        uvicorn.run(
            app, host=wishes.host, port=wishes.port, log_level="warning", access_log=False, server_header=False,
            proxy_headers=bool(wishes.public), forwarded_allow_ips="127.0.0.1", ssl_certfile=wishes.certificate,
            ssl_keyfile=wishes.private_key,
            timeout_graceful_shutdown=5,
        )  # fmt: skip
    finally:
        stop.set()
        office.store.close()


def bench_of(office: Office, wishes: Wishes) -> Bench:
    """The workbench as it is wished."""
    import anyio

    from reviewer.web.app import templates
    from reviewer.web.bench import Bench
    from reviewer.web.forms import MEGABYTE
    from reviewer.web.oidc import provider

    oidc = None
    if wishes.oidc_issuer:
        back = f"{wishes.address.rstrip('/')}/oidc/back"
        oidc = provider(wishes.oidc_issuer, wishes.oidc_client, wishes.oidc_secret, back)
    return Bench(
        office, templates(), secure=wishes.secure, most_bytes=wishes.megabytes * MEGABYTE,
        scans=anyio.CapacityLimiter(wishes.scans), oidc=oidc, hosts=hosts_of(wishes),
    )  # fmt: skip


def hosts_of(wishes: Wishes) -> frozenset[str]:
    """The names of this machine for itself, where only it may ask; any name (TLS proves it) where others may."""
    if not is_loopback(wishes.host):
        return frozenset()
    public = (urlsplit(wishes.public).hostname or "") if wishes.public else ""
    return frozenset(("localhost", "127.0.0.1", "[::1]", wishes.host.lower(), *filter(None, (public,))))


def begin(office: Office) -> list[str]:
    """Makes the three administrators of an empty database; what their one-time passwords are, for the screen only."""
    from reviewer.casework import accounts

    if not office.is_empty():
        return []
    lines = ["首次启动，已建立三名管理员。一次性口令只显示这一次，请分别交给三个不同的人：", ""]
    for role, (login, _), user in zip(ADMINS, _FIRST, office.found(_FIRST), strict=True):
        first, second = accounts.first_codes(office, user)
        lines.append(f"  {ROLES[role]}　登录名 {login}　前一半 {first}　后一半 {second}")
    return [*lines, "", "第一次登录：打开 /first，填登录名和两半一次性口令，设定自己的口令（72 小时内）。", ""]


def _keep(office: Office, stop: threading.Event) -> None:
    """Deletes what is due and signs the day's checkpoint, now and every hour."""
    from reviewer.casework import keeping

    while True:
        try:
            keeping.daily(office)
        except ReviewerError as fault:
            log.error("每日维护没有做成：%s", fault.message)
        if stop.wait(_DAILY_SECONDS):
            return
