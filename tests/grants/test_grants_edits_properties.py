"""Whatever the style of a manifest, a fix changes one entry and nothing else."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from edit_samples import NAMES, NEW, app_of, fixed


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


def plain(manifest: Written, text: str) -> Any:  # noqa: ANN401 - any document
    """Read a manifest by other means than the program does."""
    if manifest.path.endswith(".yaml"):
        return yaml.safe_load(text)
    strings = re.sub(
        r'("(?:[^"\\]|\\.)*")|//[^\n\r]*|/\*.*?\*/',
        lambda match: match[1] or "",
        text.removeprefix("\ufeff"),
        flags=re.DOTALL,
    )
    return json.loads(re.sub(r'("(?:[^"\\]|\\.)*")|,(\s*[\]}])', lambda match: match[1] or match[2], strings))


def rows(manifest: Written, document: Any) -> list[dict[str, str]]:  # noqa: ANN401 - any document
    holder = document if manifest.path.endswith(".json") else document["declarations"]["stripe_api_access"]
    found: list[dict[str, str]] = holder["permissions"]
    return found


@settings(deadline=None, max_examples=150)
@given(st.one_of(json_manifests(), yaml_manifests()), st.integers(0, 4))
def test_whatever_the_style_only_the_entry_goes(manifest: Written, at: int) -> None:
    name = manifest.names[at % len(manifest.names)]
    after = fixed(manifest.text, "excess-grant", name, path=manifest.path)
    assert after is not None
    expected = plain(manifest, manifest.text)
    rows(manifest, expected)[:] = [row for row in rows(manifest, expected) if row["permission"] != name]
    assert plain(manifest, after) == expected
    assert [grant.name for grant in app_of({manifest.path: after}).grants] == [
        one for one in manifest.names if one != name
    ]
    assert is_part(after.replace(" []", ""), manifest.text) or not rows(manifest, expected)


def is_part(part: str, whole: str) -> bool:
    """Whether a text is another one from which characters were taken away."""
    left = iter(whole)
    return all(char in left for char in part)


@settings(deadline=None, max_examples=150)
@given(st.one_of(json_manifests(), yaml_manifests()))
def test_whatever_the_style_only_one_entry_comes(manifest: Written) -> None:
    after = fixed(manifest.text, "missing-grant", NEW, path=manifest.path)
    if after is None:
        return
    expected = plain(manifest, manifest.text)
    rows(manifest, expected).append({"permission": NEW, "purpose": ""})
    assert plain(manifest, after) == expected
    assert is_part(manifest.text, after)


@settings(deadline=None, max_examples=150)
@given(st.one_of(json_manifests(), yaml_manifests()))
def test_whatever_the_style_only_the_name_is_another(manifest: Written) -> None:
    for name in manifest.names:
        if name.endswith("_write") and name.replace("_write", "_read") not in manifest.names:
            after = fixed(manifest.text, "write-not-needed", name, path=manifest.path)
            assert after == manifest.text.replace(name, name.replace("_write", "_read"))
