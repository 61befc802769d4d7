"""The workflows: everything is pinned, nothing has more rights than it needs, and no words of others reach a shell."""

from __future__ import annotations

import re
import sys
from fnmatch import fnmatch
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from leastscope import cli
from leastscope.cli import service
from places import ROOT

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOLDER = ROOT / ".github" / "workflows"
WORKFLOWS = sorted(path.stem for path in FOLDER.glob("*.yml"))
PIN = re.compile(r"uses: (?P<action>[\w-]+/[\w./-]+)@(?P<commit>[0-9a-f]{40}) # (?P<version>v\d+\.\d+\.\d+)$")
LOCAL = re.compile(r"uses: (\./|\$/)")
WRITES = {
    ("drift", "propose-locks"): {"contents": "write", "pull-requests": "write"},
    ("drift", "propose-models"): {"contents": "write", "pull-requests": "write"},
    ("propose", "propose"): {"contents": "write", "pull-requests": "write"},
    ("release", "publish"): {"attestations": "write", "id-token": "write"},
    ("release", "release"): {"contents": "write"},
}


def read(path: Path) -> dict[str, Any]:
    """Read YAML with every scalar as it stands, so that the key `on` stays a word."""
    loaded: dict[str, Any] = yaml.load(path.read_text("utf-8"), yaml.BaseLoader)  # noqa: S506 - makes nothing but strings
    return loaded


def workflow(name: str) -> dict[str, Any]:
    return read(FOLDER / f"{name}.yml")


def jobs() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for name in WORKFLOWS:
        for job, content in workflow(name)["jobs"].items():
            yield name, job, content


