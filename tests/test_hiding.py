"""Ways to hide a missing permission: each is found, or the report names what it did not read."""

from __future__ import annotations

import json
import re
import sys
import time
from typing import TYPE_CHECKING

import pytest

from command import run
from leastscope.python.syntax.lower import lower
from leastscope.python.syntax.source import as_seen
from places import ROOT
from repositories import CUSTOMERS, MANIFEST, repository

if TYPE_CHECKING:
    from pathlib import Path

REFUND = "import stripe\nstripe.api_key = KEY\ndef pay():\n    stripe.Refund.create(charge='ch_1')\n"
ONE_LINE = "import stripe; stripe.Refund.create(charge=1)"
URL = "https://api.stripe.com/v1/refunds"
NOTEBOOK = '{"cells": [{"cell_type": "code", "source": ["import stripe\\n", "stripe.Refund.create(charge=1)"]}]}'
TRACKED = {"node_modules/x/pay.py", "venv/pay.py", ".build/pay.py", "__pycache__/pay.py"}


def project(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in {"stripe-app.json": MANIFEST % CUSTOMERS, **files}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"pay.py": REFUND}, id="control"),
        pytest.param({"backend/pyvenv.cfg": "", "backend/pay.py": REFUND}, id="empty-pyvenv"),
        pytest.param({"pay.py": REFUND.replace("stripe", "\uff53tripe")}, id="nfkc"),
        pytest.param({"pay.py": REFUND.replace("stripe", "\u017ftripe")}, id="long-s"),
        pytest.param({"pay.py": REFUND.replace("stripe", "\U0001d4c8\U0001d4c9ripe")}, id="mathematical"),
        pytest.param({"pay.py": b"# coding: hz\n" + REFUND.replace("stripe", "stri~\npe").encode()}, id="hz"),
        pytest.param({"pay.py": REFUND.encode("utf-8-sig")}, id="byte-order-mark"),
        pytest.param({"pay.ipynb": NOTEBOOK}, id="notebook"),
        pytest.param({"pay.py": f"TYPE_CHECKING = True\nif TYPE_CHECKING:\n    {ONE_LINE}\n"}, id="type-checking"),
        pytest.param({"pay.py": f"TYPE_CHECKING = bool(1)\nif not TYPE_CHECKING: pass\nelse: {ONE_LINE}\n"}, id="set"),
        pytest.param({"pay.py": "import stripe, sys\nsys.modules['stripe'].Refund.create(charge=1)\n"}, id="modules"),
        pytest.param({"pay.py": "import stripe, sys\nsys.modules.get('stripe').Refund.create(charge=1)\n"}, id="get"),
        pytest.param({"pay.py": "import stripe\ntype('S', (stripe.Refund,), {}).create(charge=1)\n"}, id="type"),
        pytest.param(
            {"pay.py": "import stripe, types\ntypes.new_class('S', (stripe.Refund,)).create(charge=1)\n"},
            id="new-class",
        ),
        pytest.param(
            {
                "stripes.py": "import stripe\nclient = stripe.StripeClient(KEY)\n",
                "pay.py": "import stripes\nstripes.client.v1.refunds.create({'charge': 'ch_1'})\n",
            },
            id="a module with a plural",
        ),
        pytest.param({"test_pay.py": REFUND, "main.py": "import test_pay\ntest_pay.pay()\n"}, id="test-name"),
        pytest.param({"tests/pay.py": REFUND, "main.py": "from tests.pay import pay\npay()\n"}, id="test-folder"),
        pytest.param(
            {"shop/test_pay.py": REFUND, "shop/main.py": "from . import (\n  x,\n  test_pay,\n)\n"}, id="near"
        ),
        pytest.param(
            {
                "test_pay.py": REFUND,
                "test_two.py": "import stripe\nfrom test_pay import pay\n",
                "main.py": "import test_two\n",
            },
            id="test-through-test",
        ),
    ],
)
def test_the_grant_that_is_missing_is_found(tmp_path: Path, files: dict[str, str | bytes]) -> None:
    outcome = run(project(tmp_path, files), "scan", ".", "--format", "json")
    report = json.loads(outcome.out)
    assert [finding["permission"] for finding in report["findings"] if finding["rule"] == "missing-grant"] == [
        "charge_write"
    ]
    assert outcome.code == 1


