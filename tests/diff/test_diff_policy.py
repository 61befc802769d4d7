"""The base decides how to judge, the head what is declared: a change cannot turn its own check green."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from command import run
from repositories import CUSTOMERS, MANIFEST, PROJECT, READS, REFUND, REFUNDS, WITH_REFUND, repository

if TYPE_CHECKING:
    from pathlib import Path

    from repositories import Made

FORMATS = ("text", "concise", "json", "sarif", "github", "gitlab", "markdown", "html", "csv", "junit")
SETTINGS = "leastscope.yaml"
MODEL = "system: stripe\nmodules: [acme]\ntypes: {Pay: {names: [acme.Pay], static: {go: {send: POST /v1/refunds}}}}\n"
OTHER_MODEL = MODEL.replace("refunds", "charges")
SUPPRESSED = READS + REFUND.rstrip() + "  # leastscope: ignore[missing-grant] it is fine\n"
WIDE = MANIFEST.replace('"app"', '"decoy"') % f"{CUSTOMERS}, {REFUNDS}"


def document(folder: Path, *arguments: str) -> dict[str, Any]:
    """Return the comparison of the last commit with the one before it, as JSON."""
    found: dict[str, Any] = json.loads(run(folder, "diff", "HEAD~1", "HEAD", *arguments, "--format", "json").out)
    return found


def told(folder: Path) -> list[tuple[str, bool]]:
    """Return what the last commit alters of the policy, and whether that loosens it."""
    return [(change["text"], change["loosens"]) for change in document(folder)["policy"]]


def lacking(folder: Path) -> list[str]:
    """Return what the last commit makes the app need beyond its grants."""
    apps = {app["name"]: app["lacking"] for app in document(folder)["apps"]}
    return list(apps.get("app", []))


def changed(folder: Path, before: dict[str, str], after: dict[str, str]) -> Made:
    """Make a repository with one state and another on top of it; what the second does not name is as before."""
    made = repository(folder, before)
    made.commit(after)
    return made


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ("exclude: [code.py]\n", "the pattern 'code.py' is excluded"),
        ("levels: {missing-grant: 'off'}\n", "the level of 'missing-grant' is 'off' instead of 'error'"),
        ("levels: {missing-grant: note}\n", "the level of 'missing-grant' is 'note' instead of 'error'"),
        ("fail-on: never\n", "'fail-on' is 'never' instead of 'error'"),
        (
            "apps: [{name: app, manifest: stripe-app.json, paths: [other/]}]\n",
            "the paths of app 'app' are 'other', without 'code.py'",
        ),
        (
            "apps: [{name: app, manifest: stripe-app.json, credentials: ['env:NOBODY']}]\n",
            "the credentials of app 'app' are 'env:NOBODY'",
        ),
        (
            "apps: [{name: app, manifest: stripe-app.json, unused: [{permission: charge_write, reason: later}]}]\n",
            "'charge_write' of app 'app' is accepted as unused",
        ),
    ],
)
def test_settings_of_a_change_loosen_nothing(tmp_path: Path, settings: str, text: str) -> None:
    changed(tmp_path, PROJECT, {**WITH_REFUND, SETTINGS: settings})
    assert lacking(tmp_path) == ["charge_write"]
    assert told(tmp_path) == [(text, True)]
    assert run(tmp_path, "diff", "HEAD~1", "HEAD").code == 1
    assert run(tmp_path, "ci", "--base", "HEAD~1").code == 1


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        ("exclude: [old/]\n", "exclude: []\n", "the pattern 'old/' is no longer excluded"),
        ("exclude: [old/]\n", "exclude: [old/, '!old/pay.py']\n", "the pattern '!old/pay.py' is excluded"),
        ("fail-on: error\n", "fail-on: note\n", "'fail-on' is 'note' instead of 'error'"),
        ("tests: false\n", "tests: true\n", "requests in tests count"),
        ("levels: {excess-grant: note}\n", "{}", "the level of 'excess-grant' is 'warning' instead of 'note'"),
        ("{}", "models: [acme.yaml]\n", "the model 'acme.yaml' is added"),
        (
            "apps: [{name: app, manifest: stripe-app.json, unused: [{permission: charge_write, reason: x}]}]\n",
            "apps: [{name: app, manifest: stripe-app.json}]\n",
            "'charge_write' of app 'app' is no longer accepted as unused",
        ),
        (
            "{}",
            "apps: [{name: app, manifest: stripe-app.json, paths: ['*.py']}]\n",
            "the paths of app 'app' are '*.py'",
        ),
    ],
)
def test_tighter_settings_are_a_notice(tmp_path: Path, before: str, after: str, text: str) -> None:
    changed(tmp_path, {**PROJECT, "acme.yaml": MODEL, SETTINGS: before}, {SETTINGS: after})
    assert told(tmp_path) == [(text, False)]
    assert run(tmp_path, "ci", "--base", "HEAD~1").code == 0


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        ({SETTINGS: "tests: true\n"}, {SETTINGS: "tests: false\n"}, "requests in tests no longer count"),
        (
            {SETTINGS: "models: [acme.yaml]\n", "acme.yaml": MODEL},
            {"acme.yaml": OTHER_MODEL},
            "the model 'acme.yaml' is changed",
        ),
        (
            {SETTINGS: "models: [acme.yaml]\n", "acme.yaml": MODEL},
            {SETTINGS: "models: []\n"},
            "the model 'acme.yaml' is removed",
        ),
        (
            {SETTINGS: "exclude: ['*.x', '!pay.x']\n"},
            {SETTINGS: "exclude: ['!pay.x', '*.x']\n"},
            "the excluded patterns are in another order",
        ),
        (
            {SETTINGS: "apps: [{name: key, system: stripe, kind: restricted-key, grants: []}]\n"},
            {SETTINGS: "apps: [{name: key, system: stripe, kind: app, grants: []}]\n"},
            "the kind of app 'key' is 'app' instead of 'restricted-key'",
        ),
    ],
)
def test_what_the_base_says_is_not_taken_back(
    tmp_path: Path, before: dict[str, str], after: dict[str, str], text: str
) -> None:
    changed(tmp_path, {**PROJECT, **before}, after)
    assert told(tmp_path) == [(text, True)]
    failed = run(tmp_path, "ci", "--base", "HEAD~1")
    assert (failed.code, b"the check fails on 'policy'" in failed.out) == (1, True)
    assert run(tmp_path, "ci", "--base", "HEAD~1", "--fail-on", "error").code == 0
    assert run(tmp_path, "diff", "HEAD~1", "HEAD").code == 0
    assert run(tmp_path, "diff", "HEAD~1", "HEAD", "--fail-on", "needs-more,policy").code == 1


def baseline(folder: Path, name: str, level: str = "") -> str:
    """Give the baseline of what a scan of a folder finds now, perhaps with another level."""
    assert run(folder, "baseline", "--output", name).code == 0
    text = (folder / name).read_text("utf-8")
    return text.replace('"level": "error"', f'"level": "{level}"') if level else text


@pytest.mark.parametrize("name", ["leastscope-baseline.json", "known/findings.txt"])
def test_a_baseline_that_hides_more_loosens_and_one_that_hides_less_is_a_notice(tmp_path: Path, name: str) -> None:
    """A file of any name counts: the settings name it."""
    made = repository(
        tmp_path, {**WITH_REFUND, SETTINGS: f"baseline: {name}\n", name: '{"schema": 1, "findings": []}\n'}
    )
    made.commit({name: baseline(tmp_path, name)})
    assert told(tmp_path) == [(f"the baseline '{name}' hides 1 finding more", True)]
    assert run(tmp_path, "ci", "--base", "HEAD~1").code == 1
    made.commit({"README": "nothing of the policy"})
    assert told(tmp_path) == []
    made.commit({name: '{"schema": 1, "findings": []}\n'})
    assert told(tmp_path) == [(f"the baseline '{name}' no longer hides 1 finding more", False)]


def test_a_baseline_of_the_work_tree_counts_and_one_that_is_new_hides_all_it_has(tmp_path: Path) -> None:
    repository(tmp_path, WITH_REFUND).write({SETTINGS: "baseline: known.json\n"})
    baseline(tmp_path, "known.json")
    found = json.loads(run(tmp_path, "diff", "HEAD", "--format", "json").out)["policy"]
    assert [(one["text"], one["loosens"]) for one in found] == [
        ("the baseline 'known.json' hides 1 finding more", True)
    ]
    assert found[0]["file"] == "known.json"


def test_a_baseline_that_lets_a_worse_finding_pass_loosens(tmp_path: Path) -> None:
    made = repository(tmp_path, {**WITH_REFUND, SETTINGS: "baseline: known.json\n", "known.json": "{}"})
    made.commit({"known.json": baseline(tmp_path, "new.json", level="note")})
    made.commit({"known.json": baseline(tmp_path, "new.json")})
    assert told(tmp_path) == [("the baseline 'known.json' hides 1 finding more", True)]


def test_a_baseline_that_cannot_be_read_hides_nothing(tmp_path: Path) -> None:
    made = repository(tmp_path, {**WITH_REFUND, SETTINGS: "baseline: known.json\n"})
    made.commit({"known.json": "{"})
    assert told(tmp_path) == []


ROWS = "python: {functions: {acme.later: {calls: argument 0}}}\n"


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        ("{}", ROWS, "the row 'acme.later' of 'functions' is added"),
        (ROWS, "{}", "the row 'acme.later' of 'functions' is removed"),
        (ROWS, ROWS.replace("0", "1"), "the row 'acme.later' of 'functions' is changed"),
        ("{}", "python: {standing-in: [acme]}\n", "the row 'acme' of 'standing-in' is added"),
    ],
)
def test_a_change_of_rows_is_told(tmp_path: Path, before: str, after: str, text: str) -> None:
    changed(tmp_path, {**PROJECT, SETTINGS: before}, {SETTINGS: after})
    assert told(tmp_path) == [(text, True)]


def test_rows_that_are_only_moved_are_no_change(tmp_path: Path) -> None:
    changed(tmp_path, {**PROJECT, SETTINGS: ROWS}, {SETTINGS: f"# moved\n\n{ROWS}"})
    assert told(tmp_path) == []


def test_the_rows_of_the_base_find_what_the_head_would_hide(tmp_path: Path) -> None:
    code = "import stripe\nfrom acme import later\nlater(lambda: stripe.Refund.create())\n"
    changed(tmp_path, {**PROJECT, SETTINGS: ROWS}, {"pay.py": code, SETTINGS: ROWS.replace("calls", "returns")})
    assert lacking(tmp_path) == ["charge_write"]


def test_the_model_of_the_base_finds_what_the_head_would_hide(tmp_path: Path) -> None:
    code = "from acme import Pay\nPay.go()\n"
    before = {**PROJECT, SETTINGS: "models: [acme.yaml]\n", "acme.yaml": MODEL}
    changed(tmp_path, before, {"pay.py": code, "acme.yaml": MODEL.replace("go:", "stay:")})
    assert lacking(tmp_path) == ["charge_write"]


def test_code_and_its_grant_pass_in_one_change(tmp_path: Path) -> None:
    changed(tmp_path, PROJECT, {**WITH_REFUND, "stripe-app.json": MANIFEST % f"{CUSTOMERS}, {REFUNDS}"})
    outcome = run(tmp_path, "ci", "--base", "HEAD~1")
    assert (outcome.code, b"policy" in outcome.out) == (0, False)


def test_grants_in_the_settings_of_a_change_count(tmp_path: Path) -> None:
    row = "apps: [{name: app, manifest: stripe-app.json, grants: [{permission: charge_write, reason: refunds}]}]\n"
    changed(tmp_path, PROJECT, {**WITH_REFUND, SETTINGS: row})
    assert (lacking(tmp_path), told(tmp_path)) == ([], [])
    assert run(tmp_path, "ci", "--base", "HEAD~1").code == 0


def test_a_further_app_of_a_change_has_its_own_code(tmp_path: Path) -> None:
    files = {"other/stripe-app.json": WIDE, "other/pay.py": READS + REFUND}
    changed(tmp_path, PROJECT, files)
    assert document(tmp_path)["findings"]["new"] == []
    assert run(tmp_path, "ci", "--base", "HEAD~1").code == 0


@pytest.mark.parametrize("code", [SUPPRESSED, f"{READS}# leastscope: ignore it is fine\n{REFUND}"])
def test_a_comment_of_a_change_suppresses_nothing(tmp_path: Path, code: str) -> None:
    changed(tmp_path, PROJECT, {"code.py": code})
    assert lacking(tmp_path) == ["charge_write"]
    assert told(tmp_path) == [("a comment suppresses 'missing-grant'", True)]


def test_a_comment_of_the_base_goes_on_suppressing_where_code_moves(tmp_path: Path) -> None:
    made = changed(tmp_path, {**PROJECT, "code.py": SUPPRESSED}, {"code.py": f"# one more line\n{SUPPRESSED}"})
    assert (lacking(tmp_path), told(tmp_path)) == ([], [])
    made.git("mv", "code.py", "moved.py")
    made.commit({})
    assert (lacking(tmp_path), told(tmp_path)) == ([], [])


def test_a_finding_that_was_there_is_not_new_for_a_comment_that_does_not_count(tmp_path: Path) -> None:
    changed(tmp_path, WITH_REFUND, {"code.py": SUPPRESSED})
    assert document(tmp_path)["findings"] == {"new": [], "fixed": [], "unchanged": 1}


@pytest.mark.parametrize(
    "decoy",
    [
        {"stripe-app.dev.json": WIDE},
        {"stripe-app.yaml": "id: decoy\ndeclarations: {stripe_api_access: {permissions: [charge_write]}}\n"},
        {"backend/stripe-app.json": WIDE},
        {SETTINGS: "apps: [{name: decoy, system: stripe, paths: [backend/], grants: []}]\n"},
        {SETTINGS: "apps: [{name: decoy, system: stripe, credentials: ['env:KEY'], grants: []}]\n"},
    ],
)
def test_a_second_declaration_takes_no_code_away(tmp_path: Path, decoy: dict[str, str]) -> None:
    code = READS.replace("KEY", "os.environ['KEY']").replace("import stripe", "import os, stripe")
    before = {"stripe-app.json": MANIFEST % CUSTOMERS, "backend/pay.py": code}
    changed(tmp_path, before, {**decoy, "backend/pay.py": code + REFUND})
    assert lacking(tmp_path) == ["charge_write"]
    new = {finding["rule"] for finding in document(tmp_path)["findings"]["new"]}
    assert {"second-declaration", "missing-grant"} <= new


def test_a_second_manifest_of_the_same_app_does_not_count_before_the_one_of_the_base(tmp_path: Path) -> None:
    wide = "id: app\ndeclarations:\n  stripe_api_access:\n    permissions: [customer_read, charge_write]\n"
    changed(tmp_path, PROJECT, {**WITH_REFUND, "stripe-app.yaml": wide})
    assert lacking(tmp_path) == ["charge_write"]
    assert "scope-mismatch" in {finding["rule"] for finding in document(tmp_path)["findings"]["new"]}


def test_the_code_of_an_app_may_move_together_with_its_paths(tmp_path: Path) -> None:
    row = "apps: [{name: app, manifest: stripe-app.json, paths: [%s/]}]\n"
    before = {"stripe-app.json": MANIFEST % CUSTOMERS, SETTINGS: row % "backend", "backend/pay.py": READS}
    made = repository(tmp_path, before)
    made.git("mv", "backend", "server")
    made.commit({SETTINGS: row % "server", "server/pay.py": READS + REFUND})
    assert lacking(tmp_path) == ["charge_write"]
    assert told(tmp_path) == [("the paths of app 'app' are 'server'", False)]


def test_the_work_tree_is_judged_by_the_base_too(tmp_path: Path) -> None:
    made = repository(tmp_path, PROJECT)
    made.write({**WITH_REFUND, SETTINGS: "exclude: [code.py]\n"})
    outcome = run(tmp_path, "diff", "main")
    assert (outcome.code, b"the pattern 'code.py' is excluded (leastscope.yaml:1:10)" in outcome.out) == (1, True)


def test_a_trusted_file_judges_both_sides(tmp_path: Path) -> None:
    owner = tmp_path / "owner.yaml"
    owner.write_text("exclude: [old/]\nlevels: {missing-grant: warning}\n", "utf-8")
    here = tmp_path / "made"
    before = {**PROJECT, SETTINGS: "exclude: [code.py]\n", "old/pay.py": READS + REFUND}
    changed(here, before, {**WITH_REFUND, SETTINGS: "exclude: ['*']\nfail-on: never\n"})
    found = document(here, "--trusted-config", str(owner))
    assert [(one["rule"], one["level"], one["file"]) for one in found["findings"]["new"]] == [
        ("missing-grant", "warning", "code.py")
    ]
    assert found["policy"] == []
    assert run(here, "ci", "--base", "HEAD~1", "--trusted-config", str(owner), "--fail-on", "warning").code == 1


def test_a_trusted_file_knows_apps_and_the_head_adds_grants_to_them(tmp_path: Path) -> None:
    owner = tmp_path / "owner.yaml"
    owner.write_text("apps: [{name: app, manifest: stripe-app.json, paths: ['*.py']}]\n", "utf-8")
    row = (
        "apps: [{name: app, manifest: stripe-app.json, paths: [x/], grants: [{permission: charge_write, reason: r}]}]\n"
    )
    here = tmp_path / "made"
    changed(here, PROJECT, {**WITH_REFUND, SETTINGS: row})
    (app,) = document(here, "--trusted-config", str(owner))["apps"]
    assert ([one["permission"] for one in app["needed"]["added"]], app["lacking"]) == (["charge_write"], [])


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_names_a_looser_policy_with_its_place(tmp_path: Path, form: str) -> None:
    changed(tmp_path, PROJECT, {SETTINGS: "# one\nfail-on: never\n"})
    for command in (("diff", "HEAD~1", "HEAD"), ("ci", "--base", "HEAD~1")):
        file = tmp_path / f"out.{form}"
        run(tmp_path, *command, "-o", f"{form}={file}")
        written = file.read_text("utf-8")
        file.unlink()
        assert "fail-on" in written
        assert SETTINGS in written
        assert written.startswith("## ❌") or form != "markdown"


# new gaps


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (READS + "client.v1.refunds.create(\n", "syntax-error"),
        (READS + "client.raw_request('post', PATH)\n", "raw-request"),
        (READS + f"x = {'(' * 3000}1{')' * 3000}\n", "too-deep"),
        (READS + "#" * (5 << 20), "too-large"),
    ],
)
def test_a_new_gap_is_named_in_every_format_and_can_fail_the_check(tmp_path: Path, code: str, kind: str) -> None:
    changed(tmp_path, PROJECT, {"pay.py": code})
    paths = {form: tmp_path / f"out.{form}" for form in FORMATS}
    also = [argument for form, path in paths.items() for argument in ("-o", f"{form}={path}")]
    outcome = run(tmp_path, "ci", "--base", "HEAD~1", *also)
    written = {form: path.read_text("utf-8") for form, path in paths.items()}
    assert outcome.code == 0
    assert b"leastscope cannot analyze 1 new place (the first is pay.py:" in outcome.out
    assert {form for form, text in written.items() if "pay.py" not in text} == set()
    by_finding = {"github"} if kind == "raw-request" else set()  # the annotation of the finding stands at the place
    assert {form for form, text in written.items() if kind not in text} == by_finding
    assert not written["markdown"].startswith("## ✅")
    assert b"No app needs a permission that it is not granted." not in outcome.out
    for command in (("ci", "--base", "HEAD~1"), ("diff", "HEAD~1", "HEAD")):
        assert run(tmp_path, *command, "--fail-on", "new-gaps").code == 1


def test_gaps_that_were_there_fail_nothing(tmp_path: Path) -> None:
    code = READS + "client.raw_request('post', PATH)\n"
    changed(tmp_path, {**PROJECT, "pay.py": code}, {"pay.py": f"# moved\n{code}"})
    assert run(tmp_path, "ci", "--base", "HEAD~1", "--fail-on", "error,new-gaps").code == 0


@pytest.mark.parametrize("words", ["error,warning", "nothing", "error,,policy", "needs-more,never"])
def test_words_that_do_not_fit_are_refused(tmp_path: Path, words: str) -> None:
    repository(tmp_path, PROJECT)
    assert run(tmp_path, "ci", "--fail-on", words).code == 2
