from __future__ import annotations

import pytest

from ..casework.conftest import keys, people, small, templates
from ..casework.world import World
from .browser import Site, site

__all__ = ["keys", "people", "small", "templates"]


@pytest.fixture
def bench(small: World) -> Site:
    return site(small)
