"""`scan --fix` leaves nothing that it could fix, changes nothing else, and never loses a file."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from command import CUSTOMERS, DYNAMIC, MANIFEST, READS, project, run
from edit_samples import NAMES, app_of, papers
from leastscope import fixing
from leastscope.grants.edits import fix_of
from leastscope.grants.together import fixed_together
from leastscope.model import AppResult, Finding, Span
from leastscope.pipeline import scan
from leastscope.request import Request
from manifest_styles import Written, json_manifests, plain, rows, yaml_manifests
from places import FIXTURES

if TYPE_CHECKING:
    from pathlib import Path

    from leastscope.model import App

PROJECTS = sorted(path.name for path in (FIXTURES / "projects").iterdir())
EXCESS = '{"permission": "coupon_write", "purpose": "Was for discounts"}'
WRITE = '{"permission": "customer_write", "purpose": "Shows who pays"}'
COST = (
    "Every account that has the app installed must authorize it again; until then calls that need the permission fail."
)


def texts(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def granted(folder: Path) -> list[tuple[str, str]]:
    text = re.sub(r"//[^\n]*", "", (folder / "stripe-app.json").read_text("utf-8"))
    return [(row["permission"], row["purpose"]) for row in json.loads(text)["permissions"]]


def put(folder: Path, path: str, data: bytes) -> None:
    (folder / path).write_bytes(data)


# what is fixed


def test_what_is_missing_is_added_with_a_purpose_and_what_is_excess_is_removed(tmp_path: Path) -> None:
    outcome = run(project(tmp_path, grants=EXCESS), "scan", "--fix")
    assert outcome.code == 0
    assert granted(tmp_path) == [("customer_read", "Read customers: GET /v1/customers/{customer} in code.py")]
    assert outcome.err.splitlines() == [
        "fixed: Remove 'coupon_write' from 'stripe-app.json'.",
        "fixed: Grant 'customer_read' in 'stripe-app.json'.",
        f"note: {COST}",
    ]
    assert b"no findings" in outcome.out


def test_a_write_becomes_a_read_and_keeps_its_purpose(tmp_path: Path) -> None:
    run(project(tmp_path, grants=WRITE), "scan", "--fix")
    assert granted(tmp_path) == [("customer_read", "Shows who pays")]


@pytest.mark.parametrize("written", ["Customer-Read", "costumer_read"])
def test_a_name_that_the_code_needs_is_corrected(tmp_path: Path, written: str) -> None:
    run(project(tmp_path, grants=CUSTOMERS.replace("customer_read", written)), "scan", "--fix")
    assert granted(tmp_path) == [("customer_read", "Shows who pays")]


def test_a_guess_at_a_name_that_the_code_does_not_need_is_not_safe(tmp_path: Path) -> None:
    grants = f"{CUSTOMERS}, {EXCESS.replace('coupon_write', 'payout_raed')}"
    before = texts(project(tmp_path, grants=grants))
    assert run(tmp_path, "scan", "--fix").code == 1
    assert texts(tmp_path) == before
    run(tmp_path, "scan", "--fix", "--unsafe-fixes")
    assert [name for name, _ in granted(tmp_path)] == ["customer_read"]


def test_what_a_gap_could_overturn_is_only_fixed_on_demand(tmp_path: Path) -> None:
    before = texts(project(tmp_path, code=DYNAMIC, grants=f"{CUSTOMERS}, {EXCESS}"))
    run(tmp_path, "scan", "--fix")
    assert texts(tmp_path) == before
    run(tmp_path, "scan", "--fix", "--unsafe-fixes")
    assert [name for name, _ in granted(tmp_path)] == ["customer_read"]


def test_what_may_only_perhaps_be_needed_is_never_granted(tmp_path: Path) -> None:
    code = READS + "\ndef hook(event):\n    if event['type'] == 'charge.refunded':\n        pass\n"
    before = texts(project(tmp_path, code=code))
    run(tmp_path, "scan", "--fix", "--unsafe-fixes")
    assert texts(tmp_path) == before


def test_settings_record_what_a_key_has_so_adding_to_them_is_not_safe(tmp_path: Path) -> None:
    (tmp_path / "code.py").write_text(READS + "client.v1.charges.list()\n", "utf-8")
    head = "apps:\n- name: key\n  system: stripe\n  kind: restricted-key\n  grants:\n"
    one = "  - {permission: rak_customer_read, reason: it's shown} # why\n"
    (tmp_path / "leastscope.yaml").write_text(head + one, "utf-8")
    assert run(tmp_path, "scan", "--fix").code == 1
    assert (tmp_path / "leastscope.yaml").read_text("utf-8") == head + one
    assert run(tmp_path, "scan", "--fix", "--unsafe-fixes").code == 0
    after = (tmp_path / "leastscope.yaml").read_text("utf-8")
    assert after.startswith(head + one)
    assert yaml.safe_load(after)["apps"][0]["grants"][1] == {
        "permission": "rak_charge_read",
        "reason": "Read charges and refunds: GET /v1/charges in code.py",
    }


# every project


@pytest.mark.parametrize("name", PROJECTS)
def test_a_fixed_project_has_nothing_left_to_fix_and_a_second_time_changes_nothing(name: str, tmp_path: Path) -> None:
    folder = shutil.copytree(FIXTURES / "projects" / name, tmp_path / name)
    first = fixing.repaired(Request((folder,), folder))
    fixing.write_fixed(first.fixed, folder, partial(put, folder))
    assert not [finding.rule for finding in first.report.findings if finding.fix]
    before = texts(folder)
    again = run(folder, "scan", "--fix")
    assert "fixed:" not in again.err
    assert texts(folder) == before
    wrong = [f for f in scan(Request((FIXTURES / "projects" / name,), folder)).findings if f.fix and not f.suppressed]
    assert len(first.findings) >= len(wrong)


@pytest.mark.parametrize("name", PROJECTS)
def test_the_diff_is_all_that_fixing_changes_and_programs_can_apply_it(name: str, tmp_path: Path) -> None:
    fixed, patched, unsafe = copies(FIXTURES / "projects" / name, tmp_path)
    for options, folder in ([], fixed), (["--unsafe-fixes"], unsafe):
        shown = run(patched, "scan", "--diff", *options)
        assert texts(patched) == texts(FIXTURES / "projects" / name)
        run(folder, "scan", "--fix", *options)
        assert shown.code == (1 if texts(folder) != texts(patched) else 0)
        apply_patch(patched, shown.out)
        assert texts(patched) == texts(folder)
        subprocess.run(["git", "apply", "-R", "--allow-empty", "-"], cwd=patched, input=shown.out, check=True)  # noqa: S607


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("name", ["app", "my app", 'a"b\\c', "a\tb", "ü"])
def test_the_diff_holds_for_every_name_line_end_and_byte_order_mark(
    name: str, mark: str, end: str, tmp_path: Path
) -> None:
    (tmp_path / "start" / name).mkdir(parents=True)
    project(tmp_path / "start" / name)
    text = mark + (MANIFEST % f"\n\t{EXCESS},{end}\t{CUSTOMERS}\n").replace("\r\n", "\n").replace("\n", end)
    (tmp_path / "start" / name / "stripe-app.json").write_bytes(text.rstrip().encode())
    fixed, patched, _ = copies(tmp_path / "start", tmp_path)
    shown = run(patched, "scan", "--diff")
    run(fixed, "scan", "--fix")
    assert texts(fixed) != texts(patched)
    apply_patch(patched, shown.out)
    assert texts(fixed) == texts(patched)


def test_the_diff_has_what_the_first_fix_uncovers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether a permission is excess is known only when its twin is gone."""
    request = Request((project(tmp_path, grants=f"{EXCESS}, {EXCESS}, {CUSTOMERS}"),), tmp_path)
    repaired = fixing.repaired(request)
    assert repaired.fixed.before == {"stripe-app.json": (tmp_path / "stripe-app.json").read_text("utf-8")}
    assert repaired.fixed.after == {"stripe-app.json": MANIFEST % CUSTOMERS}
    assert repaired.report.findings == ()
    monkeypatch.setattr(fixing, "MAX_ROUNDS", 1)
    assert fixing.repaired(request).fixed.after != repaired.fixed.after


