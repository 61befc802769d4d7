"""What a browser makes of `--format html`: nothing that axe-core objects to, nothing loaded, and all controls work.

axe-core and the driver of Chromium come from npm: `make sarif-check` installs them and runs this file, which pytest
collects only when it is named. SARIF_PICTURES names a folder for pictures of the pages.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from command import run
from leastscope.report.formats import View, render_state
from markup_pages import link
from places import ROOT
from report_samples import REPORT, source

HERE = ROOT / "tests/sarif"
PICTURES = os.environ.get("SARIF_PICTURES", "")
CALM = {"axe": [], "overflow": False, "errors": [], "requests": 1}
NAMES = ("sample", "fixtures")
Json = dict[str, Any]


def spoilt(page: str) -> str:
    """Return a page that has a script of somebody else, an image and text that can hardly be read."""
    strange = '<script>document.title = "pwned"</script><img src="https://shop.example/x.png"><p class="none">faint</p>'
    page = page.replace("</main>", f"{strange}</main>")
    return re.sub("style-src '[^']*'", "style-src 'unsafe-inline'", page).replace("--soft: #57606a", "--soft: #eeeeee")


@pytest.fixture(scope="session")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Json]:
    """Open the page of the sample, which has hostile names, of all project fixtures, and one that is spoilt."""
    folder = tmp_path_factory.mktemp("pages")
    sample = render_state("html", REPORT, View(source, link=link))
    projects = shutil.copytree(
        ROOT / "fixtures/projects", folder / "projects"
    )  # below our own root it would all be read
    fixtures = run(projects, "scan", "--format", "html").out.decode()
    pages = {"sample": sample, "fixtures": fixtures, "spoilt": spoilt(sample)}
    requests = []
    for name, text in pages.items():
        path = folder / f"{name}.html"
        path.write_text(text, "utf-8")
        requests.append({"page": str(path), "name": name, "pictures": PICTURES})
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
    asked = folder / "requests.json"
    asked.write_text(json.dumps(requests), "utf-8")
    command = ["node", str(HERE / "page.mjs"), str(asked)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=600)  # noqa: S603
    return dict(zip(pages, json.loads(done.stdout), strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_wide_narrow_and_dark_axe_finds_nothing_and_nothing_is_loaded(shown: dict[str, Json], name: str) -> None:
    assert shown[name]["views"] == {"wide": CALM, "narrow": CALM, "dark": CALM}


def test_a_spoilt_page_is_seen_to_be_one(shown: dict[str, Json]) -> None:
    wide = shown["spoilt"]["views"]["wide"]
    assert {one.split(":")[0] for one in wide["axe"]} >= {"color-contrast", "image-alt"}
    assert len([error for error in wide["errors"] if "Content Security Policy" in error]) >= 2


@pytest.mark.parametrize("name", NAMES)
def test_a_cell_opens_the_code_behind_it_with_and_without_the_script(shown: dict[str, Json], name: str) -> None:
    used = shown[name]["used"]
    assert (used["closed"], used["opened"], used["opened_again"]) == (0, [1, True], 1)
    assert used["without_script"] == [True, False]
    assert used["trouble"] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_keyboard_moves_searches_and_clears(shown: dict[str, Json], name: str) -> None:
    used = shown[name]["used"]
    assert used["arrows"] == [True, True]
    assert used["slash"] == "query"
    assert used["nothing"][:2] == [0, 0]
    assert re.fullmatch(r"0 of \d+ shown", used["nothing"][2])
    assert used["cleared"] == [used["rows"], used["articles"], ""]


@pytest.mark.parametrize("name", NAMES)
def test_the_selections_show_what_they_name(shown: dict[str, Json], name: str) -> None:
    used = shown[name]["used"]
    for found, of_them in (used["excess"], used["errors"]):
        assert found == of_them > 0
    assert used["excess"][0] < used["rows"]


@pytest.mark.parametrize("name", NAMES)
def test_on_paper_everything_is_open_and_the_controls_are_gone(shown: dict[str, Json], name: str) -> None:
    assert shown[name]["used"]["print"] == [0, True]
