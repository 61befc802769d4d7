"""Restricted keys are apps of the settings: named with or without a prefix; writing includes reading; bound to code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from leastscope.pipeline import scan
from leastscope.request import Request

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = """\
apps:
  - name: key
    system: stripe
    kind: restricted-key
    {bound}
    grants:
      - {{permission: {permission}, reason: made in the console}}
"""
READ = 'import os\n\nimport stripe\n\nstripe.api_key = os.environ["KEY"]\nstripe.Customer.list()\n'
WRITE = READ.replace("list()", "create()")


def told(folder: Path, permission: str, code: str, bound: str = "paths: [jobs]") -> list[tuple[str, str, str]]:
    """Scan code that runs under a key with one permission: kind, level and permission of each finding."""
    (folder / "jobs").mkdir(exist_ok=True)
    (folder / "jobs" / "job.py").write_text(code, "utf-8")
    (folder / "leastscope.yaml").write_text(SETTINGS.format(bound=bound, permission=permission), "utf-8")
    report = scan(Request((folder,), folder))
    assert report.errors == ()
    return [(found.rule, found.level, found.permission) for found in report.findings]


@pytest.mark.parametrize("prefix", ["", "rak_"])
@pytest.mark.parametrize(
    ("permission", "code", "findings"),
    [
        ("customer_read", READ, []),
        ("customer_write", WRITE, []),
        ("customer_write", WRITE + READ, []),
        ("customer_write", READ, [("write-not-needed", "warning", "customer_write")]),
        ("customer_read", WRITE, [("missing-grant", "error", "customer_write")]),
        (
            "coupon_read",
            READ,
            [("missing-grant", "error", "customer_read"), ("excess-grant", "warning", "coupon_read")],
        ),
        ("customers_read", READ, [("missing-grant", "error", "customer_read")]),
        (
            "customers_read",
            WRITE + READ,
            [("missing-grant", "error", "customer_write"), ("unknown-grant", "error", "customers_read")],
        ),
    ],
)
def test_a_restricted_key_is_compared_with_the_code_that_uses_it(
    tmp_path: Path, prefix: str, permission: str, code: str, findings: list[tuple[str, str, str]]
) -> None:
    found = told(tmp_path, f"{prefix}{permission}", code)
    known = [(rule, level, name.removeprefix(prefix)) for rule, level, name in found]
    assert sorted(known) == sorted(findings)


@pytest.mark.parametrize(
    ("bound", "missing"),
    [
        ("paths: [jobs]", True),
        ('paths: ["jobs/j*.py"]', True),
        ('paths: ["**/job.py"]', True),
        ("paths: [other]", False),
        ('credentials: ["env:KEY"]', True),
        ('credentials: ["env:OTHER"]', False),
    ],
)
def test_a_restricted_key_is_bound_to_paths_or_credentials(tmp_path: Path, bound: str, missing: bool) -> None:
    found = told(tmp_path, "coupon_read", READ, bound)
    assert (("missing-grant", "error", "customer_read") in found) is missing
