"""The steps of `action.yml`, run as the runner runs them: events in; annotations, summary, outputs and exit code out."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from markdown_it import MarkdownIt

from places import ROOT
from repositories import CUSTOMERS, MANIFEST, PROJECT, REFUND, REFUNDS, WITH_REFUND, repository
from runner import Merged, Ran, Runner, action, merge_group, merged, pull_request, push, step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

OLD_LACK = "client.v1.products.list()\n"
LACKING = {**PROJECT, "code.py": PROJECT["code.py"] + OLD_LACK}
LACKING_MORE = {**LACKING, "code.py": LACKING["code.py"] + REFUND}


def change(tmp_path: Path, files: Mapping[str, str | bytes], start: Mapping[str, str | bytes] = PROJECT) -> Merged:
    return merged(repository(tmp_path / "origin", start), files, {"other.txt": "meanwhile"})


def run(tmp_path: Path, made: Merged, event: object, name: str = "pull_request", **inputs: str) -> Ran:
    return Runner(made.checkout(tmp_path / "ws"), tmp_path / "temp", name, event).scan(**inputs)


def opened(tmp_path: Path, files: Mapping[str, str | bytes], start: Mapping[str, str | bytes] = PROJECT) -> Ran:
    made = change(tmp_path, files, start)
    return run(tmp_path, made, pull_request(made.base, made.head))


def test_a_pull_request_that_needs_more_fails_and_says_at_the_line_what_is_missing(tmp_path: Path) -> None:
    ran = opened(tmp_path, WITH_REFUND)
    assert ran.code == 1
    (found, failed) = [command for command in ran.commands if command.name == "error"]
    assert (found.where["file"], found.where["line"]) == ("code.py", "5")
    assert "'charge_write'" in found.text
    assert failed.text == "This change makes 'app' need permissions that the app is not granted: 'charge_write'."
    assert "charge_write" in ran.summary
    assert {name: ran.outputs[name] for name in ("mode", "needs-more", "new", "fixed", "errors", "exit-code")} == {
        "mode": "compare", "needs-more": "true", "new": "1", "fixed": "0", "errors": "1", "exit-code": "1",
    }  # fmt: skip
    (app,) = json.loads(ran.outputs["difference"])["apps"]
    assert (app["app"], app["system"], app["lacking"], app["added"]) == (
        "app",
        "stripe",
        ["charge_write"],
        ["charge_write"],
    )


def test_a_pull_request_that_grants_what_it_needs_passes_without_an_annotation(tmp_path: Path) -> None:
    ran = opened(tmp_path, {**WITH_REFUND, "stripe-app.json": MANIFEST % f"{CUSTOMERS}, {REFUNDS}"})
    assert (ran.code, ran.commands, ran.outputs["needs-more"]) == (0, [], "false")
    assert json.loads(ran.outputs["difference"])["apps"][0]["granted"] == ["charge_write"]
    assert "charge_write" in ran.summary


def test_what_was_missing_before_is_shown_as_existing_and_fails_nothing(tmp_path: Path) -> None:
    ran = opened(tmp_path, {"code.py": LACKING["code.py"] + "print()\n"}, LACKING)
    assert (ran.code, ran.commands, ran.outputs["errors"], ran.outputs["new"]) == (0, [], "1", "0")
    assert [result["baselineState"] for one in ran.sarif()["runs"] for result in one["results"]] == ["unchanged"]


def test_a_further_place_that_lacks_what_was_lacking_is_a_new_finding_and_no_new_need(tmp_path: Path) -> None:
    made = change(tmp_path, {"more.py": LACKING["code.py"]}, LACKING)
    runner = Runner(
        made.checkout(tmp_path / "ws"), tmp_path / "temp", "pull_request", pull_request(made.base, made.head)
    )
    ran = runner.scan(fail_on="needs-more")
    assert (ran.code, ran.outputs["needs-more"], ran.outputs["new"]) == (0, "false", "1")
    assert runner.scan().code == 1


def test_only_what_the_change_causes_is_annotated(tmp_path: Path) -> None:
    ran = opened(tmp_path, LACKING_MORE, LACKING)
    assert ran.code == 1
    assert [command.where.get("line") for command in ran.commands] == ["6", None]
    states = {
        result["properties"]["permission"]: result["baselineState"]
        for one in ran.sarif()["runs"]
        for result in one["results"]
    }
    assert states == {"product_read": "unchanged", "charge_write": "new"}


def test_what_changed_on_the_base_meanwhile_is_none_of_the_change(tmp_path: Path) -> None:
    made = merged(
        repository(tmp_path / "origin", PROJECT), {"docs.txt": "words"}, {"billing.py": WITH_REFUND["code.py"]}
    )
    ran = run(tmp_path, made, pull_request(made.base, made.head))
    assert (ran.code, ran.outputs["new"], ran.outputs["errors"]) == (0, "0", "1")


def test_a_checkout_of_the_change_itself_is_held_against_where_it_left_the_base(tmp_path: Path) -> None:
    made = merged(
        repository(tmp_path / "origin", PROJECT), {"docs.txt": "words"}, {"billing.py": WITH_REFUND["code.py"]}
    )
    made.made.git("checkout", "-q", "--detach", made.head)
    ran = Runner(made.made.folder, tmp_path / "temp", "pull_request", pull_request(made.base, made.head)).scan()
    assert (ran.code, ran.outputs["errors"]) == (0, "0")


def test_a_clone_of_one_commit_is_an_error_that_says_what_to_fetch(tmp_path: Path) -> None:
    made = change(tmp_path, WITH_REFUND)
    place = made.checkout(tmp_path / "ws", depth=1)
    ran = Runner(place, tmp_path / "temp", "pull_request", pull_request(made.base, made.head)).scan()
    assert ran.code == 2
    (message,) = ran.told("error")
    assert "shallow" in message
    assert "`fetch-depth: 2` in the checkout step" in message
    assert (ran.outputs, ran.summary) == ({}, "")


@pytest.mark.parametrize("moved", [False, True], ids=["as the event says", "moved on by a merge since"])
def test_a_checkout_of_the_base_is_an_error_and_not_a_change_without_effect(tmp_path: Path, *, moved: bool) -> None:
    made = change(tmp_path, WITH_REFUND)
    tip = made.base
    if moved:
        made.made.git("checkout", "-q", "-b", "y", "main")
        made.made.commit({"y.txt": "words"})
        made.made.git("checkout", "-q", "main")
        made.made.git("merge", "-q", "--no-ff", "-m", "merged", "y")
        tip = made.made.git("rev-parse", "HEAD")
    place = made.checkout(tmp_path / "ws", tip)
    runner = Runner(place, tmp_path / "temp", "pull_request_target", pull_request(made.base, made.head))
    runner.variables = {"GITHUB_REF": "refs/heads/main", "GITHUB_SHA": tip}
    ran = runner.scan()
    assert ran.code == 2
    assert ["does not contain the change" in message for message in ran.told("error")] == [True]


def test_a_merge_of_a_later_push_than_the_event_names_is_taken_from_the_reference(tmp_path: Path) -> None:
    made = change(tmp_path, WITH_REFUND)
    place = made.checkout(tmp_path / "ws")
    runner = Runner(place, tmp_path / "temp", "pull_request", pull_request(made.base, "1" * 40))
    runner.variables = {"GITHUB_SHA": made.merge}
    assert (runner.scan().code, runner.scan().outputs["new"]) == (1, "1")


@pytest.mark.parametrize("visibility", ["public", "private"])
def test_a_fork_is_judged_alike_and_nothing_is_uploaded(tmp_path: Path, visibility: str) -> None:
    made = change(tmp_path, WITH_REFUND)
    ran = run(tmp_path, made, pull_request(made.base, made.head, fork=True, visibility=visibility))
    assert (ran.code, ran.outputs["upload"], len(ran.told("error"))) == (1, "false", 2)
    assert (
        "Not uploaded to code scanning: the pull request comes from a fork, and the token of a fork is read-only."
        in ran.log
    )


def test_a_fork_that_is_gone_is_a_fork(tmp_path: Path) -> None:
    made = change(tmp_path, WITH_REFUND)
    event = pull_request(made.base, made.head, visibility="public")
    event["pull_request"]["head"]["repo"] = None  # type: ignore[index]
    assert run(tmp_path, made, event).outputs["upload"] == "false"


def test_a_public_repository_uploads_and_annotates_nothing_but_the_verdict(tmp_path: Path) -> None:
    made = change(tmp_path, WITH_REFUND)
    ran = run(tmp_path, made, pull_request(made.base, made.head, visibility="public"))
    assert (ran.code, ran.outputs["upload"]) == (1, "true")
    assert [command.text for command in ran.commands] == [
        "This change makes 'app' need permissions that the app is not granted: 'charge_write'."
    ]


def test_where_the_upload_fails_lines_are_annotated_after_all(tmp_path: Path) -> None:
    made = change(tmp_path, WITH_REFUND)
    runner = Runner(made.checkout(tmp_path / "ws"), tmp_path / "temp", "pull_request", None)
    runner.event = pull_request(made.base, made.head, visibility="public")
    file = runner.scan().outputs["github-file"]
    (instead,) = (one for one in action()["runs"]["steps"] if "steps.upload.outcome == 'failure'" in one.get("if", ""))
    ran = runner.run(instead, {"steps.scan.outputs.github-file": file})
    assert [(command.name, command.where.get("line")) for command in ran.commands] == [
        ("warning", None),
        ("error", "5"),
    ]


def test_a_push_is_scanned_in_full(tmp_path: Path) -> None:
    made = change(tmp_path, WITH_REFUND)
    ran = run(tmp_path, made, push(made.base), "push")
    assert (ran.code, ran.outputs["mode"], ran.outputs["needs-more"], ran.outputs["new"]) == (1, "full", "true", "")
    assert ran.outputs["difference"] == ""
    assert [command.where.get("line") for command in ran.commands] == ["5", None]
    assert "charge_write" in ran.summary
    assert not any("baselineState" in result for one in ran.sarif()["runs"] for result in one["results"])


def test_a_push_can_be_held_against_what_it_replaces(tmp_path: Path) -> None:
    made = merged(repository(tmp_path / "origin", LACKING), LACKING_MORE)
    ran = run(tmp_path, made, push(made.base), "push", mode="compare")
    assert (ran.code, ran.outputs["mode"], ran.outputs["new"]) == (1, "compare", "1")


def test_a_push_of_a_new_branch_has_nothing_to_be_compared_with(tmp_path: Path) -> None:
    made = change(tmp_path, WITH_REFUND)
    ran = run(tmp_path, made, push("0" * 40), "push", mode="compare")
    assert ran.code == 2
    assert "the event 'push' does not report one; set --base" in ran.told("error")[0]


def test_a_merge_queue_is_held_against_what_is_queued_before(tmp_path: Path) -> None:
    made = merged(repository(tmp_path / "origin", LACKING), LACKING_MORE)
    ran = run(tmp_path, made, merge_group(made.base, made.merge), "merge_group")
    assert (ran.code, ran.outputs["new"], ran.outputs["upload"], ran.outputs["mode"]) == (1, "1", "false", "compare")


def test_a_merge_queue_whose_base_is_checked_out_is_an_error(tmp_path: Path) -> None:
    made = merged(repository(tmp_path / "origin", LACKING), LACKING_MORE)
    place = made.checkout(tmp_path / "ws", made.base)
    ran = Runner(place, tmp_path / "temp", "merge_group", merge_group(made.base, made.merge)).scan()
    assert (ran.code, ["does not contain the change" in message for message in ran.told("error")]) == (2, [True])


def test_any_other_event_is_scanned_in_full(tmp_path: Path) -> None:
    made = change(tmp_path, WITH_REFUND)
    ran = run(tmp_path, made, {"repository": {"full_name": "shop/backend"}}, "schedule")
    assert (ran.code, ran.outputs["mode"]) == (1, "full")


def test_a_change_that_touches_nothing_of_payments_says_so_in_one_line(tmp_path: Path) -> None:
    ran = opened(tmp_path, {"docs.txt": "words"})
    assert (ran.code, ran.commands, ran.outputs["difference"]) == (0, [], '{"needs_more":false,"apps":[]}')
    assert len(ran.summary.strip().splitlines()) <= 4


def test_a_manifest_that_the_change_breaks_fails_the_check_at_its_line(tmp_path: Path) -> None:
    ran = opened(tmp_path, {"stripe-app.json": '{"id": "app",\n "permissions": [}\n'})
    assert ran.code == 2
    assert (ran.commands[0].where["file"], ran.commands[0].where["line"]) == ("stripe-app.json", "2")
    assert "could not be used, so nothing is certain" in ran.commands[-1].text


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({"fail_on": "never"}, 0),
        ({"fail_on": "needs-more"}, 1),
        ({"fail_on": "note"}, 1),
        ({"mode": "full", "fail_on": "warning"}, 1),
        ({"args": "--fail-on never"}, 0),
        ({"args": "--exclude code.py"}, 0),
        ({"paths": "stripe-app.json\n\n"}, 0),
        ({"paths": "code.py\nstripe-app.json"}, 1),
        ({"config": "settings.yaml"}, 0),
        ({"base": "HEAD^"}, 1),
    ],
)  # fmt: skip
def test_inputs_reach_the_program(tmp_path: Path, inputs: dict[str, str], code: int) -> None:
    # The base decides how a change is judged, so the settings are there before the change.
    made = change(tmp_path, WITH_REFUND, {**PROJECT, "settings.yaml": "fail-on: never\n"})
    ran = run(tmp_path, made, pull_request(made.base, made.head), **inputs)
    assert ran.code == code, ran.log


def test_what_could_not_be_told_fails_a_strict_run(tmp_path: Path) -> None:
    made = change(tmp_path, {"code.py": PROJECT["code.py"] + "getattr(client.v1, input()).list()\n"})
    runner = Runner(
        made.checkout(tmp_path / "ws"), tmp_path / "temp", "pull_request", pull_request(made.base, made.head)
    )
    assert (runner.scan().code, runner.scan(strict="true").code) == (0, 3)


def test_a_working_directory_has_its_own_settings_and_paths_are_shown_from_the_root(tmp_path: Path) -> None:
    start = {f"shop/api/{name}": text for name, text in PROJECT.items()} | {"leastscope.yaml": "fail-on: never\n"}
    files = {"shop/api/code.py": WITH_REFUND["code.py"], "elsewhere.py": WITH_REFUND["code.py"]}
    made = merged(repository(tmp_path / "origin", start), files)
    for name, event in (("pull_request", pull_request(made.base, made.head)), ("push", push(made.base))):
        ran = Runner(made.checkout(tmp_path / name), tmp_path / f"temp-{name}", name, event).scan(
            working_directory="shop/api"
        )
        assert (ran.code, ran.outputs["errors"]) == (1, "1"), ran.log
        assert ran.commands[0].where["file"] == "shop/api/code.py"
        (uri,) = {
            place["physicalLocation"]["artifactLocation"]["uri"]
            for one in ran.sarif()["runs"] for result in one["results"] for place in result["locations"]
        }  # fmt: skip
        assert uri == "shop/api/code.py"


def test_links_lead_to_the_lines_at_their_commits(tmp_path: Path) -> None:
    made = change(tmp_path, {"code.py": "import stripe\n" + REFUND.replace("client", "stripe.StripeClient(KEY)")})
    ran = run(tmp_path, made, pull_request(made.base, made.head))
    assert f"https://github.com/shop/backend/blob/{made.merge}/code.py#L2" in ran.summary
    assert f"https://github.com/shop/backend/blob/{made.base}/code.py#L4" in ran.summary


# what is wrong


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ("{", "not the payload of an event"),
        ("[]", "not the payload of an event"),
        ('{"pull_request": {"base": 1}}', "not the payload of an event"),
        ("[" * 100_000, "not the payload of an event"),
        ("{}", "does not name a base"),
        (pull_request("main", "x"), "is not a hash"),
        (pull_request("--output=/etc/passwd", "1" * 40), "is not a hash"),
    ],
)
def test_an_event_that_cannot_be_is_an_error(tmp_path: Path, event: object, words: str) -> None:
    made = change(tmp_path, WITH_REFUND)
    ran = run(tmp_path, made, event)
    assert ran.code == 2
    assert words in ran.told("error")[0]
    assert "Traceback" not in ran.log


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({"mode": "sometimes"}, "'sometimes' is not one of"),
        ({"fail_on": "blood"}, "'blood' is not one of"),
        ({"upload": "perhaps"}, "'perhaps' is not one of"),
        ({"strict": "maybe"}, "'maybe' is not a valid boolean"),
        ({"args": "--nothing"}, "No such option"),
        ({"args": "'"}, "No closing quotation"),
        ({"paths": "nowhere"}, "'nowhere'"),
        ({"paths": "../outside"}, "outside"),
        ({"config": "nowhere.yaml"}, "nowhere.yaml"),
        ({"base": "no-such-branch"}, "'no-such-branch' names no commit"),
        ({"base": "--upload-pack=touch x"}, "no revision"),
    ],
)
def test_a_wrong_input_fails_the_step_and_says_why(tmp_path: Path, inputs: dict[str, str], words: str) -> None:
    made = change(tmp_path, WITH_REFUND)
    ran = run(tmp_path, made, pull_request(made.base, made.head), **inputs)
    assert ran.code == 2
    assert words in ran.told("error")[0]


def test_an_error_of_our_own_fails_the_step(tmp_path: Path) -> None:
    made = change(tmp_path, WITH_REFUND)
    runner = Runner(
        made.checkout(tmp_path / "ws"), tmp_path / "temp", "pull_request", pull_request(made.base, made.head)
    )
    runner.variables = {"GITHUB_STEP_SUMMARY": str(tmp_path / "nowhere" / "summary")}
    assert runner.scan().code == 2


def test_the_checkout_is_left_as_it_was(tmp_path: Path) -> None:
    made = change(tmp_path, WITH_REFUND)
    place = made.checkout(tmp_path / "ws")
    before = sorted((path, path.read_bytes()) for path in place.rglob("*") if path.is_file())
    Runner(place, tmp_path / "temp", "pull_request", pull_request(made.base, made.head)).scan()
    assert sorted((path, path.read_bytes()) for path in place.rglob("*") if path.is_file()) == before


# what is hostile

SHELL = (
    "$(touch {mark}) `touch {mark}` \"; touch {mark}; \" '; touch {mark}; ' && touch {mark} |touch {mark} ${{{{ x }}}}"
)
LOG = "x\n::error::gotcha\nx%0A::error::gotcha\r::error::gotcha \x1b[31mred ##[error]gotcha"


@pytest.mark.parametrize("text", [SHELL, LOG])
@pytest.mark.parametrize("name", [name for name in action()["inputs"] if name not in {"working-directory", "version"}])
def test_hostile_words_in_an_input_do_nothing(tmp_path: Path, name: str, text: str) -> None:
    made = change(tmp_path, {"docs.txt": "words"})
    value = text.format(mark=tmp_path / "mark")
    ran = run(tmp_path, made, pull_request(made.base, made.head), **{name.replace("-", "_"): value})
    assert not (tmp_path / "mark").exists()
    assert "gotcha" not in [command.text for command in ran.commands]
    assert "\x1b" not in ran.log
    assert ran.code in {0, 2}


HOSTILE = (
    "import stripe\nclient = stripe.StripeClient(KEY)\n"
    'client.v1.refunds.create({"charge": "::error::gotcha"})  # ::error::gotcha ##[error]gotcha $(touch mark) `touch mark`\n'
    'client.v1.customers.retrieve("""\n::error::gotcha\n::set-env name=X::gotcha\n\x1b[31m""")\n'
)


def test_hostile_code_names_and_branches_do_nothing(tmp_path: Path) -> None:
    names = ["a\n::error::gotcha.py", "b %0A::error::gotcha.py", "$(touch mark).py", "`touch mark`.py", "\x1b[31mc.py"]
    names += ["<script>alert(1)</script>.py", "d|e.py", "[x](javascript:alert(1)).py", "-rf.py", "{{x}}.py"]
    possible = [name for name in names if sys.platform != "win32" or not re.search(r'[<>:"|?*\x00-\x1f]', name)]
    files = {f"src/{name}": HOSTILE for name in possible}
    manifest = {"id": "a\n::error::gotcha", "stripe_api_access_type": "restricted_api_key"}
    app = json.dumps({**manifest, "permissions": [{"permission": "x\x1b[31m\n::error::gotcha", "purpose": ""}]})
    made = merged(repository(tmp_path / "origin", {"stripe-app.json": app}), files)
    made.made.git("branch", "--", "$(touch${IFS}mark)")
    event = pull_request(made.base, made.head)
    event["pull_request"]["head"]["ref"] = "$(touch mark)\n::error::gotcha"  # type: ignore[index]
    ran = Runner(made.checkout(tmp_path / "ws"), tmp_path / "temp", "pull_request", event).scan(annotations="yes")
    assert ran.code == 1
    assert ran.commands
    assert {command.name for command in ran.commands} <= {"error", "warning", "notice"}
    assert not [command for command in ran.commands if command.text.startswith("gotcha")]
    assert not list(tmp_path.rglob("mark"))
    assert "\x1b" not in ran.log + ran.summary
    page = MarkdownIt("gfm-like", {"linkify": False}).render(ran.summary)
    assert "<script" not in page
    assert "javascript:" not in "".join(re.findall(r'href="([^"]*)"', page))
    assert ran.outputs.keys() <= set(re.findall(r"steps\.scan\.outputs\.([\w-]+)", json.dumps(action()))) | {
        "upload",
        "root",
    }


def test_modules_of_the_repository_are_not_imported(tmp_path: Path) -> None:
    trap = 'open("sprung", "w").close()\nraise SystemExit(0)\n'
    names = [
        "click.py",
        "leastscope/__init__.py",
        "venv.py",
        "pip.py",
        "sitecustomize.py",
        "msgspec/__init__.py",
        "json.py",
    ]
    made = change(tmp_path, {**WITH_REFUND, **dict.fromkeys(names, trap)})
    runner = Runner(
        made.checkout(tmp_path / "ws"), tmp_path / "temp", "pull_request", pull_request(made.base, made.head)
    )
    runner.variables = {"PYTHONPATH": str(runner.workspace)}
    assert runner.scan().code == 1
    assert not list(tmp_path.rglob("sprung"))


# the file itself


def test_no_expression_stands_in_a_shell_line() -> None:
    assert [one["run"] for one in action()["runs"]["steps"] if "${{" in one.get("run", "")] == []


def test_every_input_reaches_a_step_and_every_output_is_one_of_the_program(tmp_path: Path) -> None:
    text = json.dumps(action()["runs"])
    assert [name for name in action()["inputs"] if f"inputs.{name} " not in text] == []
    made = change(tmp_path, WITH_REFUND)
    ran = run(tmp_path, made, pull_request(made.base, made.head))
    wanted = set(re.findall(r"\{\{ steps\.scan\.outputs\.([\w-]+) \}\}", json.dumps(action()["outputs"])))
    assert wanted | {"upload", "root", "github-file", "comment-file", "comment-news"} == ran.outputs.keys()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("version", "code", "words"),
    [
        ("", 0, ""),
        ("1.0; touch mark", 1, 'the input "version" is not a release number'),
        ("$(touch mark)", 1, "is not a release number"),
    ],
)
def test_the_action_installs_itself_with_what_is_locked(tmp_path: Path, version: str, code: int, words: str) -> None:
    runner = Runner(tmp_path, tmp_path / "temp", "push", push("0" * 40))
    runner.temp.mkdir()
    (runner.temp / "venv.py").write_text('open("sprung", "w").close()')
    values = {"github.action_path": str(ROOT), "runner.temp": str(runner.temp), "inputs.version": version}
    ran = runner.run(step("install"), values)
    assert ran.code == code, ran.log
    assert not list(tmp_path.rglob("mark"))
    assert not list(tmp_path.rglob("sprung"))
    assert [message for message in ran.told("error") if words not in message] == []
    if not code:
        done = subprocess.run(  # noqa: S603 - the interpreter that was just made
            [ran.outputs["python"], "-I", "-m", "leastscope", "--version"], capture_output=True, check=True
        )
        assert done.stdout.startswith(b"leastscope, version ")


# the comment


class Hub(BaseHTTPRequestHandler):
    """The API's comments of one pull request."""

    comments: list[str] = []  # noqa: RUF012 - one server at a time
    asked: list[str] = []  # noqa: RUF012 - the same

    def do_POST(self) -> None:
        text = json.loads(self.rfile.read(int(self.headers.get("Content-Length", "0"))) or "{}").get("body")
        self.asked.append(self.command)
        if self.command == "PATCH":
            self.comments[int(self.path.rpartition("/")[2])] = text
        elif self.command == "POST":
            self.comments.append(text)
        self.send_response(200)
        self.end_headers()
        made = [{"id": number, "body": body, "user": {"type": "Bot"}} for number, body in enumerate(self.comments)]
        self.wfile.write(json.dumps(made).encode())

    do_GET = do_PATCH = do_POST  # noqa: N815 - the names that the server looks for

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def hub() -> Iterator[str]:
    Hub.comments, Hub.asked = [], []
    served = HTTPServer(("127.0.0.1", 0), Hub)
    Thread(target=served.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{served.server_port}"
    served.shutdown()
    served.server_close()


def commented(runner: Runner, ran: Ran, api: str) -> Ran:
    """Run the step that comments as the runner would after this scan."""
    runner.variables = {"GITHUB_API_URL": api}
    names = ("comment-file", "comment-news")
    values = {f"steps.scan.outputs.{name}": ran.outputs[name] for name in names}
    values |= {"steps.install.outputs.python": sys.executable, "inputs.working-directory": ".", "github.token": "t"}
    return runner.run(step("comment"), values)


def test_a_change_that_needs_more_is_commented_once_with_the_patch_that_grants_it(tmp_path: Path, hub: str) -> None:
    made = change(tmp_path, WITH_REFUND)
    runner = Runner(
        made.checkout(tmp_path / "ws"), tmp_path / "temp", "pull_request", pull_request(made.base, made.head)
    )
    ran = runner.scan()
    assert [commented(runner, ran, hub).code for _ in range(2)] == [0, 0]
    (body,) = Hub.comments
    assert Hub.asked == ["GET", "POST", "GET"]
    assert body.startswith("<!-- leastscope comment: leastscope . -->\n## ")
    assert "needs 1 permission that is not granted: `charge_write`" in body
    assert "```diff" in ran.summary
    assert "```diff\n--- a/stripe-app.json" in body
    assert '"charge_write"' in body.partition("```diff")[2]


def test_a_change_without_effect_makes_no_comment_and_updates_one(tmp_path: Path, hub: str) -> None:
    made = change(tmp_path, {"docs.txt": "words"})
    runner = Runner(
        made.checkout(tmp_path / "ws"), tmp_path / "temp", "pull_request", pull_request(made.base, made.head)
    )
    ran = runner.scan()
    assert commented(runner, ran, hub).code == 0
    assert Hub.asked == ["GET"]
    Hub.comments.append("<!-- leastscope comment: leastscope . -->\nneeds 1 permission")
    assert commented(runner, ran, hub).code == 0
    assert "does not change any permission" in Hub.comments[0]


def test_a_fork_has_no_comment_to_write(tmp_path: Path) -> None:
    made = change(tmp_path, WITH_REFUND)
    ran = run(tmp_path, made, pull_request(made.base, made.head, fork=True))
    assert "comment-file" not in ran.outputs


def test_only_the_step_that_comments_has_the_token_and_it_runs_when_it_is_asked_to() -> None:
    steps = action()["runs"]["steps"]
    assert [one.get("id") for one in steps if "github.token" in json.dumps(one)] == ["comment"]
    assert "inputs.comment == 'on-change'" in step("comment")["if"]
    assert action()["inputs"]["comment"]["default"] == "no"


def test_a_write_permission_in_the_place_of_a_read_permission_is_said_as_such(tmp_path: Path) -> None:
    reads = MANIFEST % f'{CUSTOMERS}, {{"permission": "charge_read", "purpose": "Shows charges"}}'
    start = {"stripe-app.json": reads, "code.py": PROJECT["code.py"] + "client.v1.charges.retrieve('ch_1')\n"}
    ran = opened(tmp_path, {"code.py": start["code.py"] + REFUND}, start)
    assert ran.summary.startswith(
        "## ❌ This change needs 1 permission that is not granted: `charge_write` (raise `charge_read`)"
    )
    assert "raise `charge_read` to `charge_write`" in ran.summary