@pytest.mark.parametrize(
    ("files", "kind", "said"),
    [
        pytest.param(
            {"pay.py": "# coding: utf-7\nimport +AHMAdAByAGkAcABl-\n"}, "undecodable", "no known encoding", id="utf-7"
        ),
        pytest.param(
            {"pay.py": "# coding: unicode_escape\nimport \\x73tripe\n"}, "undecodable", "no known encoding", id="escape"
        ),
        pytest.param({"pay.py": f"# coding: zlib\n{REFUND}"}, "undecodable", "", id="bytes-codec"),
        pytest.param({"pay.ipynb": NOTEBOOK[:-1]}, "syntax-error", "the notebook cannot be read", id="broken-notebook"),
        pytest.param(
            {"pay.py": "lib/pay.txt", "lib/pay.txt": REFUND}, "not-read", "holds only the path", id="link-as-text"
        ),
        pytest.param({"pay.pyx": REFUND}, "not-read", "Cython file that names 'stripe'", id="cython"),
        pytest.param({"pay.py": f"exec({ONE_LINE!r})\n"}, "code-in-text", "'exec' runs code in a text", id="exec"),
        pytest.param(
            {"pay.py": f"CODE = {ONE_LINE!r}\neval(compile(CODE, 'x', 'exec'))\n"}, "code-in-text", "", id="eval"
        ),
        pytest.param(
            {"pay.py": f"import subprocess\nsubprocess.run(['curl', '-d', 'charge=1', {URL!r}])\n"},
            "raw-request",
            "'subprocess.run' runs a command with a URL",
            id="curl",
        ),
        pytest.param(
            {"pay.py": f"import os\nos.system('curl -X POST {URL} -d charge=1')\n"},
            "raw-request",
            "'os.system' runs a command with a URL",
            id="shell",
        ),
        pytest.param(
            {
                "pay.py": "import socket\ns = socket.create_connection(('api.stripe.com', 443))\ns.sendall(b'POST /v1')\n"
            },
            "raw-request",
            "'socket.create_connection' connects to this system",
            id="socket",
        ),
    ],
)
def test_what_cannot_be_read_is_a_gap(tmp_path: Path, files: dict[str, str | bytes], kind: str, said: str) -> None:
    report = json.loads(run(project(tmp_path, files), "scan", ".", "--format", "json").out)
    assert [(gap["kind"], said in gap["reason"]) for gap in report["gaps"]] == [(kind, True)]


def test_what_git_tracks_is_read_though_an_ignore_file_lists_it(tmp_path: Path) -> None:
    repository(project(tmp_path, {})).commit({".gitignore": "pay.py\n", "pay.py": REFUND})
    outcome = run(tmp_path, "scan", ".")
    assert (outcome.code, b"needs 'charge_write'" in outcome.out) == (1, True)


def test_what_git_does_not_track_is_counted(tmp_path: Path) -> None:
    project(tmp_path, {".gitignore": "pay.py\n", "pay.py": REFUND})
    outcome = run(tmp_path, "scan", ".")
    assert (outcome.code, b"not read: 1 path ignored by" in outcome.out) == (0, True)


@pytest.mark.parametrize("path", sorted(TRACKED))
def test_code_that_git_tracks_in_a_folder_of_a_tool_is_told(tmp_path: Path, path: str) -> None:
    made = repository(tmp_path, {"stripe-app.json": MANIFEST % CUSTOMERS})
    made.commit({path: REFUND})
    report = json.loads(run(tmp_path, "scan", ".", "--format", "json").out)
    assert [(gap["kind"], gap["file"]) for gap in report["gaps"]] == [("not-read", path)]
    for command in (("diff", "HEAD~1", "HEAD"), ("diff", "HEAD~1")):
        assert json.loads(run(tmp_path, *command, "--format", "json").out)["gaps"]["new"] == {"not-read": 1}
        assert path.encode() in run(tmp_path, *command).out


@pytest.mark.parametrize(
    "files",
    [
        {"tests/test_pay.py": REFUND, "tests/helpers.py": REFUND, "main.py": "import helpers\n# tests.helpers\n"},
        {"test_pay.py": REFUND, "tests/test_all.py": "import test_pay\n"},
        {"tests/pay.py": REFUND, "pay.py": "", "main.py": "import pay\n"},
    ],
)
def test_tests_that_only_tests_import_do_not_count_and_are_counted(
    tmp_path: Path, files: dict[str, str | bytes]
) -> None:
    report = json.loads(run(project(tmp_path, files), "scan", ".", "--format", "json").out)
    assert [finding for finding in report["findings"] if finding["rule"] == "missing-grant"] == []
    assert [one["reason"] for one in report["summary"]["unread"]] == ["tests"]
    assert b" of tests" in run(tmp_path, "scan", ".").out


