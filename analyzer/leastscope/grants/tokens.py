"""Makes apps of the requests for tokens that code and text files of a scan hold: what is asked for is what is granted.

All that one project asks of one system is one app, whose grants are everything that is asked for: code that runs with
the smaller of two tokens is no business of the permissions, that the two differ is.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from leastscope.document import show
from leastscope.grants.declared import Declared, Observation
from leastscope.grants.names import check_names
from leastscope.model import App, Gap, Grant, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from leastscope.grants.declarations import Declarations, TokenForm
    from leastscope.grants.declared import Vocabulary
    from leastscope.model import Span, TokenRequest

MAX_NAMES = 200
_FILLED_LATER = re.compile(r"\{\{|\{%|\{\w*\}|\$\{|\$\w|%\(|%s|<%")
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class AskingPlace:
    """One place that asks for grants; `grants` is None where they cannot be told."""

    system: str
    form: TokenForm
    span: Span
    grants: tuple[Grant, ...] | None
    evidence: tuple[Step, ...] = ()
    in_tests: bool = False


def is_open(text: str) -> bool:
    """Whether a text has places that a template language or a format fills in later."""
    return bool(_FILLED_LATER.search(text))


def asked_in_code(
    requests: Iterable[TokenRequest],
    declarations: Mapping[str, Declarations],
    place_of: Callable[[Span, str, str], Span],
) -> tuple[AskingPlace, ...]:
    """Read the token requests of code; `place_of` finds a name that is part of a text used at a span."""
    found = (_asked(request, declarations, place_of) for request in requests)
    return tuple(asked for asked in found if asked)


def _asked(
    request: TokenRequest, declarations: Mapping[str, Declarations], place_of: Callable[[Span, str, str], Span]
) -> AskingPlace | None:
    form = declarations[request.system].token_form(request.form) if request.system in declarations else None
    if form is None or not _is_of(request, form):
        return None
    written = [one for one in request.parameters if one.key in form.scope and not (one.known and one.value is None)]
    texts = [one.value for one in written if isinstance(one.value, str)]
    names = {name: text for text in reversed(texts) for name in form.names_in(text)}
    known = all(isinstance(one.value, str) and one.known and not is_open(one.value) for one in written)
    if names:
        grants = tuple(
            Grant(name, place_of(request.span, name, text)) for name, text in list(names.items())[:MAX_NAMES]
        )
    elif known and form.narrows:
        return None
    else:
        grants = tuple(Grant(name, request.span) for name in form.default)
        known = known and bool(form.default) and (request.closed or bool(written))
    return AskingPlace(
        request.system, form, request.span, grants if known else None, request.evidence, request.in_tests
    )


def _is_of(request: TokenRequest, form: TokenForm) -> bool:
    """Whether a request is of a kind: the parameters that tell it have their values, wherever they are known."""
    passed = {(one.key, str(one.value).lower()) for one in request.parameters if one.known}
    return passed.issuperset((key, value.lower()) for key, value in form.only) and passed.isdisjoint(
        (key, value.lower()) for key, value in form.never
    )


def token_apps(
    asked: Iterable[AskingPlace], vocabularies: Mapping[str, Vocabulary], projects: Sequence[str], *, tests: bool
) -> Declared:
    """Make an app of all that one project asks of one system; `projects` are the folders of projects."""
    groups: dict[tuple[str, str], list[AskingPlace]] = defaultdict(list)
    for one in asked:
        if tests or not one.in_tests:
            groups[one.system, _project_of(one.span.path, projects)].append(one)
    apps: list[App] = []
    observations: list[Observation] = []
    gaps: list[Gap] = []
    for (system, root), members in sorted(groups.items()):
        ordered = sorted(members, key=lambda one: (one.span, one.form.name))
        firsts = [one for one in ordered if not one.form.narrows]
        gaps += [
            _untold(one) for one in ordered if one.grants is None and not any(o.grants is not None for o in firsts)
        ]
        told = [one for one in firsts if one.grants is not None]
        if told:
            app, found = _app(system, root, told, vocabularies[system])
            apps.append(replace(app, asked_at=tuple(one.span for one in ordered if one.grants)))
            narrowing = [one for one in ordered if one.form.narrows and one.grants]
            observations += found + [o for one in narrowing for o in _widened(app, one, vocabularies[system])]
    return Declared(tuple(apps), tuple(observations), gaps=tuple(gaps))


def _project_of(path: str, projects: Sequence[str]) -> str:
    """Give the deepest project folder that holds a file; without one, the working directory."""
    return max((folder for folder in projects if path.startswith(f"{folder}/")), key=len, default=".")


def _untold(asked: AskingPlace) -> Gap:
    reason = "the code requests a token, and leastscope cannot determine the scopes"
    return Gap("unknown-scope", asked.span, asked.system, reason, asked.in_tests)


def _app(system: str, root: str, told: Sequence[AskingPlace], vocabulary: Vocabulary) -> tuple[App, list[Observation]]:
    head = told[0]
    checked = [check_names(one.grants or (), vocabulary) for one in told]
    grants: dict[str, Grant] = {}
    for meant, _ in checked:
        for grant in meant:
            grants.setdefault(vocabulary.resolve(grant.name) or grant.name, grant)
    name = head.form.title if root in {"", "."} else posixpath.basename(root)
    app = App(
        name=name,
        root=root,
        system=system,
        kind=head.form.kind,
        declared_in=tuple(dict.fromkeys(grant.span.path for one in told for grant in one.grants or ()))
        or (head.span.path,),
        grants=tuple(grants.values()),
        bound=head.form.access.bound if head.form.access else "all",
        write_implies_read=head.form.access.write_implies_read if head.form.access else "no",
        span=head.span,
        access=head.form.access.value if head.form.access else "",
    )
    named = {(found.kind, found.permission): found for _, some in reversed(checked) for found in reversed(some)}
    observations = [*named.values(), *_mismatches(told, [meant for meant, _ in checked], vocabulary)]
    return app, [replace(found, app=app.name, system=system) for found in observations]


def _mismatches(
    told: Sequence[AskingPlace], grants: Sequence[tuple[Grant, ...]], vocabulary: Vocabulary
) -> Iterable[Observation]:
    """Say of each further place where it asks for something else than the first."""
    sets = [{vocabulary.resolve(grant.name) or grant.name for grant in meant} for meant in grants]
    said: set[frozenset[str]] = set()
    for one, names in zip(told[1:], sets[1:], strict=True):
        differing = sorted(names ^ sets[0])
        if differing and frozenset(names) not in said:
            said.add(frozenset(names))
            shown = ", ".join(show(name) for name in differing[:_SHOWN]) + (", ..." if len(differing) > _SHOWN else "")
            where = f"{told[0].span.path}:{told[0].span.line}"
            message = f"what is asked for here and at {where} differs in {shown}"
            yield Observation("scope-mismatch", differing[0], one.span, message, (Step(told[0].span, "asked here"),))


def _widened(app: App, asked: AskingPlace, vocabulary: Vocabulary) -> Iterable[Observation]:
    """Say what a request asks for that may only ask for a part of what the app has."""
    held = vocabulary.covered([grant.name for grant in app.grants])
    meant, found = check_names(asked.grants or (), vocabulary)
    for grant in meant:
        if vocabulary.resolve(grant.name) not in held | {None}:
            message = f"{show(grant.name)} is asked for here, where no more can be asked for than was granted before"
            step = (Step(app.span, "granted here"),) if app.span else ()
            yield Observation("scope-mismatch", grant.name, grant.span, message, step, app.name, app.system)
    yield from (replace(one, app=app.name, system=app.system) for one in found)
