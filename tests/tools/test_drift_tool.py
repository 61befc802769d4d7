"""A newer release of a client library finds its way into the list that the library's model is made of."""

from __future__ import annotations

import pytest

from places import ROOT
from tools import drift
from tools.adyen_sdk import releases as adyen
from tools.stripe_sdk import releases as stripe

MODULE = '''"""Releases."""

VERSIONS = (
    "1.4.0",
    "2.3.1",
)
_OTHER = ("9.9.9",)
'''


@pytest.mark.parametrize(
    ("newest", "rows"),
    [
        ("2.3.1", ["1.4.0", "2.3.1"]),
        ("2.3.0", ["1.4.0", "2.3.1"]),
        ("2.10.0", ["1.4.0", "2.10.0"]),
        ("3.0.0", ["1.4.0", "2.3.1", "3.0.0"]),
        ("11.0.0", ["1.4.0", "2.3.1", "11.0.0"]),
    ],
)
def test_the_newest_release_of_a_major_version_stands_for_it(newest: str, rows: list[str]) -> None:
    renewed = drift.with_release(MODULE, newest)
    assert renewed == MODULE.replace('    "1.4.0",\n    "2.3.1",\n', "".join(f'    "{version}",\n' for version in rows))


@pytest.mark.parametrize("module", ["", "VERSIONS = ()\n", "VERSIONS = (\n)\n", 'OTHER = (\n    "1.0",\n)\n'])
def test_a_module_without_releases_is_an_error(module: str) -> None:
    with pytest.raises(ValueError, match="VERSIONS"):
        drift.with_release(module, "1.0.0")


def test_pip_is_believed_in_the_release_it_names_first() -> None:
    answer = "stripe (16.2.0)\nAvailable versions: 16.2.0, 16.1.0\n  INSTALLED: 15.0.0\n"
    assert drift.named(answer) == "16.2.0"


@pytest.mark.parametrize("answer", ["", "Available versions: 1.0\n", 'x (1.0",)\n', "x ()\n"])
def test_an_answer_that_names_no_release_is_an_error(answer: str) -> None:
    with pytest.raises(ValueError, match=r"no release|Invalid version"):
        drift.named(answer)


@pytest.mark.parametrize(("package", "versions"), [("stripe", stripe.VERSIONS), ("Adyen", adyen.VERSIONS)])
def test_the_lists_of_the_generators_are_found(package: str, versions: tuple[str, ...]) -> None:
    module = (ROOT / drift.LISTS[package]).read_text("utf-8")
    last = f'    "{versions[-1]}",\n)\n'
    assert drift.with_release(module, versions[-1]) == module
    assert drift.with_release(module, "999.0.0") == module.replace(
        last, f'    "{versions[-1]}",\n    "999.0.0",\n)\n', 1
    )
