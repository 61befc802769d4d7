"""The code of notebooks is read, and reports point at the line of the file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from command import run
from leastscope.discover import File, is_test
from leastscope.model import Gap
from leastscope.notebooks import code_of
from repositories import CUSTOMERS, MANIFEST

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FILE = File("work.ipynb", "work.ipynb")
FORMATS = ("text", "concise", "json", "sarif", "github", "gitlab", "markdown", "html", "junit", "csv")
LS = "import os as __os; __os.system('ls')\n"
SETUP = ["%matplotlib inline\n", "import stripe\n", "stripe.api_key = token"]


def cell(source: object, kind: str = "code") -> dict[str, object]:
    return {"cell_type": kind, "metadata": {}, "outputs": [], "source": source}


def notebook(*cells: object) -> str:
    return json.dumps({"cells": [*cells], "nbformat": 4, "nbformat_minor": 5}, indent=1) + "\n"


def project(root: Path, text: str) -> Path:
    (root / "stripe-app.json").write_text(MANIFEST % CUSTOMERS, "utf-8")
    (root / "work.ipynb").write_text(text, "utf-8")
    return root


def code(*sources: Sequence[str] | str) -> str:
    found = code_of(FILE, notebook(*map(cell, sources)).encode())
    assert isinstance(found, bytes), found
    return found.decode()


def test_places_are_those_of_the_file_and_messages_say_the_cell(tmp_path: Path) -> None:
    text = notebook(
        cell(["# stripe"], "markdown"), cell(SETUP), cell(["x = 'é'; stripe.Refund.create(\n", '  charge="ch"\n', ")"])
    )
    report = json.loads(run(project(tmp_path, text), "scan", ".", "--format", "json").out)
    (found,) = (finding for finding in report["findings"] if finding["rule"] == "missing-grant")
    lines = text.splitlines()
    written = lines[found["line"] - 1]
    assert written[found["column"] - 1 :] == 'stripe.Refund.create(\\n",'
    assert lines[found["end_line"] - 1][: found["end_column"] - 1].strip() == '")'
    assert "(cell 3, line 1)" in found["message"]


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_says_the_cell(tmp_path: Path, form: str) -> None:
    root = project(tmp_path, notebook(cell(SETUP), cell(["\n", "stripe.Refund.create(charge=1)"])))
    assert b"cell 2, line 2" in run(root, "scan", ".", "--format", form).out


def test_a_region_of_sarif_is_the_code_as_the_file_writes_it(tmp_path: Path) -> None:
    root = project(tmp_path, notebook(cell(SETUP), cell('x = "\t"; stripe.Refund.create(charge="ü")\ny = 1')))
    results = json.loads(run(root, "scan", ".", "--format", "sarif").out)["runs"][0]["results"]
    places = [result["locations"][0]["physicalLocation"] for result in results]
    (region,) = (place["region"] for place in places if place["artifactLocation"]["uri"] == "work.ipynb")
    line = (root / "work.ipynb").read_text("utf-8").splitlines()[region["startLine"] - 1]
    assert region["startLine"] == region["endLine"]
    assert line[region["startColumn"] - 1 : region["endColumn"] - 1] == 'stripe.Refund.create(charge=\\"\\u00fc\\")'


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (["x = 1\n", "y = 2"], "x = 1\ny = 2\n"),
        ("x = 1\r\ny = 2\rz = 3\n", "x = 1\ny = 2\nz = 3\n"),
        (["import str", "ipe\n", "x"], "import stripe\nx\n"),
        (["%load_ext autoreload\n", "x = 1"], "pass\nx = 1\n"),
        (["if x:\n", "    %cd sub\n", "x = %pwd\n"], "if x:\n    pass\nx = None\n"),
        (["%time f(1)\n", "x = %timeit -n 10 -r3 g()\n", "%time"], "f(1)\nx = g()\npass\n"),
        (["%run_it f()"], "exec('f()')\n"),
        (["!ls -l"], "import os as __os; __os.system('ls -l')\n"),
        (["for x in y:\n", "  z = !ls {x}"], "for x in y:\n  import os as __os; z = __os.popen('ls {x}')\n"),
        (["x.y?\n", "??f\n", "x"], "pass\npass\nx\n"),
        (["%%time\n", "f()"], "\nf()\n"),
        (["%%time f()"], "f()\n"),
        (["\n", "%%capture out --no-stderr\n", "!ls\n"], "\n\nimport os as __os; __os.system('ls')\n"),
        (["%%bash -s\n", "ls\n", "pwd"], "import os as __os; __os.system('-s\\nls\\npwd')\n\n\n"),
        (["%%html\n", "<b>"], "exec('\\n<b>')\n\n"),
        (["x = (a\n", "  % b)\n", 'y = """\n', "!no\n", '"""'], 'x = (a\n  % b)\ny = """\n!no\n"""\n'),
        (["%cd x\n", 's = """\n', "%no\n", '!no"""\n', "!ls"], 'pass\ns = """\n%no\n!no"""\n' + LS),
        (["%cd x\n", "s = '\\\n", "!no'\n", "!ls"], "pass\ns = '\\\n!no'\n" + LS),
        (["%cd x\n", "s = (a  # (\n", "%b)\n", "!ls"], "pass\ns = (a  # (\n%b)\n" + LS),
        (["%cd x\n", "s = a \\\n", "%b\n", "!ls"], "pass\ns = a \\\n%b\n" + LS),
        (["%cd x\n", "s = '(' \"'''\" '\\\\'\n", "!ls"], "pass\ns = '(' \"'''\" '\\\\'\n" + LS),
        (["!echo '''(\n", "!ls"], "import os as __os; __os.system(\"echo '''(\")\n" + LS),
        (["await f()\n", "%d"], "await f()\nexec('')\n"),
        ([], ""),
        ("", ""),
    ],
)
def test_what_is_no_python_is_replaced_and_lines_stay(source: list[str] | str, expected: str) -> None:
    assert code(source) == expected


def test_cells_follow_each_other_and_text_is_left_out() -> None:
    text = notebook(cell("x = 1"), cell("no code", "markdown"), cell("raw", "raw"), cell(["y = 2"]))
    assert code_of(FILE, text.encode()) == b"x = 1\ny = 2\n"


def test_notebooks_of_the_third_format_are_read() -> None:
    old = {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": ["x = 1\n", "y"]}]}]}
    assert code_of(FILE, json.dumps(old).encode()) == b"x = 1\ny\n"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"{", "found the end of the file"),
        (b"[]", "expected an object with the cells of a notebook"),
        (b"{}", "expected the cells of a notebook"),
        (b'{"cells": {}}', "expected a list of cells"),
        (b'{"cells": [], "cells": []}', "expected every key once"),
        (b'{"worksheets": {}}', "expected a list of worksheets"),
        (b'{"cells": ["\xff"]}', "expected UTF-8"),
        (b'{"cells": ' + b"[" * 100_000, "levels of nesting"),
        (b'{"cells": [' + b"1," * 500_000 + b"1]}", "expected at most"),
    ],
)
def test_a_broken_notebook_is_a_gap(data: bytes, said: str) -> None:
    found = code_of(FILE, data)
    assert isinstance(found, Gap)
    assert (found.kind, said in found.reason) == ("syntax-error", True)


@pytest.mark.parametrize("data", [b"", b" \n", b'{"cells": []}', b'{"cells": [{"cell_type": "markdown"}]}'])
def test_a_notebook_without_code_is_no_gap(data: bytes) -> None:
    assert code_of(FILE, data) == b""


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("!curl -X POST https://api.stripe.com/v1/refunds", "raw-request"),
        ("%%bash\ncurl -X POST https://api.stripe.com/v1/refunds", "raw-request"),
        ("x = !curl https://api.stripe.com/v1/refunds", "raw-request"),
        ("%%writefile pay.py\nimport stripe", "code-in-text"),
        ("%mine stripe.Refund.create()", "code-in-text"),
        ("import stripe\nprint 1 +", "syntax-error"),
        ("x = " + "(" * 3000 + "stripe" + ")" * 3000, "too-deep"),
    ],
)
def test_what_a_notebook_hides_is_a_gap_in_its_line(tmp_path: Path, source: str, kind: str) -> None:
    root = project(tmp_path, notebook(cell("x = 1\n"), cell(source.splitlines(keepends=True))))
    (gap,) = json.loads(run(root, "scan", ".", "--format", "json").out)["gaps"]
    lines = (root / "work.ipynb").read_text("utf-8").splitlines()
    assert gap["kind"] == kind
    assert "cell 2, line " in gap["reason"]
    assert json.loads(lines[gap["line"] - 1].strip().removesuffix(","))[:3] in {
        part[:3] for part in source.splitlines()
    }


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            "%%writefile pay.py\nimport stripe",
            "'%%writefile' is given a text that names 'stripe' (the command in cell 1",
        ),
        ("%mine stripe.Refund.create()", "'%mine' is given a text that names 'stripe'"),
        ("x = !curl https://api.stripe.com/v1/refunds", "'!' runs a command with a URL"),
        ("%%bash\ncurl https://api.stripe.com/v1/refunds", "'%%bash' runs a command with a URL"),
        ("exec('import stripe')", "'exec' runs code in a text that names 'stripe' (cell 1"),
    ],
)
def test_a_gap_names_the_command_that_the_cell_has(tmp_path: Path, source: str, said: str) -> None:
    root = project(tmp_path, notebook(cell(source)))
    (gap,) = json.loads(run(root, "scan", ".", "--format", "json").out)["gaps"]
    assert said in gap["reason"]


@pytest.mark.parametrize(
    ("broken", "kind"),
    [
        ("print 1 +", "syntax-error"),
        ("x = (", "syntax-error"),
        ('x = """', "syntax-error"),
        ("x = " + "(" * 3000 + ")" * 3000, "too-deep"),
        ("%cd x\nif (:", "syntax-error"),
        ("if x:", "syntax-error"),
    ],
)
def test_a_broken_cell_is_a_gap_and_the_others_are_read(tmp_path: Path, broken: str, kind: str) -> None:
    text = notebook(cell(SETUP), cell(broken), cell("y = 1\nstripe.Refund.create(charge=1)"), cell(broken))
    report = json.loads(run(project(tmp_path, text), "scan", ".", "--format", "json").out)
    (found,) = (finding for finding in report["findings"] if finding["rule"] == "missing-grant")
    assert "(cell 3, line 2)" in found["message"]
    assert [(gap["kind"], gap["reason"].rpartition("(")[2][:6]) for gap in report["gaps"]] == [
        (kind, "cell 2"),
        (kind, "cell 4"),
    ]


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("import stripe", "expected an object"),
        ({"source": []}, "expected a cell with its type"),
        ({"cell_type": 1, "source": []}, "expected a cell with its type"),
        ({"cell_type": "code"}, "expected a code cell with its source"),
        (cell(1), "expected code in a string"),
        (cell({"import stripe": 1}), "expected code in a string"),
        (cell(["x", ["y"]]), "expected code in a string"),
        (cell(["# leastscope: ignore[missing-grant] no\n", 1]), "expected code in a string"),
    ],
)
def test_a_cell_of_another_shape_is_a_gap_and_the_others_are_read(tmp_path: Path, broken: object, said: str) -> None:
    text = notebook(cell(SETUP), broken, cell("y = 1\nstripe.Refund.create(charge=1)"), broken)
    report = json.loads(run(project(tmp_path, text), "scan", ".", "--format", "json").out)
    (found,) = (finding for finding in report["findings"] if finding["rule"] == "missing-grant")
    assert "(cell 3, line 2)" in found["message"]
    reasons = [(gap["kind"], gap["reason"]) for gap in report["gaps"]]
    assert reasons == [("syntax-error", f"the cell cannot be read: {said} (cell {at}, line 1)") for at in (2, 4)]
    lines = text.splitlines()
    assert all(lines[gap["line"] - 1].strip() for gap in report["gaps"])
    assert report["gaps"][0]["line"] < found["line"] < report["gaps"][1]["line"]


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ('"cell_type": "code", "source": "1", "source": "stripe"', "every key once, found 'source' again"),
        ('"cell_type": "markdown", "source": "stripe", "cell_type": "code"', "every key once, found 'cell_type' again"),
        ('"cell_type": "code", "source": ["a = 1\\n", "stripe = \\"\\ud800\\""]', "whole characters, found half of a"),
    ],
)
def test_a_key_that_stands_again_or_half_a_character_costs_one_cell(tmp_path: Path, broken: str, said: str) -> None:
    """Beside code, in metadata and what a cell printed, it costs nothing."""
    printed = '"metadata": {"a": 1, "a": 2}, "outputs": [{"text": "\\ud800"}], "cell_type": "code", "source": '
    call = f'{{{printed}"stripe.Refund.create(charge=1)"}}'
    text = notebook(cell(SETUP), "BROKEN", "CALL").replace('"BROKEN"', f"{{{broken}}}").replace('"CALL"', call)
    report = json.loads(run(project(tmp_path, text), "scan", ".", "--format", "json").out)
    (found,) = (finding for finding in report["findings"] if finding["rule"] == "missing-grant")
    assert "(cell 3, line 1)" in found["message"]
    (gap,) = report["gaps"]
    assert gap["reason"].startswith(f"the cell cannot be read: expected {said}")
    assert "(cell 2, line 1)" in gap["reason"]


