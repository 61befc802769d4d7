"""Rows of functions are read as they stand, and refused with every error at its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from leastscope.errors import RulePackError
from leastscope.functions import (
    Argument,
    Asks,
    Calls,
    Declares,
    Decorates,
    Delegates,
    Enters,
    Enumerates,
    Fills,
    FunctionModels,
    Injects,
    Like,
    Makes,
    Manages,
    Provides,
    Queries,
    Reads,
    Registered,
    Returns,
    Row,
    Runs,
    Stores,
    Supplied,
    Supplies,
    Takes,
    Task,
)
from leastscope.rulebook import compile as subject
from leastscope.rulebook.compile import FUNCTIONS, available_systems, compiled_functions, encode_functions, rules_root
from leastscope.rulebook.functions import _KINDS, _METHOD_KINDS, load_functions

if TYPE_CHECKING:
    from pathlib import Path

    from leastscope.functions import MethodRow

WORDS = "following arguments or no arguments or elements or unpacked elements"
HEAD = "title: Shop\nurl: https://shop.example\n"


def loaded(folder: Path, text: str) -> FunctionModels:
    (folder / "shop.yaml").write_text(HEAD + text, "utf-8")
    return load_functions(folder)


def refused(folder: Path, text: str) -> list[str]:
    with pytest.raises(RulePackError) as raised:
        loaded(folder, text)
    return [line.removeprefix(f"{folder.as_posix()}/") for line in str(raised.value).splitlines()]


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("{returns: argument 0}", Returns("argument", Argument(0))),
        ("{returns: copy of argument 1 or value or item}", Returns("copy", Argument(1, ("value", "item")))),
        ("{returns: text of argument url}", Returns("text", Argument(-1, ("url",)))),
        ("{calls: argument 0}", Calls(Argument(0))),
        ("{calls: argument 0, with: no arguments}", Calls(Argument(0), "no arguments")),
        (
            "{calls: argument target, with: {args: argument args, kwargs: argument 2}, returns: nothing}",
            Calls(Argument(-1, ("target",)), "listed arguments", Argument(-1, ("args",)), Argument(2), "nothing"),
        ),
        ("{decorates: argument 0}", Decorates(Argument(0))),
        ("{provides: argument 0}", Provides(Argument(0))),
        ("{provides: result of argument 0}", Provides(Argument(0), called=True)),
        ("{reads: argument 0}", Reads(Argument(0))),
        ("{reads: argument 0, default: argument 1, required: true}", Reads(Argument(0), Argument(1), required=True)),
        ("{declares: argument factory, default: argument 0}", Declares(Argument(-1, ("factory",)), Argument(0))),
        ("{makes: decorator}", Makes("decorator")),
        ("{makes: object with keywords}", Makes("object with keywords")),
        ("{like: builtins.dict}", Like("builtins.dict")),
        ("{injects: argument 0 or dependency}", Injects(Argument(0, ("dependency",)))),
        ("{supplies: argument name}", Supplies(Argument(-1, ("name",)))),
        ("{supplies: argument 0, to: check, shared: common}", Supplies(Argument(0), "check", "common")),
        ("{supplied: shop.kept}", Supplied("shop.kept")),
        ("{runs: code}", Runs("code")),
        ("{runs: connection}", Runs("connection")),
        ("{enumerates: values}", Enumerates()),
        ("{enumerates: labels}", Enumerates("labels")),
        ("{enumerates: names}", Enumerates("names")),
        ("{delegates: _wrapped}", Delegates("_wrapped")),
        ("{queries: [objects, query]}", Queries(("objects", "query"))),
        ("{manages: [as_manager]}", Manages(("as_manager",))),
        ("{registered: [label, name]}", Registered(("label", "name"))),
        ("{returns: registered of argument 0}", Returns("registered", Argument(0))),
        ("{stores: argument 1, into: argument 0}", Stores(Argument(1), Argument(), Argument(0))),
        ("{stores: argument 2, under: argument 1, into: argument 0}", Stores(Argument(2), Argument(1), Argument(0))),
    ],
)
def test_a_row_is_read_as_it_stands(tmp_path: Path, text: str, row: Row) -> None:
    assert loaded(tmp_path, f"functions:\n  shop.make: {text}\n").of("shop.make") == row


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("{calls: argument 1, with: elements, returns: list}", Calls(Argument(1), "elements", gives="list")),
        ("{calls: argument 0, with: unpacked elements}", Calls(Argument(0), "unpacked elements")),
        ("{calls: argument 0, returns: future}", Calls(Argument(0), gives="future")),
        ("{enters: argument 0}", Enters(Argument(0))),
        ("{stores: argument 0 or item}", Stores(Argument(0, ("item",)))),
        ("{stores: argument 1, under: argument 0}", Stores(Argument(1), Argument(0))),
        ("{takes: argument 0}", Takes(Argument(0))),
        ("{fills: argument 0 or obj}", Fills(Argument(0, ("obj",)))),
        ("{makes: object}", Makes("object")),
        ("{asks: argument 0}", Asks(Argument(0))),
    ],
)
def test_a_row_of_a_method_is_read_as_it_stands(tmp_path: Path, text: str, row: MethodRow) -> None:
    assert loaded(tmp_path, f"methods:\n  run_later: {text}\n").methods == {"run_later": row}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("shop.run: {calls: argument 0}", "expected a name, found 'shop.run'"),
        (
            "run: {taken: argument 0}",
            f"expected a row with one of the keys {', '.join(_METHOD_KINDS)}, found 'taken'; did you mean 'takes'?",
        ),
        ("run: {stores: argument 0, key: argument 1}", "unknown key 'key'; allowed: stores, under"),
        (
            "run: {makes: decorator}",
            "expected object or instance or copy, found 'decorator'; allowed: copy, instance, object",
        ),
        ("run: {takes: copy of argument 0}", "expected argument 0 or argument 0 or url, found 'copy of argument 0'"),
        ("run: {stores: argument}", "expected argument 0, argument 0 or url, or copy of argument 0, found 'argument'"),
    ],
)
def test_a_wrong_row_of_a_method_is_refused_at_its_place(tmp_path: Path, text: str, message: str) -> None:
    (line,) = refused(tmp_path, f"methods:\n  {text}\n")
    place, _, told = line.partition(": ")
    assert (place.startswith("shop.yaml:4:"), told) == (True, message)


TABLES = (
    "receiving: [bind]\njoined: [_name]\nregistries: [get]\nwrapping: [Mapped]\nstanding-in: [answers]\n"
    "stand-ins: [mock]\ncommon: [save]\nheaders: {update: mapping, add_header: pair}\n"
    "queries: {first: one, make: pair}\nrecords: {sudo: same}\nsettings: {shop.conf.values: values}\n"
    "objects: {shop.current: shop.Shop}\n"
    "texts: {human: same, at: joined, sub: below}\n"
    "tasks:\n  later: {does: call}\n  s: {does: bind, with: {args: argument 0, kwargs: argument kwargs}}\n"
)


def test_tables_of_words_are_read_as_they_stand(tmp_path: Path) -> None:
    assert loaded(tmp_path, TABLES) == FunctionModels(
        tasks={"later": Task(), "s": Task(True, True, Argument(0), Argument(-1, ("kwargs",)))},
        receiving=("bind",),
        queries={"first": "one", "make": "pair"},
        records={"sudo": "same"},
        joined=("_name",),
        registries=("get",),
        settings={"shop.conf.values": "values"},
        objects={"shop.current": "shop.Shop"},
        texts={"human": "same", "at": "joined", "sub": "below"},
        wrapping=("Mapped",),
        standing_in=("answers",),
        stand_ins=("mock",),
        common=("save",),
        headers={"update": "mapping", "add_header": "pair"},
    )


def test_the_last_names_of_what_injects_are_gathered(tmp_path: Path) -> None:
    text = 'functions:\n  shop.Needs: {injects: argument 0}\n  "*.Given": {injects: argument 0}\n'
    assert loaded(tmp_path, text).injecting == ("Given", "Needs")


def test_the_last_names_of_decorators_that_supply_are_gathered(tmp_path: Path) -> None:
    text = 'functions:\n  shop.gives: {supplies: argument name}\n  "*.takes": {supplied: shop.kept}\n'
    gives, takes = Supplies(Argument(-1, ("name",))), Supplied("shop.kept")
    assert loaded(tmp_path, text).supplying == {"gives": gives, "takes": takes}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("queries: {first: many}", "expected one or pair or same, found the string 'many'"),
        ("texts: {human: [same]}", "expected same or joined or below, found a list"),
        ("headers: {update: all}", "expected mapping or pair, found the string 'all'"),
        ("tasks: {later: {does: run}}", "expected call or bind, found 'run'; allowed: bind, call"),
        ("tasks: {later: {dos: call}}", "unknown key 'dos'; did you mean 'does'?"),
        ("tasks: {later: {does: call, with: {args: 0}}}", "expected a string, found the number 0"),
        ("settings: {values: 1}", "expected a dotted name, found the number 1"),
        ("joined: _name", "expected a list, found the string '_name'"),
        ("functions: {shop.Base: {queries: objects}}", "expected a list, found the string 'objects'"),
    ],
)
def test_a_wrong_word_is_refused_at_its_place(tmp_path: Path, text: str, message: str) -> None:
    lines = refused(tmp_path, f"{text}\n")
    assert [line.partition(": ")[2] for line in lines if message in line] == [message], lines
    assert all(line.startswith("shop.yaml:3:") for line in lines)


def test_a_method_has_one_row(tmp_path: Path) -> None:
    (tmp_path / "again.yaml").write_text(HEAD + "methods: {run: {calls: argument 0}}\n", "utf-8")
    assert refused(tmp_path, "methods:\n  run: {takes: argument 0}\n") == [
        "shop.yaml:4:3: expected a name without a row, found 'run', which has one already"
    ]


@pytest.mark.parametrize(
    ("name", "asked", "found"),
    [
        ("shop.make", "shop.make", True),
        ("shop.make", "shop.sub.make", False),
        ("shop.*.make", "shop.make", True),
        ("shop.*.make", "shop.sub.make", True),
        ("shop.*.make", "other.make", False),
        ("*.make", "other.sub.make", True),
        ("*.make", "other.remake", False),
    ],
)
def test_a_star_stands_for_any_modules_or_none(tmp_path: Path, name: str, asked: str, *, found: bool) -> None:
    rows = loaded(tmp_path, f'functions:\n  "{name}": {{returns: argument 0}}\n')
    assert (rows.of(asked) is not None) is found


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("shop.compat.parse.quote", "urllib.parse.quote"),
        ("shop.Headers", "builtins.dict"),
        ("shop.compat", "shop.compat"),
        ("shop.compatible.quote", "shop.compatible.quote"),
    ],
)
def test_what_stands_for_a_function_of_python_has_its_name(tmp_path: Path, asked: str, name: str) -> None:
    text = "modules: {shop.compat: urllib}\nfunctions:\n  shop.Headers: {like: builtins.dict}\n"
    assert loaded(tmp_path, text).real_name(asked) == name


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("{returns: coppy of argument 0}", "unknown form 'coppy'; did you mean 'copy'?"),
        ("{returns: argument}", "expected argument 0, argument 0 or url, or copy of argument 0, found 'argument'"),
        ("{calls: copy of argument 0}", "expected argument 0 or argument 0 or url, found 'copy of argument 0'"),
        (
            "{calls: argument 0, with: no argument}",
            f"expected {WORDS}, found 'no argument'; did you mean 'no arguments'?",
        ),
        ("{calls: argument 0, wth: no arguments}", "unknown key 'wth'; did you mean 'with'?"),
        (
            "{makes: objects}",
            "expected object or object with keywords or decorator or caller, found 'objects'; did you mean 'object'?",
        ),
        (
            "{return: argument 0}",
            f"expected a row with one of the keys {', '.join(_KINDS)}, found 'return'; did you mean 'returns'?",
        ),
        ("returns", "expected a row, found the string 'returns'"),
    ],
)
def test_a_wrong_row_is_refused_with_the_nearest_right_value(tmp_path: Path, row: str, message: str) -> None:
    (line,) = refused(tmp_path, f"functions:\n  shop.make: {row}\n")
    place, _, text = line.partition(": ")
    assert place.startswith("shop.yaml:4:")
    assert text == message


def test_all_errors_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "again.yaml").write_text(HEAD + "functions: {shop.make: {returns: argument 0}}\n", "utf-8")
    text = "functions:\n  shop.make: {returns: argument 0}\n  shop-x: {returns: argument 0}\nmodules: {a: 1}\n"
    assert refused(tmp_path, text) == [
        "shop.yaml:4:3: expected a name without a row, found 'shop.make', which has one already",
        "shop.yaml:5:3: expected a dotted name, found 'shop-x'",
        "shop.yaml:6:14: expected a dotted name, found the number 1",
    ]


def test_a_folder_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RulePackError, match="has no rows of functions"):
        load_functions(tmp_path)


def test_the_compiled_rows_are_the_rows_and_are_read_in_a_second_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = rules_root() / FUNCTIONS
    expected = load_functions(folder)
    assert compiled_functions() == expected
    monkeypatch.setattr(subject, "load_functions", lambda _: pytest.fail("the rows were parsed again"))
    assert compiled_functions() == expected
    assert encode_functions(expected, folder) == encode_functions(expected, folder)


def test_the_rows_are_no_system() -> None:
    assert FUNCTIONS not in available_systems()
