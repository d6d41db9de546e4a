from __future__ import annotations

import pytest

from ..casework.conftest import keys, people, small, templates
from ..casework.world import World
from .client import Service, service

__all__ = ["keys", "people", "small", "templates"]


@pytest.fixture
def api(small: World) -> Service:
    return service(small)