@pytest.mark.parametrize("broken", [cell({"stripe": 1}), cell(["import stripe", 1]), {"cell_type": ["stripe"]}])
def test_a_cell_of_another_shape_that_names_a_system_is_a_gap_where_nothing_else_does(
    tmp_path: Path, broken: object
) -> None:
    root = project(tmp_path, notebook(cell("x = 1"), broken))
    (gap,) = json.loads(run(root, "scan", ".", "--format", "json").out)["gaps"]
    assert (gap["kind"], "(cell 2, line 1)" in gap["reason"]) == ("syntax-error", True)


def test_comments_in_a_notebook_suppress_and_state(tmp_path: Path) -> None:
    calls = [
        "client = stripe.StripeClient(token)\n",
        "# leastscope: ignore[missing-grant] granted next week\n",
        "client.v1.refunds.create()\n",
        "getattr(client.v1, name).create()  # leastscope: requires[payout_write] only payouts",
    ]
    text = notebook(cell(SETUP), cell(calls))
    report = json.loads(run(project(tmp_path, text), "scan", ".", "--format", "json").out)
    found = {(one["rule"], one["permission"]): one["suppressed"] for one in report["findings"]}
    assert found["missing-grant", "charge_write"] == "granted next week"
    assert found["missing-grant", "payout_write"] is None