@pytest.mark.parametrize(
    "code",
    [
        "exec('x = 1')",
        "exec(CODE)",
        "eval('stri' + name)",
        "import subprocess\nsubprocess.run(['ls', 'https://example.com/stripe'])",
        "import re\nre.compile('stripe')",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import stripe\n    stripe.Refund.create(charge=1)",
    ],
)
def test_what_names_no_system_is_no_gap(tmp_path: Path, code: str) -> None:
    report = json.loads(
        run(project(tmp_path, {"pay.py": f"import stripe\n{code}\n"}), "scan", ".", "--format", "json").out
    )
    assert (report["gaps"], [one for one in report["findings"] if one["rule"] == "missing-grant"]) == ([], [])


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_under_the_name_of_python_is_read(tmp_path: Path) -> None:
    project(tmp_path, {"pay.txt": REFUND})
    (tmp_path / "pay.py").symlink_to("pay.txt")
    outcome = run(tmp_path, "scan", ".")
    assert (outcome.code, b"needs 'charge_write'" in outcome.out) == (1, True)


def test_paths_that_settings_exclude_are_counted_in_text_and_json(tmp_path: Path) -> None:
    project(tmp_path, {"pay.py": REFUND, "leastscope.yaml": "exclude: [pay.py]\n"})
    assert b"not read: 1 path excluded by" in run(tmp_path, "scan", ".").out
    summary = json.loads(run(tmp_path, "scan", ".", "--format", "json").out)["summary"]
    assert summary["unread"] == [{"reason": "excluded", "count": 1, "paths": ["pay.py"]}]


def test_every_character_that_the_compiler_takes_for_ascii_is_replaced() -> None:
    import unicodedata  # noqa: PLC0415 - the reference

    folded = 0
    for code in range(0x80, sys.maxunicode + 1):
        plain = unicodedata.normalize("NFKC", chr(code)) if not 0xD800 <= code < 0xE000 else ""
        if any(char.isascii() and (char.isalnum() or char == "_") for char in plain):
            folded += 1
            assert as_seen(chr(code).encode()) == plain.encode(), hex(code)
    assert folded > 1000


def test_every_test_that_the_page_on_security_names_exists() -> None:
    page = (ROOT / "docs/security.md").read_text("utf-8")
    named = re.findall(r"`(tests/[^`]+)`", page)
    assert len(named) > 10
    for path, _, test in (name.partition("::") for name in named):
        assert (ROOT / path).exists(), path
        assert not test or f"def {test}(" in (ROOT / path).read_text("utf-8"), f"{path}::{test}"


def test_a_name_of_many_combining_marks_takes_no_time() -> None:
    """Normalizing it takes quadratic time: minutes for this file."""
    start = time.process_time()
    lower(("stripe = a" + "\u0300\u0323" * 200_000).encode())
    assert time.process_time() - start < 5


def test_further_callers_of_a_wrapper_take_no_request_away(tmp_path: Path) -> None:
    wrapper = (
        "import stripe\nclient = stripe.StripeClient(KEY)\ndef call(verb, path):\n    client.raw_request(verb, path)\n"
    )
    further = {
        f"shop/more{number}.py": f"from gateway import call\ncall('get', '/v1/customers/cus_{number}')\n"
        for number in range(500)
    }
    files = {"gateway.py": wrapper, "pay.py": "from gateway import call\ncall('post', '/v1/refunds')\n", **further}
    report = json.loads(run(project(tmp_path, {**files}), "requests", ".", "--format", "json").out)
    assert {request["path"] for request in report["requests"]} == {"/v1/refunds", "/v1/customers/{customer}"}
    assert (len(report["requests"]), report["gaps"]) == (501, [])


def test_what_git_cannot_tell_of_ignored_files_is_a_gap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository(project(tmp_path, {})).commit({".gitignore": "pay.py\n", "pay.py": REFUND})
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    report = json.loads(run(tmp_path, "scan", ".", "--format", "json").out)
    (gap,) = report["gaps"]
    assert (gap["kind"], gap["file"]) == ("not-read", "pay.py")
    assert "this repository belongs to another user" in gap["reason"]
