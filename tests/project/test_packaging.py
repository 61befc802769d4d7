"""The wheel holds everything that a run needs and runs from anywhere; the sdist holds the checkout and builds that wheel."""

from __future__ import annotations

import email
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from typing import TYPE_CHECKING

import pytest

from leastscope import __version__
from leastscope.rulebook.compile import COMPILED_NAME, FUNCTIONS, available_systems, rules_root
from places import ROOT
from tools import quotes

if TYPE_CHECKING:
    from email.message import Message
    from pathlib import Path

EXAMPLE = "fixtures/projects/example"
PACK_DATA = sorted(path.relative_to(ROOT / "rules").as_posix() for path in (ROOT / "rules").rglob("*.yaml"))


def built(target: str, source: Path, folder: Path, **variables: str) -> Path:
    """Build a wheel or an sdist as pip does, but without an environment of its own for the build."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder)]
    subprocess.run(command, cwd=source, env={**os.environ, **variables}, check=True, capture_output=True)  # noqa: S603
    (found,) = folder.glob("leastscope-*")
    return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built("wheel", ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder that the sdist unpacks to."""
    folder = tmp_path_factory.mktemp("sdist")
    shutil.unpack_archive(built("sdist", ROOT, folder), folder, filter="data")
    return folder / f"leastscope-{__version__}"


@pytest.fixture(scope="module")
def metadata(unpacked: Path) -> Message:
    """Give what the wheel says of itself on an index."""
    (found,) = unpacked.glob("leastscope-*.dist-info/METADATA")
    return email.message_from_string(found.read_text("utf-8"))


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    shutil.unpack_archive(wheel, folder, "zip")
    return folder


def run(unpacked: Path, cwd: Path, cache: Path, code: str) -> str:
    """Run code with the wheel's content in front of everything else that is installed."""
    environment = {**os.environ, "PYTHONPATH": str(unpacked), "XDG_CACHE_HOME": str(cache), "PYTHONUTF8": "1"}
    environment["COLUMNS"] = "100"  # as the quotes of the documentation have it
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=cwd, env=environment, check=False, capture_output=True, encoding="utf-8")  # noqa: S603
    assert done.stderr == ""
    return done.stdout


def test_a_checkout_reads_the_packs_beside_the_package() -> None:
    assert rules_root() == ROOT / "rules"


def test_the_wheel_holds_every_file_of_every_pack_and_its_compiled_form(wheel: Path) -> None:
    expected = {f"leastscope/_rules/{name}" for name in PACK_DATA}
    expected |= {
        f"leastscope/_rules/{system}/{COMPILED_NAME}" for system in (*available_systems(ROOT / "rules"), FUNCTIONS)
    }
    held = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("leastscope/_rules/")}
    assert held == expected
    assert PACK_DATA


def test_the_wheel_holds_the_package_its_license_and_nothing_of_the_checkout(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    code = {
        path.relative_to(ROOT / "analyzer" / "leastscope").as_posix()
        for path in (ROOT / "analyzer" / "leastscope").rglob("*.py")
    }
    assert {f"leastscope/{name}" for name in code} <= set(names)
    assert any(name.endswith("/licenses/LICENSE") for name in names)
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"leastscope"}
    assert "leastscope/py.typed" in names


def test_an_environment_gets_the_package_and_the_command_and_nothing_called_analyzer(
    wheel: Path, tmp_path: Path
) -> None:
    """Nothing is downloaded: the dependencies, but not the checkout, are those of the environment that runs the tests."""
    home, scripts = tmp_path / "venv", "Scripts" if sys.platform == "win32" else "bin"
    subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)  # noqa: S603
    ask = [str(home / scripts / "python"), "-I", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = tmp_path / subprocess.run(ask, check=True, capture_output=True, encoding="utf-8").stdout.strip()  # noqa: S603
    before = {entry.name for entry in site.iterdir()}
    install = [str(home / scripts / "python"), "-I", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, "--no-deps", "--no-index", str(wheel)], check=True)  # noqa: S603
    assert {entry.name for entry in site.iterdir()} - before == {"leastscope", f"leastscope-{__version__}.dist-info"}
    assert (site / "leastscope" / "_rules" / "stripe" / "pack.yaml").is_file()

    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib"), "utf-8")
    for command in ([str(home / scripts / "python"), "-I", "-m", "leastscope"], [str(home / scripts / "leastscope")]):
        said = subprocess.run([*command, "--version"], cwd=tmp_path, check=True, capture_output=True, encoding="utf-8")  # noqa: S603
        assert said.stdout == f"leastscope, version {__version__}\n"
    scan = [str(home / scripts / "python"), "-I", "-m", "leastscope", "scan", str(ROOT / EXAMPLE)]
    done = subprocess.run(scan, cwd=tmp_path, check=False, capture_output=True, encoding="utf-8")  # noqa: S603
    assert (done.returncode, done.stderr) == (1, "")


