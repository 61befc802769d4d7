"""The score on real packages counts what it says it counts."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from tools import corpus
from tools.corpus import Package, Row, Work

if TYPE_CHECKING:
    from pathlib import Path

_LIST = Row("shop.py", 3, "GET", "/v1/customers")
_READ = Row("shop.py", 4, "GET", "/v1/customers/{}")
_HIDDEN = Row("shop.py", 5, "POST", "/v1/refunds")
_PACKAGE = Package("shop", "1.0", {_LIST: "direct", _READ: "instance", _HIDDEN: "wrapper"}, frozenset({_HIDDEN}))


def _request(line: int, verb: str, path: str, resolution: str = "resolved") -> dict[str, Any]:
    return {"file": "shop.py", "line": line, "verb": verb, "path": path, "resolution": resolution}


def _score(*requests: dict[str, Any], gaps: tuple[str, ...] = ()) -> corpus.Score:
    said = {"requests": requests, "gaps": [{"kind": kind} for kind in gaps]}
    return corpus.score(_PACKAGE, said, 1.5, Work(100, 20))


@pytest.mark.parametrize("hole", ["{customer}", "{id}", "{}"])
def test_a_label_is_found_whatever_the_hole_is_called(hole: str) -> None:
    assert _READ in _score(_request(4, "GET", f"/v1/customers/{hole}")).found


@pytest.mark.parametrize(
    ("line", "verb", "path"),
    [(5, "GET", "/v1/customers/{id}"), (4, "POST", "/v1/customers/{id}"), (4, "GET", "/v1/customers")],
    ids=["another line", "another verb", "another path"],
)
def test_a_row_that_differs_is_wrong_and_leaves_its_label_missed(line: int, verb: str, path: str) -> None:
    found = _score(_request(line, verb, path))

    assert len(found.wrong) == 1
    assert _READ in found.missed


def test_a_row_is_possible_only_if_no_request_of_it_is_certain() -> None:
    twice = [_request(3, "GET", "/v1/customers", resolution) for resolution in ("possible", "resolved")]

    assert _score(*twice).possible == frozenset()
    assert _score(twice[0]).possible == {_LIST}


def test_what_only_other_code_asks_for_is_neither_found_nor_wrong() -> None:
    unlabeled, labeled = _request(9, "GET", "/v1/plans", "outside"), _request(3, "GET", "/v1/customers", "outside")

    found = _score(unlabeled, labeled)

    assert (len(found.outside), len(found.wrong)) == (1, 0)
    assert found.found == {_LIST}
    assert len(_score(unlabeled, {**unlabeled, "resolution": "possible"}).wrong) == 1


def test_every_miss_and_every_wrong_row_is_shown_with_its_line_of_code(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text("import stripe\n\nfirst()\nsecond()\nthird()\n", "utf-8")

    shown = "\n".join(corpus.details(_score(_request(3, "POST", "/v1/customers", "possible")), tmp_path))

    assert "missed: shop.py:3 GET /v1/customers\n      first()" in shown
    assert "missed: shop.py:5 POST /v1/refunds (not knowable)\n      third()" in shown
    assert "wrong: shop.py:3 POST /v1/customers (possible)\n      first()" in shown


def test_the_table_adds_up_the_packages() -> None:
    scores = [_score(_request(3, "GET", "/v1/customers"), gaps=("dynamic-operation",)), _score()]

    rows = corpus.table(scores)

    assert rows[2] == "| shop 1.0 | 3 | 1 | 2 | 1 | 0 | 0 | 1 | 100 | 20 | 1.5 |"
    assert rows[-1] == "| all | 6 | 1 | 5 | 2 | 0 | 0 | 1 | 200 | 20 | 3.0 |"


def test_the_kinds_are_counted_over_all_packages() -> None:
    rows = corpus.by_kind([_score(_request(3, "GET", "/v1/customers"), gaps=("dynamic-operation",)), _score()])

    assert "| direct | 2 | 1 | 1 |" in rows
    assert "| dynamic-operation | 1 |" in rows


def test_labels_are_read_with_the_version_from_the_name_of_the_file(tmp_path: Path) -> None:
    text = "file\tline\tverb\tpath\tkind\tknowable\tnote\nshop.py\t5\tPOST\t/v1/refunds\twrapper\tno\t\n"
    (tmp_path / "shop-core-0.1.0b4.tsv").write_text(text, "utf-8")

    assert corpus.read_labels(tmp_path) == [
        Package("shop-core", "0.1.0b4", {_HIDDEN: "wrapper"}, frozenset({_HIDDEN})),
    ]


def test_a_label_file_without_a_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "shop.tsv").write_text("file\n", "utf-8")

    with pytest.raises(SystemExit, match=r"NAME-VERSION\.tsv"):
        corpus.read_labels(tmp_path)


def test_the_committed_labels_can_be_read() -> None:
    packages = corpus.read_labels(corpus.LABELS)

    assert len(packages) >= 12
    assert all(row.verb in {"GET", "POST", "DELETE"} for package in packages for row in package.labels)
    assert all(row.path.startswith("/") for package in packages for row in package.labels)


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ((1, 1), []),
        ((2, 1), ["shop: 1 labels found, at least 2 are expected"]),
        ((1, 0), ["shop: 1 rows wrong, at most 0 are expected"]),
        ((3, 0), ["shop: 1 labels found, at least 3 are expected", "shop: 1 rows wrong, at most 0 are expected"]),
    ],
)
def test_less_found_or_more_wrong_than_the_bounds_allow_is_said(bounds: tuple[int, int], said: list[str]) -> None:
    found = _score(_request(3, "GET", "/v1/customers"), _request(9, "GET", "/v1/customers"))

    assert corpus.outside(found, bounds) == said


def test_the_bounds_are_of_packages_with_labels_and_leave_no_room_that_no_label_could_fill() -> None:
    labels = {package.name: len(package.labels) for package in corpus.read_labels(corpus.LABELS)}
    bounds = corpus.read_bounds(corpus.LABELS / "bounds.csv")

    assert {name for name, (least, _) in bounds.items() if least > labels.get(name, -1)} == set()
    assert sum(least for least, _ in bounds.values()) > 250
    assert sum(most for _, most in bounds.values()) < 10


def test_a_package_outside_its_bounds_fails_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = tmp_path / "arcade-stripe" / "src" / "arcade_stripe" / "tools"
    code.mkdir(parents=True)
    (code / "stripe.py").write_text("", "utf-8")
    bounds = tmp_path / "bounds.csv"
    bounds.write_text("package,found,wrong\narcade-stripe,1,0\n", "utf-8")

    assert corpus.main(["--folder", str(tmp_path), "--bounds", str(bounds)]) == 1
    assert capsys.readouterr().out.endswith("arcade-stripe: 0 labels found, at least 1 are expected\n")


@pytest.mark.skipif(sys.version_info < (3, 11), reason="Python 3.10 always looks for modules in the working directory")
def test_nothing_of_a_package_is_imported(tmp_path: Path) -> None:
    for module in ("click", "inspect", "leastscope"):
        (tmp_path / f"{module}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n", "utf-8")
    (tmp_path / "shop.py").write_text("import stripe\n\nstripe.Customer.list()\n", "utf-8")
    found = corpus._scan(_PACKAGE, tmp_path, tmp_path, 60)
    assert found.found == {_LIST}
    assert found.work == (1, 1)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (None, []),
        (Work(100, 20), []),
        (Work(85, 10), []),
        (Work(81, 20), ["shop: 100 evaluations, about 81 are expected"]),
        (Work(100, 9), ["shop: 20 evaluations of one unit, about 9 are expected"]),
    ],
)
def test_clearly_more_work_than_is_written_down_is_said(known: Work | None, said: list[str]) -> None:
    assert corpus.more_work(_score(), known) == said


def test_work_that_is_written_down_is_read_back_in_the_order_of_names(tmp_path: Path) -> None:
    work = {"shop": Work(100, 20), "acme": Work(1, 1)}
    corpus.write_work(tmp_path / "work.csv", work)
    assert corpus.read_work(tmp_path / "work.csv") == work
    assert (tmp_path / "work.csv").read_text("utf-8").startswith("package,evaluations,most\nacme,1,1\n")


def test_the_work_of_each_package_of_which_ci_asks_is_written_down() -> None:
    known, labels = corpus.read_work(corpus.WORK), corpus.read_labels(corpus.LABELS)
    assert known.keys() >= corpus.read_bounds(corpus.LABELS / "bounds.csv").keys()
    assert known.keys() <= {package.name for package in labels}


def test_a_scan_that_takes_more_work_fails_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code = tmp_path / "arcade-stripe" / "src" / "arcade_stripe" / "tools"
    code.mkdir(parents=True)
    calls = "".join(f"def f{index}():\n    stripe.Customer.list()\n" for index in range(20))
    (code / "stripe.py").write_text(f"import stripe\n{calls}", "utf-8")
    monkeypatch.setattr(corpus, "WORK", tmp_path / "work.csv")
    corpus.write_work(corpus.WORK, {"arcade-stripe": Work(5, 1)})
    command = ["--folder", str(tmp_path), "--package", "arcade-stripe"]

    assert corpus.main(command) == 1
    assert capsys.readouterr().out.endswith("arcade-stripe: 21 evaluations, about 5 are expected\n")
    assert corpus.main([*command, "--keep-work"]) == 0
    assert corpus.read_work(corpus.WORK) == {"arcade-stripe": Work(21, 1)}
