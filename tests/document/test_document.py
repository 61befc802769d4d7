"""YAML and TOML become the same tree as JSON, and what does not fit is noted at its place."""

from __future__ import annotations

import math

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leastscope.document import Fields, Leaf, MapNode, Problems, describe, nearest, read_json, read_toml, read_yaml
from leastscope.model import InputError, Span
from positions import at, good, leaves, place, plain

WORDS = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), max_size=30)
VALUES = st.recursive(
    st.booleans() | st.integers() | WORDS,
    lambda inner: st.lists(inner) | st.dictionaries(WORDS, inner),
    max_leaves=12,
)


@given(value=VALUES, flow=st.booleans())
def test_what_yaml_writes_is_read_as_the_same_value_and_plain_words_stand_where_they_say(
    value: object, flow: bool
) -> None:
    text = yaml.safe_dump(value, default_flow_style=flow, allow_unicode=True, width=10_000, default_style='"')
    node = good(read_yaml("a.yaml", text.encode()))
    assert plain(node) == value
    for leaf in leaves(node):
        written = at(text, leaf.span)
        assert isinstance(leaf.value, bool | int) or written.endswith('"') or written.startswith('"')


@given(st.binary() | st.text(alphabet="{}[]:,-?!&*<|>%\"'#@ab0~ \n\r\t\ufeff").map(str.encode))
def test_any_bytes_give_a_tree_or_an_error(data: bytes) -> None:
    node = read_yaml("a.yaml", data)
    assert not isinstance(node, InputError) or node.message.startswith("expected ")


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("off", "off"),
        ("No", "No"),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("-12", -12),
        ("0x1F", 31),
        ("0o17", 15),
        ("017", 17),
        ("1.50", 1.5),
        ("0.0.1", "0.0.1"),
        ("2026-11-21", "2026-11-21"),
        ("1_000", "1_000"),
        (".inf", math.inf),
        ("-.Inf", -math.inf),
        ("! 12", "12"),
        ("!!str 12", "12"),
        ("!!int 12", 12),
        ("'12'", "12"),
    ],
)
def test_plain_words_follow_the_core_schema(word: str, value: object) -> None:
    node = good(read_yaml("a.yaml", f"key: {word}\n".encode()))
    assert isinstance(node, MapNode)
    assert plain(node.entries[0].value) == value


def test_not_a_number_is_a_number() -> None:
    node = good(read_yaml("a.yaml", b".nan"))
    assert isinstance(node, Leaf)
    assert isinstance(node.value, float)
    assert math.isnan(node.value)


def test_an_empty_file_is_null() -> None:
    assert good(read_yaml("a.yaml", b"# nothing\n")) == Leaf(Span("a.yaml", 1, 1, 1, 1), None)


def test_every_scalar_key_and_list_of_yaml_has_its_place() -> None:
    text = "# é\nkey: \"two\"\nlist:\n  - one\n  - {a: 'é😀', b: 3}\n"
    node = good(read_yaml("a.yaml", text.encode()))
    assert [at(text, leaf.span) for leaf in leaves(node)] == [
        *("key", '"two"', "list", "one", "a", "'é😀'", "b", "3"),
    ]
    assert isinstance(node, MapNode)
    assert node.span.line == 2
    assert node.entries[1].value.span.line == 4


def test_lines_of_yaml_end_where_lines_of_other_files_end() -> None:
    node = good(read_yaml("a.yaml", 'a: "x\u2028y"\r\nb: 1\rc: 2\n'.encode()))
    assert [leaf.span.line for leaf in leaves(node)] == [1, 1, 2, 2, 3, 3]


def test_an_alias_is_the_value_of_its_anchor() -> None:
    node = good(read_yaml("a.yaml", b"a: &x [1]\nb: *x\nc: &y z\nd: *y\n"))
    assert plain(node) == {"a": [1], "b": [1], "c": "z", "d": "z"}


