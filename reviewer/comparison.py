"""Two JSON outputs -> what is new, gone and still there, by fingerprint."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from reviewer.errors import UsageError, reason
from reviewer.keys import require_same_key

SCHEMA = "reviewer.findings/1"


def read_output(path: Path) -> dict[str, Any]:
    """The content of a file that `reviewer scan --format json` wrote. Raises UsageError otherwise."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise UsageError(f"打不开 {path}（{reason(fault)}）。") from None
    except ValueError:
        raise UsageError(f"{path} 不是 JSON 文件。") from None
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise UsageError(f"{path} 不是 reviewer scan --format json 的结果（{SCHEMA}）。")
    return data


def compare(old: dict[str, Any], new: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Findings that are `new`, `gone` and `known`. Raises KeyMismatch for outputs of two keys.

    Fingerprints do not hold the document: equal ones are counted, over all documents together.
    """
    require_same_key(str(old["key_id"]), str(new["key_id"]))
    before, after = _findings(old), _findings(new)
    left = Counter(finding["fingerprint"] for finding in before)
    outcome: dict[str, list[dict[str, Any]]] = {"new": [], "gone": [], "known": []}
    for finding in after:
        known = left[finding["fingerprint"]] > 0
        left[finding["fingerprint"]] -= known
        outcome["known" if known else "new"].append(finding)
    for finding in before:
        if left[finding["fingerprint"]] > 0:
            left[finding["fingerprint"]] -= 1
            outcome["gone"].append(finding)
    return outcome


def _findings(output: dict[str, Any]) -> list[dict[str, Any]]:
    return [finding for document in output["documents"] for finding in document["findings"]]