@pytest.mark.parametrize(
    ("path", "tests"),
    [
        ("test_pay.ipynb", True),
        ("pay_test.pyw", True),
        ("conftest.py", True),
        ("tests.ipynb", True),
        ("a/tests/x.ts", True),
        ("test_pay.json", False),
        ("test_pay", False),
        ("contest.py", False),
        ("latest.py", False),
    ],
)
def test_the_name_of_a_test_is_one_in_every_form_of_python(path: str, *, tests: bool) -> None:
    assert is_test(path) is tests


def test_escapes_hide_no_name(tmp_path: Path) -> None:
    text = notebook(cell("import stripe\nstripe.Refund.create(charge=1)")).replace("stripe", "\\u0073tripe")
    outcome = run(project(tmp_path, text), "scan", ".")
    assert (outcome.code, b"needs 'charge_write'" in outcome.out) == (1, True)


def test_an_answer_is_not_kept_for_a_notebook_whose_lines_have_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    root = tmp_path / "project"
    root.mkdir()
    text = notebook(cell("import stripe\nstripe.Refund.create(charge=1)"))
    before, after = (line_in_notebook(project(root, moved)) for moved in (text, f"\n\n{text}"))
    assert after == before + 2


def line_in_notebook(root: Path) -> int:
    findings = json.loads(run(root, "scan", ".", "--format", "json").out)["findings"]
    (line,) = (finding["line"] for finding in findings if finding["file"] == "work.ipynb")
    assert isinstance(line, int)
    return line


@pytest.mark.parametrize(
    "text", [b"name/" + b"n" * 400, b"[" + b"1, " * 200 + b"]", b"/etc/hostname", b"x\x01y", b"lib", b"lib/other.py"]
)
def test_a_text_that_is_no_path_of_another_file_is_read_as_it_is(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "other.py").touch()
    assert code_of(File("a.py", str(tmp_path / "a.py")), text) == text