@pytest.mark.parametrize(
    ("text", "where", "message"),
    [
        ("a: [1", (1, 6), "expected YAML, but while parsing a flow sequence did not find expected ',' or ']'"),
        ("a: 1\na: 2", (2, 1), "expected every key once, found 'a' again (line 1)"),
        ("a: *x", (1, 4), "expected an anchor &x before this alias, found none"),
        ("a: &x [*x]", (1, 8), "expected an anchor &x before this alias, found none"),
        ("a: &x 1\n*x : 2", (2, 1), "expected a key of one word, found an alias"),
        ("a\n--- \nb", (2, 1), "expected one document, found a second"),
        ("!!python/object:os.system {}", (1, 1), "expected no tag, found 'tag:yaml.org,2002:python/object:os.system'"),
        ("a: !x 1", (1, 4), "expected no tag, found '!x'"),
        ("? [1]\n: 2", (1, 3), "expected a key of one word, found a list or an object"),
        ("a: &x {b: 1}\n<<: *x", (2, 1), "expected the keys themselves, found the merge key '<<'"),
        ('a: "\x01"', (1, 5), "expected printable characters, found '\\x01'"),
        ("%TAG !a! b\n" * 11, (11, 1), "expected at most 10 directives, found more"),
        ("- " * 201, (1, 401), "expected at most 200 levels of nesting, found more"),
    ],
)
def test_an_error_in_yaml_has_a_place_and_says_what_was_expected(
    text: str, where: tuple[int, int], message: str
) -> None:
    error = read_yaml("a.yaml", text.encode())
    assert isinstance(error, InputError)
    assert (place(error), error.message) == (where, message)


def test_aliases_count_in_full_against_the_cap() -> None:
    rows = ["a0: &a0 [x]", *(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]" for i in range(1, 40))]
    error = read_yaml("a.yaml", "\n".join(rows).encode())
    assert isinstance(error, InputError)
    assert error.message == "expected at most 100000 values, found more"


def test_bytes_that_are_not_utf8_are_an_error_in_every_format() -> None:
    assert place(read_yaml("a.yaml", b"a:\n \xff")) == (2, 2)
    assert place(read_toml("a.toml", b"a = 1\n\xff", ())) == (2, 1)


TOML = """\
[project]
name = "x"
[tool.other]
apps = 1
[tool.leastscope]
tests = true
levels = {a = "b", c = 1.5}
when = 2026-11-21
[[tool.leastscope.apps]]
name = "one"
paths = [
  "a/",
]
[[tool.leastscope.apps]]
name = "two"
[tool.leastscope.apps.extra]
"x.y" = 1
"""


def test_a_table_of_toml_is_a_tree_whose_keys_stand_on_their_lines() -> None:
    node = good(read_toml("p.toml", TOML.encode(), ("tool", "leastscope")))
    assert plain(node) == {
        "tests": True,
        "levels": {"a": "b", "c": 1.5},
        "when": "2026-11-21",
        "apps": [{"name": "one", "paths": ["a/"]}, {"name": "two", "extra": {"x.y": 1}}],
    }
    assert [
        (at(TOML, leaf.span), leaf.span.line) for leaf in leaves(node) if leaf.value in ("tests", "name", "x.y")
    ] == [
        ("tests", 6),
        ("name", 10),
        ("name", 15),
        ('"x.y"', 17),
    ]
    inside = [leaf.span.line for leaf in leaves(node) if leaf.value in ("a/", "b", "apps", "extra")]
    assert inside == [7, 9, 12, 16]


TOKENS = (
    *(
        "a",
        '"b.c"',
        r'"\u00e9"',
        ".",
        "=",
        " = ",
        ",",
        "[",
        "]",
        "{",
        "}",
        "[[a]]",
        "[a.b]",
        "\n",
        "\n",
        "\r\n",
        "# [x\n",
    ),
    *("1", "2024-01-01 10:00:00", "true", '"x"', r'"\"]"', "'''y'z'''", "'q\"'", '"""m"n\n]"""', '"""""e"""""', "''"),
)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(TOKENS), max_size=30).map("".join))
@example('a = [{a = "x", "b.c" = [\'q\', """m"n\n]"""]}, {a.b = 2024-01-01 10:00:00}] # [x\n[[a.b]]\n[[a.b]]\na = 1')
@example('a = [\n  "x", # one\n  [1, []],\n]\n"b.c" = {}\n')
@example('a = """""e"""""\nb = \'\'\'\'\'y\'z\'\'\'\'\'\n"\\u00e9" = "\\"]"\n')
def test_a_value_of_toml_is_where_its_place_says(text: str) -> None:
    node = read_toml("p.toml", text.encode(), ())
    for leaf in leaves(node) if isinstance(node, MapNode) else ():
        if isinstance(leaf.value, str) and at(text, leaf.span)[:1] in {'"', "'"}:
            assert plain(good(read_toml("q.toml", f"v = {at(text, leaf.span)}".encode(), ("v",)))) == leaf.value