def test_fixes_that_are_not_safe_are_counted(tmp_path: Path) -> None:
    """Whose account the call acts on is not known, so the grant is not certain to be missing."""
    code = READS.replace("retrieve('cus_1')", "retrieve('cus_1', stripe_account=ACCOUNT)")
    project(tmp_path, code=code, grants="")
    (tmp_path / "stripe-app.json").write_text((MANIFEST % "").replace("restricted_api_key", "oauth"), "utf-8")
    for option in ("--diff", "--fix"):
        assert "note: 1 more can be fixed with --unsafe-fixes\n" in run(tmp_path, "scan", option).err
    assert "more can be fixed" not in run(tmp_path, "scan", "--fix", "--unsafe-fixes").err
    assert "more can be fixed" not in run(tmp_path, "scan", "--fix").err


def copies(folder: Path, into: Path) -> tuple[Path, Path, Path]:
    first, second, third = (shutil.copytree(folder, into / name) for name in ("fixed", "patched", "unsafe"))
    return first, second, third


def apply_patch(folder: Path, patch: bytes) -> None:
    """Apply a patch with `patch`, and make sure that `git apply` makes the same of it."""
    other = shutil.copytree(folder, folder.with_name("by-git"))
    subprocess.run(["patch", "-p1", "--binary", "-s"], cwd=folder, input=patch, check=True)  # noqa: S607
    subprocess.run(["git", "apply", "--allow-empty", "-"], cwd=other, input=patch, check=True)  # noqa: S607
    assert texts(other) == texts(folder)
    shutil.rmtree(other)


