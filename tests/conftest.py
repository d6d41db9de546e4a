"""A skip is a hole in the wall: any that is not named here with its reason fails the run."""

from __future__ import annotations

import os

# One thread: those of the matrix library wait by spinning, and the time that they burn would be measured.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest
from hypothesis import settings

from reviewer.readers import ocr

# How long an example takes says something of the machine, nothing of the code.
settings.register_profile("unhurried", settings(), deadline=None)
settings.load_profile("unhurried")

ALLOWED_SKIPS: dict[str, str] = {}
"""test id -> why it may be skipped"""
WITNESSES = (
    "LibreOffice is not installed", "poppler is not installed", "libarchive is not installed",
    "PostgreSQL is not running", "chromium is not installed", "axe-core is not installed", "the extra [ocr] is not installed",
)  # fmt: skip
"""why a test may be skipped on a user's machine: programs that only testify. Under CI they must be there."""

_skipped: list[str] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite-golden", action="store_true", help="rewrite the golden files of reports and pass")


@pytest.fixture
def rewrite_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--rewrite-golden", default=False))


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes are named by their argument: a gzip's hold the time, and every worker must collect the same names."""
    return argname if isinstance(val, bytes) else None


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    witness = "CI" not in os.environ and str(report.longrepr).endswith(tuple(f"{why}')" for why in WITNESSES))
    if report.skipped and not hasattr(report, "wasxfail") and report.nodeid not in ALLOWED_SKIPS and not witness:
        _skipped.append(report.nodeid)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.skipped:
        _skipped.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if _skipped and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for nodeid in _skipped:
        terminalreporter.write_line(f"skipped without a reason in tests/conftest.py: {nodeid}", red=True)


@pytest.fixture(autouse=True)
def _without_recognition(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests see an installation without the extra [ocr], unless they are marked `ocr`: a page costs seconds."""
    if request.node.get_closest_marker("ocr") is None:
        monkeypatch.setattr("reviewer.readers.ocr.is_installed", lambda: False)
    elif not ocr.is_installed():
        pytest.skip(WITNESSES[-1])


@pytest.fixture(autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test touches the user's key, cache or data."""
    home = tmp_path_factory.getbasetemp()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    for name in ("REVIEWER_KEY_FILE", "REVIEWER_DATA", "REVIEWER_DATABASE", "REVIEWER_SIGNING_DIR"):
        monkeypatch.delenv(name, raising=False)
