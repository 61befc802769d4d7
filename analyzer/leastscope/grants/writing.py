"""Writes a set of permissions the way a declaration holds them: a manifest, settings, the scope of a token, a list.

The text is complete and ready to be pasted; where the permissions stand in it is what the declarations of the system say.
"""

from __future__ import annotations

import json
import posixpath
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from leastscope.grants.declarations import Declarations, ManifestFormat, Place, Written
    from leastscope.model import AppResult, Finding, Use

_STEP = "  "
_BASIC = 0xFFFF
_UNDECLARED = "undeclared-system"
_SHOWN = 3
"""Operations and files that a purpose names; more are counted, so that it stays a sentence."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One permission to be written: its name, what it allows, and what the code needs it for.

    `label` is what a person is shown who chooses permissions, or empty.
    """

    name: str
    title: str
    purpose: str
    label: str = ""


def with_blocks(
    findings: Iterable[Finding],
    undeclared: Iterable[AppResult],
    declarations: Mapping[str, Declarations],
    titles: Callable[[str, str], str],
) -> tuple[Finding, ...]:
    """Give the findings, those that nothing is declared with the settings that would declare what the code needs.

    `titles` gives what a permission of a system allows.
    """
    blocks: dict[str, str] = {}
    for result in undeclared:
        system = result.app.system
        row = declarations[system].settings_row if system in declarations else None
        # Advice of the system comes before a text to paste: which credential sends the calls is to be looked at first.
        if row and not declarations[system].advice.undeclared:
            wanted = [wanted_of(name, titles(system, name), result.uses) for name in result.needed]
            blocks[system] = written(declarations[system], row, wanted)
    return tuple(replace(one, paste=blocks.get(one.system, "")) if one.rule == _UNDECLARED else one for one in findings)


def wanted_of(name: str, title: str, uses: Iterable[Use], label: str = "") -> Wanted:
    """Make a permission ready to be written, with a purpose from the places that need it."""
    return Wanted(name, title, purpose_of(title, (use for use in uses if use.permission == name)), label)


def written(
    declarations: Declarations, row: Written, wanted: Sequence[Wanted], *, app: str = "", declared: bool = False
) -> str:
    """Write permissions in one of the ways of a system; the text ends with a line end.

    `app` is the name of the app, where it has one. What is `declared` already says how it may call the API.
    """
    if row.way == "list":
        return _list(wanted)
    if row.way == "scope":
        token = declarations.token_form(row.of)
        return (token.separators[0] if token else " ").join(one.name for one in wanted) + "\n"
    if row.way == "settings":
        return _settings(app or declarations.system, declarations.system, row.kind, wanted)
    form = next(form for form in declarations.formats if form.name == row.of)
    access = "" if declared or row.access.value == form.access_default else row.access.value
    return _manifest(form, access, wanted)


def purpose_of(title: str, uses: Iterable[Use]) -> str:
    """Write `Read customers: GET /v1/customers in billing.py`; without a use it is the title."""
    found = list(uses)
    operations = sorted({use.operation for use in found})
    files = sorted({use.span.path for use in found})
    if not operations:
        return title
    where = _listed([_file(path) for path in files[:_SHOWN]], len(files))
    return f"{title}: {_listed(operations[:_SHOWN], len(operations))} in {where}"


def _file(path: str) -> str:
    """Write a file by its name alone; that of a package says nothing without its folder."""
    folder, name = posixpath.split(path)
    return f"{posixpath.basename(folder)}/{name}" if name == "__init__.py" and folder else name


def _list(wanted: Sequence[Wanted]) -> str:
    labels = [one.label or one.title for one in wanted]
    width = max((len(label) for label in labels), default=0)
    rows = zip(labels, wanted, strict=True)
    return "".join(f"{label.ljust(width)}  {one.name}\n" for label, one in rows)


def _settings(name: str, system: str, kind: str, wanted: Sequence[Wanted]) -> str:
    """Write an app of leastscope.yaml."""
    grants = "    grants:" if wanted else "    grants: []"
    lines = ["apps:", f"  - name: {_text(name)}", f"    system: {system}", f"    kind: {kind}", grants]
    lines += [f"      - {{permission: {_text(one.name)}, reason: {quoted_yaml(one.purpose)}}}" for one in wanted]
    return "\n".join(lines) + "\n"


def _manifest(form: ManifestFormat, access: str, wanted: Sequence[Wanted]) -> str:
    """Write the part of a manifest that holds the permissions, and how the app calls the API."""
    items = [_item(form, one) for one in wanted]
    root: dict[str, object] = {}
    if access and form.access_place:
        _put(root, form.access_place, access)
    _put(root, next(place for place in form.permissions if "[]" not in place), items)
    if form.files[0].endswith(".json"):
        return "".join(map(_legible, json.dumps(root, indent=2, ensure_ascii=False))) + "\n"
    return "\n".join(_yaml(root)) + "\n"


def _item(form: ManifestFormat, one: Wanted) -> dict[str, str]:
    return {form.permission_key: one.name, **({form.purpose_key: one.purpose} if form.purpose_key else {})}


def _put(root: dict[str, object], place: Place, value: object) -> None:
    for key in place[:-1]:
        inner = root.setdefault(key, {})
        assert isinstance(inner, dict)  # noqa: S101 - places of one format do not lead through each other
        root = inner
    root[place[-1]] = value


def _yaml(root: dict[str, object], margin: str = "") -> Iterable[str]:
    for key, value in root.items():
        if isinstance(value, dict):
            yield f"{margin}{key}:"
            yield from _yaml(value, margin + _STEP)
        elif isinstance(value, list):
            yield f"{margin}{key}:" if value else f"{margin}{key}: []"
            for item in value:
                first, *rest = (f"{name}: {quoted_yaml(text)}" for name, text in item.items())
                yield f"{margin}{_STEP}- {first}"
                yield from (f"{margin}{_STEP}  {line}" for line in rest)
        else:
            yield f"{margin}{key}: {value}"


def _text(name: str) -> str:
    """Write a name plainly where YAML reads it as a string, else in quotes."""
    return name if name.replace("_", "").isalnum() and not name[:1].isdigit() else quoted_yaml(name)


def quoted_yaml(text: str) -> str:
    """Write a string for YAML, in which hidden characters are escapes."""
    return "".join(
        f"\\U{ord(char):08x}" if ord(char) > _BASIC and not char.isprintable() else _legible(char)
        for char in json.dumps(text, ensure_ascii=False)
    )


def quoted_json(text: str) -> str:
    """Write a string for JSON, in which hidden characters are escapes."""
    return "".join(map(_legible, json.dumps(text, ensure_ascii=False)))


def _legible(char: str) -> str:
    """Write a character of JSON; a hidden one as an escape, for YAML refuses it and nobody sees it."""
    return char if char.isprintable() or char == "\n" else json.dumps(char)[1:-1]


def _listed(shown: Sequence[str], count: int) -> str:
    names = list(dict.fromkeys(shown))
    left = count - len(shown)
    return ", ".join(names) + (f" and {left} more" if left > 0 else "")
