"""Documents behind a URL, through fsspec: s3://, http(s)://, webhdfs://, memory://."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from reviewer.errors import UsageError
from reviewer.rescan.fetch import Carrier, is_web
from reviewer.rescan.model import Entry
from reviewer.rescan.source import Source, is_furniture


def remote(given: str, name: str = "") -> Source:
    """The source at a URL, called `name` or after it. Raises UsageError where nothing here reads such URLs."""
    scheme = given.partition("://")[0]
    try:
        import fsspec

        fsspec.get_filesystem_class(scheme)
    except ImportError:
        raise UsageError("读取存储桶和网站要另外安装：pip install 'gov-draft-reviewer[cluster]'。") from None
    except ValueError:
        raise UsageError(f"不认识 {scheme}:// 这种地址。可以用 s3://、http(s)://、webhdfs://。") from None
    return Remote(given, name or given)


@dataclass(frozen=True, slots=True)
class Remote:
    """What lies under a URL. Of a web server, the address of a document is where it is published."""

    url: str
    name: str

    def entries(self) -> Iterator[Entry]:
        """Folder by folder. Raises UsageError where nothing can be listed, ReadError where not all could be."""
        with contextlib.closing(Carrier()) as carrier:
            for one in carrier.listed(self.url):
                if not is_furniture(one.path):
                    url = one.where if is_web(one.where) else ""
                    yield Entry(one.path, one.where, url, size=one.size, hint=one.hint)
