"""Marked and publishable copies of an OFD (GB/T 33190)."""

from __future__ import annotations

from reviewer.marking.ofd_mask import mask
from reviewer.marking.ofd_notes import annotate

__all__ = ["annotate", "mask"]
