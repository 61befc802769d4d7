"""The command as tests run it, in this process or in one of its own, and small projects to run it on."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from leastscope import cli
from leastscope.model import Span
from leastscope.verdict import USAGE
from places import ROOT

EXAMPLE = ROOT / "fixtures/projects/example"
MANIFEST = '{"id": "app", "stripe_api_access_type": "restricted_api_key", "permissions": [%s]}\n'
CUSTOMERS = '{"permission": "customer_read", "purpose": "Shows who pays"}'
READS = "import stripe\n\nclient = stripe.StripeClient(KEY)\nclient.v1.customers.retrieve('cus_1')\n"
DYNAMIC = READS + "client.raw_request('post', PATH)\n"
PLACE = Span("a.py", 1, 1, 1, 2)


@dataclass(frozen=True)
class Outcome:
    """How a run of the command ended."""

    code: int
    out: bytes
    err: str


def run(cwd: Path, *arguments: str) -> Outcome:
    """Run the command in a folder, inside of this process."""
    printed, said, before, code = io.BytesIO(), io.BytesIO(), Path.cwd(), None
    out, err = (io.TextIOWrapper(buffer, "utf-8", newline="") for buffer in (printed, said))
    os.chdir(cwd)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            cli.main(arguments, prog_name="leastscope")
    except SystemExit as end:
        code = end.code
    finally:
        os.chdir(before)
    assert isinstance(code, int)
    out.flush()
    err.flush()
    return Outcome(code, printed.getvalue(), said.getvalue().decode())


def process(cwd: Path, *arguments: str, code: str = "main(prog_name='leastscope')", seed: str = "0") -> Outcome:
    """Run the command in a folder, as a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "analyzer"), "PYTHONUTF8": "1", "PYTHONHASHSEED": seed}
    command = [sys.executable, "-c", f"from leastscope.cli import main; {code}", *arguments]
    done = subprocess.run(command, cwd=cwd, env=environment, check=False, capture_output=True, timeout=60)  # noqa: S603
    return Outcome(done.returncode, done.stdout, done.stderr.decode())


def project(folder: Path, code: str = READS, grants: str = CUSTOMERS) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "stripe-app.json").write_text(MANIFEST % grants, "utf-8")
    (folder / "code.py").write_text(code, "utf-8")
    return folder


def refusal(outcome: Outcome) -> str:
    """Give what the command said when it refused to run."""
    assert outcome.code == USAGE
    assert outcome.out == b""
    assert "Traceback" not in outcome.err
    return outcome.err
