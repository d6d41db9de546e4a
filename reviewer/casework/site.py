"""An office as it is installed: the data folder, the database, the keys, the rules and the holidays, put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from reviewer.casework.intake import Intake, memory_folder
from reviewer.casework.office import Office
from reviewer.casework.signer import SiteSigner
from reviewer.errors import StoreError, reason
from reviewer.keys import Key
from reviewer.review.clock import Calendar, day_of, parse
from reviewer.review.keyring import Keyring, folder_of
from reviewer.scanning import Scanner, cache_folder
from reviewer.settings import Settings
from reviewer.store.database import Store
from reviewer.store.vault import Vault

DATA, DATABASE = "REVIEWER_DATA", "REVIEWER_DATABASE"
"""environment variables: the data folder, and the address of a PostgreSQL database"""
_HOLIDAYS = "holidays.csv"


@dataclass(frozen=True, slots=True)
class Places:
    """Where an office keeps things. None: the usual place.

    data      the folder of the database and the encrypted files
    database  postgresql://user@host/name instead of SQLite in the data folder
    key       the site key's file
    signing   the folder of the signing keys
    rules     folders of rules of its own
    """

    data: Path | None = None
    database: str | None = None
    key: Path | None = None
    signing: Path | None = None
    rules: Sequence[Path] = ()


def data_folder(given: Path | None, environ: Mapping[str, str]) -> Path:
    """The folder given, else that of REVIEWER_DATA, else `reviewer` in the user's data folder (XDG)."""
    named = given or (Path(environ[DATA]) if environ.get(DATA) else None)
    if named is not None:
        return named
    folder = environ.get("XDG_DATA_HOME", "")
    if folder and Path(folder).is_absolute():
        return Path(folder) / "reviewer"
    home = environ.get("HOME") or environ.get("USERPROFILE")
    if not home:
        raise StoreError(f"找不到用户的文件夹（没有 HOME）。请用 --data 或环境变量 {DATA} 指定数据文件夹。")
    return Path(home) / ".local" / "share" / "reviewer"


def open_store(places: Places, environ: Mapping[str, str]) -> tuple[Store, Vault, Key]:
    """The database, the vault and the site key; made where they are missing. Raises a ReviewerError."""
    folder = data_folder(places.data, environ)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as fault:
        raise StoreError(f"数据文件夹建不了：{folder}（{reason(fault)}）。") from None
    key = Key.load(places.key, environ)
    address = places.database or environ.get(DATABASE) or None
    return Store.open(address or folder), Vault(folder, key), key


def open_office(places: Places, environ: Mapping[str, str]) -> Office:
    """The office at work. The first signing key is made where there is none. Raises a ReviewerError."""
    store, vault, key = open_store(places, environ)
    keyring = Keyring(folder_of(places.signing, environ))
    now = datetime.now(UTC)
    if not keyring.trust().keys:
        keyring.create(now)
    scanner = Scanner(Settings(today=day_of(now), rule_folders=tuple(places.rules)), cache=cache_folder())
    intake = Intake(scanner, key, memory_folder(), lambda: day_of(datetime.now(UTC)))
    return Office(store, vault, key, intake, SiteSigner(keyring), calendar=calendar(data_folder(places.data, environ)))


def calendar(folder: Path) -> Calendar:
    """The public holidays: the office's own table in the data folder, else ours."""
    own = folder / _HOLIDAYS
    path = own if own.is_file() else Path(__file__).parent.parent / "review" / "data" / _HOLIDAYS
    try:
        return parse(path.read_text(encoding="utf-8-sig").splitlines())
    except (OSError, UnicodeDecodeError):
        raise StoreError(f"节假日文件读不了：{path}。应是 UTF-8 文本。") from None
