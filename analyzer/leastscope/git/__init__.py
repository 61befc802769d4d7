"""Reads states of a git repository without touching its work tree, its index or any ref, and without trusting it."""

from __future__ import annotations

from leastscope.git.repository import Repository
from leastscope.git.snapshot import Snapshot, Unwritten, read_snapshot, write_snapshot

__all__ = ["Repository", "Snapshot", "Unwritten", "read_snapshot", "write_snapshot"]