def steps() -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every step of the workflows and of the action, with a name for it."""
    for name, job, content in jobs():
        yield from ((f"{name}.{job}", step) for step in content.get("steps", []))
    yield from (("action.yml", step) for step in read(ROOT / "action.yml")["runs"]["steps"])


def used() -> list[tuple[str, str]]:
    """Give every line that uses an action, with the file it stands in."""
    files = [*(FOLDER / f"{name}.yml" for name in WORKFLOWS), ROOT / "action.yml"]
    return [
        (path.name, line.strip().removeprefix("- "))
        for path in files
        for line in path.read_text("utf-8").splitlines()
        if re.match(r"\s*(- )?uses:", line)
    ]


def commands() -> str:
    return "\n".join(step.get("run", "") for _, step in steps())


def test_actions_of_others_are_pinned_by_commit_and_say_which_release_that_is() -> None:
    assert [line for line in used() if not LOCAL.match(line[1]) and not PIN.match(line[1])] == []


def test_one_action_has_one_release_in_all_workflows() -> None:
    found: dict[str, set[tuple[str, str]]] = {}
    for file, line in used():
        if file != "action.yml" and (pin := PIN.match(line)):
            found.setdefault(pin["action"], set()).add((pin["commit"], pin["version"]))
    assert {action: pins for action, pins in found.items() if len(pins) > 1} == {}
    assert "actions/checkout" in found


def test_a_commit_is_that_of_one_release_of_one_action() -> None:
    found: dict[str, set[str]] = {}
    for _, line in used():
        if pin := PIN.match(line):
            repository = "/".join(pin["action"].split("/")[:2])
            found.setdefault(pin["commit"], set()).add(f"{repository}@{pin['version']}")
    assert {commit: names for commit, names in found.items() if len(names) > 1} == {}


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_grants_nothing_and_no_two_runs_of_it_get_in_each_others_way(name: str) -> None:
    content = workflow(name)
    assert content["permissions"] == {}
    assert "concurrency" in content or list(content["on"]) == ["workflow_call"]


def test_a_job_has_the_rights_it_needs_and_an_end() -> None:
    assert [(name, job) for name, job, content in jobs() if not content.get("permissions")] == []
    assert [
        (name, job) for name, job, content in jobs() if "timeout-minutes" not in content and "uses" not in content
    ] == []
    granted = {(name, job): content["permissions"] for name, job, content in jobs()}
    assert {job: rights for job, rights in granted.items() if rights != {"contents": "read"}} == WRITES


def test_what_may_write_or_sign_runs_no_code_of_the_repository_or_of_packages() -> None:
    for name, job, content in jobs():
        if (name, job) in WRITES:
            told = "\n".join(step.get("run", "") for step in content.get("steps", []))
            assert re.findall(r"\b(?:python|pip|make|npm|npx|node|bash|sh|source|uv)\b", told) == [], f"{name}.{job}"


def test_no_expression_is_pasted_into_a_shell() -> None:
    assert [where for where, step in steps() if "${{" in step.get("run", "")] == []


def test_a_checkout_leaves_no_token_behind() -> None:
    checkouts = [step for _, step in steps() if step.get("uses", "").startswith("actions/checkout@")]
    assert [step for step in checkouts if step.get("with", {}).get("persist-credentials") != "false"] == []
    assert checkouts


def test_a_release_is_built_without_caches() -> None:
    found = [job for name in ("release", "audit", "test", "sarif", "models") for job in workflow(name)["jobs"].values()]
    for step in [step for job in found for step in job.get("steps", [])]:
        assert not step.get("uses", "").startswith("actions/cache")
        assert "cache" not in step.get("with", {})
        if step.get("uses", "").startswith("actions/setup-node@"):
            assert step["with"]["package-manager-cache"] == "false"


def test_a_release_is_published_only_after_all_tests_and_from_what_was_built() -> None:
    release = workflow("release")["jobs"]
    assert set(release["publish"]["needs"]) == {"audit", "tests", "sarif", "models", "action", "build"}
    assert all(release[job]["needs"] == "version" for job in release["publish"]["needs"])
    assert release["publish"]["environment"]["name"] == "pypi"
    assert release["tests"]["uses"].endswith("/test.yml")
    assert release["action"]["uses"].endswith("/action.yml")
    assert release["audit"]["uses"].endswith("/audit.yml")


def test_every_lock_is_held_against_advisories_for_the_oldest_and_the_newest_python_every_day() -> None:
    """Without `--strict`, what could not be looked up would pass."""
    audit, tests = workflow("audit"), workflow("test")
    pythons = tests["jobs"]["tests"]["strategy"]["matrix"]["python"]
    assert audit["jobs"]["audit"]["strategy"]["matrix"]["python"] == pythons
    assert audit["on"]["schedule"][0]["cron"].endswith(" * * *")
    assert "requirements/**" in audit["on"]["pull_request"]["paths"]
    (recipe,) = re.findall(r"^audit:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    (locks,) = re.findall(r"for lock in ([\w ]+);", recipe)
    assert {f"{lock}.txt" for lock in locks.split()} == {path.name for path in (ROOT / "requirements").glob("*.txt")}
    assert "pip-audit --strict --require-hashes " in recipe


def test_a_release_says_what_is_installed_with_it_and_where_it_was_built() -> None:
    jobs = workflow("release")["jobs"]
    assert "make sbom" in "\n".join(step.get("run", "") for step in jobs["build"]["steps"])
    attested = {
        step["uses"].partition("@")[0]: step["with"] for step in jobs["publish"]["steps"] if "attest" in step["uses"]
    }
    assert attested["actions/attest-build-provenance"]["subject-path"].split() == ["dist/*", "sbom/*"]
    assert attested["actions/attest"]["sbom-path"] == "sbom/leastscope.cdx.json"


def test_the_tests_run_on_the_three_systems_with_the_oldest_python_first() -> None:
    matrix = workflow("test")["jobs"]["tests"]["strategy"]["matrix"]
    assert [system.partition("-")[0] for system in matrix["system"]] == ["ubuntu", "macos", "windows"]
    assert f">={matrix['python'][0]}" == project()["requires-python"]


def words(pattern: str, path: str) -> list[str]:
    """Give the versions of Python in the first match of a pattern in a file."""
    found = re.search(pattern, (ROOT / path).read_text("utf-8"))
    assert found, path
    return re.findall(r"3\.\d+", found[0])


def test_the_workflow_the_script_the_classifiers_and_the_pages_name_the_same_pythons() -> None:
    pythons = workflow("test")["jobs"]["tests"]["strategy"]["matrix"]["python"]
    classified = [name.rpartition(" :: ")[2] for name in project()["classifiers"] if ":: Python :: 3." in name]
    assert classified == pythons
    assert words(r"(?m)^pythons='.*'$", ".ci/run") == pythons
    assert words(r"its tests run on .+?\. ", "README.md") == pythons
    assert words(r"can differ on Python [^:]+?,\s+the", "CONTRIBUTING.md") == pythons


def checks_of_few_files() -> dict[str, list[str]]:
    """Map the targets that `.ci/run` runs whole only after a change to the paths that it watches."""
    script = (ROOT / ".ci/run").read_text("utf-8")
    rows = re.findall(r"^when_changed '([^']+)' ([\w-]+)", script, re.MULTILINE)
    return {target: paths.split() for paths, target in rows}


def test_what_the_script_leaves_out_runs_every_week_and_after_a_change_of_what_it_checks() -> None:
    found = {"sarif": workflow("sarif"), "models": workflow("models")}
    run = {name: "\n".join(step.get("run", "") for step in flow["jobs"][name]["steps"]) for name, flow in found.items()}
    assert len(checks_of_few_files()) == 4
    for target, paths in checks_of_few_files().items():
        (name,) = [name for name, told in run.items() if re.search(rf"make .*\b{target}\b", told)]
        watched = found[name]["on"]["push"]["paths"]
        assert found[name]["on"]["pull_request"]["paths"] == watched
        assert found[name]["on"]["schedule"]
        assert [path for path in paths if not (ROOT / path).exists()] == []
        assert [path for path in paths if not any(fnmatch(f"{path}/x", each) or path == each for each in watched)] == []


def test_what_a_workflow_makes_and_installs_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = {
        word
        for line in re.findall(r"\bmake (.+)", commands())
        for word in line.split()
        if re.fullmatch(r"[a-z-]+", word)
    }
    assert "workflows-check" in targets
    assert {target for target in targets if not re.search(rf"^{target}:", makefile, re.MULTILINE)} == set()
    locks = set(re.findall(r"requirements/[\w.]+", commands()))
    assert "requirements/dev.txt" in locks
    assert {lock for lock in locks if not (ROOT / lock).is_file()} == set()


def test_the_action_is_tried_with_inputs_and_outputs_that_it_has() -> None:
    action, tried = read(ROOT / "action.yml"), workflow("action")["jobs"]["action"]["steps"]
    given = {key for step in tried if step.get("uses") == "./" for key in step["with"]}
    assert given <= set(action["inputs"])
    check = tried[-1]["run"]
    named = {word.replace("_", "-") for word in re.findall(r"(\w+)=\"", check)} | set(
        re.findall(r"outputs\[\"([\w-]+)", check)
    )
    assert {"exit-code", "needs-more", "sarif-file"} <= named
    assert named <= set(action["outputs"])


def test_dependabot_looks_where_there_is_something() -> None:
    updates = {
        each["package-ecosystem"]: each["directory"] for each in read(ROOT / ".github/dependabot.yml")["updates"]
    }
    assert updates == {"github-actions": "/", "docker": "/", "npm": "/tests/sarif"}
    assert (ROOT / "Containerfile").is_file()
    assert (ROOT / "tests/sarif/package-lock.json").is_file()


# What others take from us


def project() -> dict[str, Any]:
    loaded: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return loaded


def hooks() -> list[dict[str, Any]]:
    return yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))  # type: ignore[no-any-return]


def test_a_hook_for_pre_commit_runs_a_command_that_there_is_once_for_all_files() -> None:
    scripts = project()["scripts"]
    for hook in hooks():
        program, command = hook["entry"].split()
        assert program in scripts
        assert command in cli.NAMES
        assert (hook["language"], hook["pass_filenames"], hook["require_serial"]) == ("python", False, True)
        assert {"python", "json", "yaml", "toml"} <= set(hook["types_or"])


def test_the_page_on_pre_commit_names_every_hook_and_what_it_runs() -> None:
    page = (ROOT / "docs/pre-commit.md").read_text("utf-8")
    for hook in hooks():
        assert f"| `{hook['id']}` | `{' '.join([hook['entry'], *hook.get('args', [])])}` |" in page


def test_the_page_on_gitlab_shows_the_file_that_is_checked_against_the_schema() -> None:
    page = (ROOT / "docs/gitlab.md").read_text("utf-8")
    shown = re.findall(r"<!-- pipelines/(\S+) -->\n\n```yaml\n(.*?)```\n", page, re.DOTALL)
    assert shown == [("gitlab.yml", (ROOT / "docs/pipelines/gitlab.yml").read_text("utf-8"))]


def test_the_pipeline_for_gitlab_gives_options_that_the_command_has() -> None:
    (job,) = read(ROOT / "docs/pipelines/gitlab.yml").values()
    (line,) = [line for line in job["script"] if line.startswith("leastscope ")]
    options = {option for parameter in service.ci.params for option in parameter.opts}
    assert set(re.findall(r"(?<= )-[\w-]+", line)) <= options
    assert job["artifacts"]["reports"]["codequality"] in line
    assert job["variables"]["GIT_DEPTH"] == "0"


def test_what_is_shown_to_others_is_this_release() -> None:
    version = project()["version"]
    shown = {
        "docs/pipelines/gitlab.yml": re.findall(
            r"leastscope==(\S+)", (ROOT / "docs/pipelines/gitlab.yml").read_text("utf-8")
        ),
        "docs/pre-commit.md": re.findall(r"rev: v(\S+)", (ROOT / "docs/pre-commit.md").read_text("utf-8")),
    }
    assert shown == {page: [version] for page in shown}
