"""Manifests in many styles, made by chance, with what is in them."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from typing import Any

import yaml
from hypothesis import strategies as st

from edit_samples import NAMES, NEW

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@dataclass(frozen=True)
class Written:
    """A manifest in some style, and what its entries are."""

    path: str
    text: str
    names: tuple[str, ...]


BLANKS = st.sampled_from(["", " ", "\n", "\n      ", "\r\n\t", "  "])
PURPOSES = st.sampled_from(["", "why", "a, b] }", "it's", "größe 😀", "# no", "// no"])


@st.composite
def json_manifests(draw: st.DrawFn) -> Written:
    names = draw(st.lists(st.sampled_from(sorted(NAMES - {NEW})), min_size=1, max_size=5, unique=True))

    def gap() -> str:
        comment = draw(st.sampled_from(["", "", "/* , ] */", "// , { \n", "/* a\n b */"]))
        return draw(BLANKS) + comment + draw(BLANKS)

    items = []
    for name in names:
        pairs = [f'"permission"{gap()}:{gap()}"{name}"', f'"purpose": {json.dumps(draw(PURPOSES), ensure_ascii=False)}']
        items.append(f"{{{gap()}{f'{gap()},{gap()}'.join(draw(st.permutations(pairs)))}{gap()}}}")
    listed = "".join(f"{gap()}{item}{gap()}," for item in items)
    listed = listed if draw(st.booleans()) else listed[:-1]
    head = draw(st.sampled_from(["", "\ufeff", "// top\n"]))
    return Written(
        "stripe-app.json",
        f'{head}{{"id": "é😀", "permissions": [{listed}{gap()}], "n": [1, {{"a": null}}]}}',
        tuple(names),
    )


@st.composite
def yaml_manifests(draw: st.DrawFn) -> Written:
    names = draw(st.lists(st.sampled_from(sorted(NAMES - {NEW})), min_size=1, max_size=5, unique=True))
    indent = " " * draw(st.integers(4, 7))
    end = draw(st.sampled_from(["\n", "\r\n"]))

    def tail() -> str:
        return draw(st.sampled_from(["", "", " # note", "  # , ]"]))

    lines = ["id: 'é😀'", "declarations:", "  stripe_api_access:", f"    permissions:{tail()}"]
    for name in names:
        lines += draw(st.sampled_from([[], [], [""], [f"{indent}# above"], ["# left"]]))
        quote = draw(st.sampled_from(["", "'", '"']))
        dash = f"{indent}-" + " " * draw(st.integers(1, 3))
        pairs = [f"permission: {quote}{name}{quote}", f"purpose: {json.dumps(draw(PURPOSES), ensure_ascii=False)}"]
        pairs = draw(st.permutations(pairs))
        if draw(st.booleans()):
            lines.append(f"{dash}{{{', '.join(pairs)}}}{tail()}")
        else:
            lines += [f"{dash}{pairs[0]}{tail()}", f"{' ' * len(dash)}{pairs[1]}{tail()}"]
    lines += draw(st.sampled_from([[], ["# after"], ["", "other: [1, {a: null}] # x"], [f"{indent}# end", "other: 1"]]))
    text = end.join(lines) + draw(st.sampled_from(["", end]))
    return Written("stripe-app.yaml", text, tuple(names))


@st.composite
def toml_settings(draw: st.DrawFn) -> Written:
    """Settings with the grants of one key: an array on one line or on several, or tables of their own."""
    names = draw(st.lists(st.sampled_from(sorted(NAMES - {NEW})), min_size=1, max_size=5, unique=True))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    margin = draw(st.sampled_from(["", "  ", "\t"]))

    def tail() -> str:
        return draw(st.sampled_from(["", "", " # note", "  # , ]]"]))

    def pairs(name: str) -> list[str]:
        equals = draw(st.sampled_from(["=", " = ", "  ="]))
        key = draw(st.sampled_from(["permission", '"permission"']))
        reason = json.dumps(draw(PURPOSES) or "why", ensure_ascii=False)
        quote = draw(st.sampled_from(["'", '"']))
        return draw(st.permutations([f"{key}{equals}{quote}{name}{quote}", f"reason{equals}{reason}"]))

    lines = [*draw(st.sampled_from([[], ["# top"], ["[project]", 'name = """', "[x]", "a = 1", '"""']]))]
    lines += [f"{margin}[[tool.leastscope.apps]]", 'name = "key"', 'system = "stripe"', 'kind = "restricted-key"']
    style = draw(st.sampled_from(["tables", "rows", "line", "open"]))
    if style == "tables":
        for name in names:
            lines += draw(st.sampled_from([[], [""], ["# above"], ["", ""]]))
            lines += [f"{margin}[[ tool.leastscope.apps.grants ]]{tail()}", *(f"{one}{tail()}" for one in pairs(name))]
    elif style == "rows":
        items = [f"{margin}  {{ {', '.join(pairs(name))} }},{tail()}" for name in names]
        items[-1] = items[-1].replace("},", draw(st.sampled_from(["}", "},"])))
        lines += [f"grants = [{tail()}", *items, *draw(st.sampled_from([[], ["  # end"]])), "]"]
    else:
        items = [f"{{{', '.join(pairs(name))}}}" for name in names]
        blank = draw(st.sampled_from(["", " ", f"{end}  "])) if style == "open" else ""
        lines.append(f"grants = [{blank}{', '.join(items)}{draw(st.sampled_from(['', ',']))}{blank}]{tail()}")
    lines += draw(
        st.sampled_from([[], ["", "# after"], ["", "[tool.other] # x", "a = [1, {b = 2024-01-01 10:00:00}]"]])
    )
    text = draw(st.sampled_from(["", "\ufeff"])) + end.join(lines) + draw(st.sampled_from(["", end]))
    return Written("pyproject.toml", text, tuple(names))


def plain(manifest: Written, text: str) -> Any:  # noqa: ANN401 - any document
    """Read a manifest by other means than the program does."""
    if manifest.path.endswith(".yaml"):
        return yaml.safe_load(text)
    if manifest.path.endswith(".toml"):
        return tomllib.loads(text.removeprefix("\ufeff"))
    strings = re.sub(
        r'("(?:[^"\\]|\\.)*")|//[^\n\r]*|/\*.*?\*/',
        lambda match: match[1] or "",
        text.removeprefix("\ufeff"),
        flags=re.DOTALL,
    )
    return json.loads(re.sub(r'("(?:[^"\\]|\\.)*")|,(\s*[\]}])', lambda match: match[1] or match[2], strings))


def rows(manifest: Written, document: Any) -> list[dict[str, str]]:  # noqa: ANN401 - any document
    if manifest.path.endswith(".toml"):
        listed: list[dict[str, str]] = document["tool"]["leastscope"]["apps"][0].setdefault("grants", [])
        return listed
    holder = document if manifest.path.endswith(".json") else document["declarations"]["stripe_api_access"]
    found: list[dict[str, str]] = holder["permissions"]
    return found