def test_a_file_without_the_table_has_none() -> None:
    assert read_toml("p.toml", b"tool = 1", ("tool", "leastscope")) is None
    assert read_toml("p.toml", b"", ("tool", "leastscope")) is None


@pytest.mark.parametrize(
    ("text", "where"),
    [("a = 1\nb = ]", (2, 5)), ("a = " + "[" * 5000, None), ("a = " + "9" * 5000, None), ("a = 'x", None)],
)
def test_broken_toml_is_an_error(text: str, where: tuple[int, int] | None) -> None:
    error = read_toml("p.toml", text.encode(), ())
    assert isinstance(error, InputError)
    assert error.message.startswith("expected TOML, but ")
    assert where is None or place(error) == where


@given(st.binary() | st.text(alphabet="[]{}=.,\"'#ab01- \n\r").map(str.encode))
def test_any_bytes_of_toml_give_a_tree_or_an_error(data: bytes) -> None:
    node = read_toml("p.toml", data, ())
    assert not isinstance(node, InputError) or node.message.startswith("expected ")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{}", "an object"),
        ("[]", "a list"),
        ("null", "nothing (null)"),
        ("true", "true"),
        ("false", "false"),
        ("1.5", "the number 1.5"),
        ('"a\\n"', "the string 'a\\n'"),
    ],
)
def test_a_value_is_described_in_words(text: str, words: str) -> None:
    assert describe(good(read_json("a.json", text.encode()))) == words


def test_fields_note_every_value_that_does_not_fit() -> None:
    text = b'{"flag": 1, "text": "", "list": {}, "choice": "rde", "unknwn": 1, "other": 2, "texts": ["a", 2]}'
    problems = Problems()
    fields = Fields(
        good(read_json("a.json", text)),
        ["flag", "text", "list", "choice", "texts", "needed", "unknown"],
        problems,
    )
    assert fields.flag("flag", default=True) is True
    assert fields.text("text") == ""
    assert fields.text("needed") == ""
    assert fields.nodes("list") == ()
    assert fields.nodes("needed", required=True) == ()
    assert fields.choice("choice", ["red", "green"]) == "rde"
    assert fields.texts("texts") == ("a", "")
    assert problems
    assert problems.lines().splitlines() == [
        "a.json:1:1: expected the key 'needed', which is missing",
        "a.json:1:10: expected true or false, found the number 1",
        "a.json:1:21: expected a string, found the string ''",
        "a.json:1:33: expected a list, found an object",
        "a.json:1:47: expected red or green, found 'rde'; did you mean 'red'?",
        "a.json:1:54: unknown key 'unknwn'; did you mean 'unknown'?",
        "a.json:1:67: unknown key 'other'; allowed: choice, flag, list, needed, text, texts, unknown",
        "a.json:1:94: expected a string, found the number 2",
    ]


def test_fields_of_something_else_are_empty() -> None:
    problems = Problems()
    fields = Fields(good(read_json("a.json", b"[1]")), ["a"], problems)
    assert (fields.text("a", "default"), fields.flag("a", default=False), fields.names) == ("default", False, ())
    assert (fields.text("a"), fields.nodes("a", required=True)) == ("", ())
    assert problems.lines() == "a.json:1:1: expected an object, found a list"


def test_deep_toml_is_cut_off() -> None:
    text = "a = " + "[" * 60 + "]" * 60
    assert "None" in str(plain(good(read_toml("p.toml", text.encode(), ()))))


def test_the_nearest_word_does_not_depend_on_the_order_of_words() -> None:
    assert nearest("Exclud", ["apps", "exclude"]) == nearest("Exclud", ["exclude", "apps"]) == "exclude"
    assert nearest("zzz", ["apps"]) is None