# files are not lost


@pytest.mark.parametrize(("end", "mark"), [("\n", ""), ("\r\n", ""), ("\n", "\ufeff"), ("\r\n", "\ufeff")])
def test_line_ends_and_a_byte_order_mark_stay(tmp_path: Path, end: str, mark: str) -> None:
    text = mark + (MANIFEST % f"\n\t{EXCESS},\n\t{CUSTOMERS}\n").replace("\n", end)
    project(tmp_path)
    (tmp_path / "stripe-app.json").write_bytes(text.encode())
    run(tmp_path, "scan", "--fix")
    after = (tmp_path / "stripe-app.json").read_bytes().decode()
    assert after == text.replace(f"{end}\t{EXCESS},", "")


def test_a_file_that_has_changed_since_the_scan_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project(tmp_path, grants=EXCESS)

    def meddled(*arguments: object) -> object:
        found = fixed_together(*arguments)  # type: ignore[arg-type]
        (tmp_path / "stripe-app.json").write_text("{}", "utf-8")
        return found

    monkeypatch.setattr(fixing, "fixed_together", meddled)
    outcome = run(tmp_path, "scan", "--fix")
    assert outcome.code == 2
    assert "stripe-app.json: has changed since it was scanned, and was not fixed; run the command again" in outcome.err
    assert (tmp_path / "stripe-app.json").read_text("utf-8") == "{}"


# whatever the style


def excess(app: App, name: str, span: Span) -> Finding:
    return Finding("excess-grant", "warning", "certain", app.name, app.system, name, (name,), span, "m", ())


def missing(app: App, name: str) -> Finding:
    return Finding(
        "missing-grant", "error", "certain", app.name, app.system, name, (name,), Span("a.py", 1, 1, 1, 2), "m", ()
    )


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(json_manifests(), yaml_manifests()), st.data())
def test_many_fixes_of_one_file_do_what_each_of_them_says_and_nothing_else(
    manifest: Written, data: st.DataObject
) -> None:
    gone = data.draw(st.sets(st.sampled_from(manifest.names)), "gone")
    come = data.draw(st.lists(st.sampled_from(sorted(NAMES - set(manifest.names))), max_size=3, unique=True), "come")
    app = app_of({manifest.path: manifest.text})
    known = papers({manifest.path: manifest.text})
    found = [excess(app, grant.name, grant.span) for grant in app.grants if grant.name in gone]
    found += [missing(app, name) for name in come]
    fixable = [_with_fix(finding, app, known) for finding in found]
    fixed = fixed_together(fixable, [AppResult(app, (), (), (), (), ())], known)
    after = fixed.after.get(manifest.path, manifest.text)
    done = {(finding.rule, finding.permission) for finding in fixed.findings}
    expected = plain(manifest, manifest.text)
    rows(manifest, expected)[:] = [
        row for row in rows(manifest, expected) if ("excess-grant", row["permission"]) not in done
    ]
    rows(manifest, expected).extend(
        {"permission": name, "purpose": ""} for name in come if ("missing-grant", name) in done
    )
    key = sorted if len(come) > 1 else list
    found_rows, wanted_rows = (
        [sorted(row.items()) for row in rows(manifest, one)] for one in (plain(manifest, after), expected)
    )
    assert key(found_rows) == key(wanted_rows)
    assert {name for rule, name in done if rule == "excess-grant"} == gone


def test_an_entry_that_moves_to_where_the_one_before_it_stood_is_removed_in_the_same_round() -> None:
    """Both names are of one length: when the first entry is gone, the second stands exactly in its place."""
    row = '      - {purpose: "", permission: %s}\n'
    names = ("event_write", "coupon_read", "coupon_write")
    text = "id: a\ndeclarations:\n  stripe_api_access:\n    permissions:\n" + "".join(row % name for name in names)
    app, known = app_of({"stripe-app.yaml": text}), papers({"stripe-app.yaml": text})
    fixable = [_with_fix(excess(app, grant.name, grant.span), app, known) for grant in app.grants[:2]]
    fixed = fixed_together(fixable, [AppResult(app, (), (), (), (), ())], known)
    assert [finding.permission for finding in fixed.findings] == ["event_write", "coupon_read"]
    assert fixed.after["stripe-app.yaml"] == text.replace(row % "event_write", "").replace(row % "coupon_read", "")


def _with_fix(finding: Finding, app: App, known: object) -> Finding:
    return replace(finding, fix=fix_of(finding, app, known))  # type: ignore[arg-type]
