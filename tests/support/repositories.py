"""Small git repositories for tests: made with the real program, and deaf to the settings of whoever runs them."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MANIFEST = '{"id": "app", "stripe_api_access_type": "restricted_api_key", "permissions": [%s]}\n'
CUSTOMERS = '{"permission": "customer_read", "purpose": "Shows who pays"}'
REFUNDS = '{"permission": "charge_write", "purpose": "Gives money back"}'
READS = "import stripe\n\nclient = stripe.StripeClient(KEY)\nclient.v1.customers.retrieve('cus_1')\n"
REFUND = "client.v1.refunds.create({'charge': 'ch_1'})\n"
PROJECT = {"stripe-app.json": MANIFEST % CUSTOMERS, "code.py": READS}
WITH_REFUND = {**PROJECT, "code.py": READS + REFUND}
_NOBODY = {
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.com",
    "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.com",
    "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


@dataclass(frozen=True)
class Made:
    """A repository at a folder."""

    folder: Path

    def git(self, *arguments: str, stdin: bytes = b"") -> str:
        """Run git there and return what it prints."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        done = subprocess.run(  # noqa: S603 - the arguments are those of the tests
            ["git", "-c", "protocol.file.allow=always", *arguments],  # noqa: S607
            cwd=self.folder,
            env=kept | _NOBODY,
            input=stdin,
            capture_output=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
        return done.stdout.decode("utf-8", "surrogateescape").strip()

    def write(self, files: Mapping[str, str | bytes]) -> Made:
        """Write files into the work tree."""
        for name, content in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return self

    def commit(self, files: Mapping[str, str | bytes]) -> str:
        """Commit files on top of what there is, and return the commit."""
        self.write(files).git("add", "-A", "-f")
        self.git("commit", "-q", "--allow-empty", "-m", "a change")
        return self.git("rev-parse", "HEAD")

    def tree(self, *entries: tuple[str, bytes, str]) -> str:
        """Write a tree object of (mode, name, id), whatever it says, and return its id."""
        raw = b"".join(f"{mode} ".encode() + name + b"\0" + bytes.fromhex(found) for mode, name, found in entries)
        return self.git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", stdin=raw)

    def blob(self, data: bytes) -> str:
        """Write a file object and return its id."""
        return self.git("hash-object", "-w", "--stdin", stdin=data)

    def commit_of(self, tree: str) -> str:
        """Commit a tree without parents and return the commit."""
        return self.git("commit-tree", "-m", "made", tree)


def repository(folder: Path, files: Mapping[str, str | bytes] | None = None) -> Made:
    """Make a repository with the branch `main`; with files, they are its first commit."""
    folder.mkdir(parents=True, exist_ok=True)
    made = Made(folder)
    made.git("init", "-q", "-b", "main")
    if files is not None:
        made.commit(files)
    return made


def clone(origin: Made, folder: Path, *options: str) -> Made:
    """Clone a repository as from another machine."""
    folder.mkdir()
    made = Made(folder)
    made.git("clone", "-q", *options, origin.folder.as_uri(), ".")
    return made