def test_the_metadata_leads_to_the_source_the_issues_the_changes_and_the_documentation(metadata: Message) -> None:
    urls = dict(text.split(", ") for text in metadata.get_all("Project-URL", []))
    assert set(urls) == {"Changelog", "Documentation", "Issues", "Source"}
    assert all(url.startswith(urls["Source"]) for url in urls.values())


def test_a_link_of_the_description_is_absolute_or_inside_the_page_and_names_a_file_of_the_checkout(
    metadata: Message,
) -> None:
    description = metadata.get_payload()
    assert isinstance(description, str)
    targets = re.findall(r"\]\(([^)\s]+)\)", description)
    files = f"https://github.com/leastscope/leastscope/blob/v{__version__}/"
    assert [target for target in targets if not target.startswith(("https://", "#"))] == []
    ours = [target.removeprefix(files).partition("#")[0] for target in targets if target.startswith(files)]
    assert "docs/cli.md" in ours
    assert [path for path in ours if not (ROOT / path).exists()] == []


def listed(*options: str) -> set[str]:
    """Give what `git ls-files` lists of the checkout."""
    command = ["git", "-c", "core.quotePath=false", "ls-files", "-z", *options]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, encoding="utf-8")  # noqa: S603
    return {name for name in done.stdout.split("\0") if name and (ROOT / name).exists()}


def test_the_sdist_holds_what_is_committed_and_nothing_stray(sdist: Path) -> None:
    held = {path.relative_to(sdist).as_posix() for path in sdist.rglob("*") if path.is_file()}
    assert held - listed("--cached", "--others", "--exclude-standard") == {"PKG-INFO"}
    assert listed("--cached") - held == set()


@pytest.mark.slow
def test_what_is_built_again_elsewhere_and_later_is_the_same_bytes(sdist: Path, wheel: Path, tmp_path: Path) -> None:
    """From the unpacked sdist, whose files have other times and rights; in another order of hashes."""
    for path in [path for path in sdist.rglob("*") if path.is_file()]:
        path.chmod(0o600 | path.stat().st_mode & 0o100)
        os.utime(path, (1_000_000_000, 1_000_000_000))
    assert built("wheel", sdist, tmp_path / "wheel", PYTHONHASHSEED="7").read_bytes() == wheel.read_bytes()
    again = built("sdist", sdist, tmp_path / "sdist", PYTHONHASHSEED="7")
    assert again.read_bytes() == built("sdist", ROOT, tmp_path / "first", PYTHONHASHSEED="8").read_bytes()


def test_the_wheel_finds_its_own_packs_and_does_not_compile_them_again(unpacked: Path, tmp_path: Path) -> None:
    cache, away = tmp_path / "cache", tmp_path / "away"
    away.mkdir()
    code = (
        "from leastscope.rulebook.compile import available_systems, compiled, compiled_functions, rules_root\n"
        "compiled_functions()\n"
        "print(rules_root())\n"
        "print([compiled(rules_root() / system).system for system in available_systems()])\n"
    )
    systems = list(available_systems(ROOT / "rules"))
    assert run(unpacked, away, cache, code).splitlines() == [str(unpacked / "leastscope" / "_rules"), str(systems)]
    assert not cache.exists()


def test_the_wheel_prints_what_the_checkout_prints(unpacked: Path, tmp_path: Path) -> None:
    away = tmp_path / "away"
    shutil.copytree(ROOT / EXAMPLE, away / EXAMPLE)
    code = f"from leastscope.cli import main; main(['scan', {EXAMPLE!r}], prog_name='leastscope')"
    assert run(unpacked, away, tmp_path / "cache", code) == quotes.output(f"scan {EXAMPLE}")


def test_the_command_is_the_one_that_the_wheel_installs(unpacked: Path) -> None:
    (entry,) = unpacked.glob("leastscope-*.dist-info/entry_points.txt")
    assert "leastscope = leastscope.__main__:main" in entry.read_text("utf-8").splitlines()
