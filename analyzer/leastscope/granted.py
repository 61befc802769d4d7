"""The grants half of a run: what manifests, settings and token requests declare, and which code of an app is not read."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from leastscope.compare.attribution import is_named
from leastscope.discover import is_test, read
from leastscope.grants.apps import read_apps
from leastscope.grants.declared import Declared
from leastscope.grants.declared import Vocabulary as Words
from leastscope.grants.modules import asked_in_module
from leastscope.grants.places import place_finder
from leastscope.grants.settle import SystemWords, apply_settings
from leastscope.grants.texts import asked_in_text
from leastscope.grants.tokens import asked_in_code, token_apps
from leastscope.judging import as_known
from leastscope.model import App, Gap, InputError, Inventory, Span, UnreadPart
from leastscope.policy import policy_changes
from leastscope.request import MAX_OTHER
from leastscope.runs import other_files, speaks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leastscope.grants.declarations import Declarations
    from leastscope.grants.tokens import AskingPlace
    from leastscope.judging import Judging
    from leastscope.rulebook.pack import Pack
    from leastscope.runs import Run


def declared_of(run: Run, inventory: Inventory) -> Declared:
    """Read the manifests of every system and the requests for tokens, and join them with the settings."""
    load_other = other_files(run)
    judging = run.request.judging
    known = frozenset(path for app in judging.apps for path in app.declared_in) if judging else frozenset[str]()
    words = {system: words_of(run, system) for system in sorted(run.declarations)}
    merged = Declared()
    for system in sorted(run.declarations):
        forms = run.declarations[system]
        contents = {
            file.path: read(file, MAX_OTHER)
            for file in run.tree.manifests
            if forms.format_of(file.path.rpartition("/")[2])
        }
        files = {path: data for path, data in contents.items() if isinstance(data, bytes)}
        unread = [InputError(gap.span, gap.reason) for gap in contents.values() if isinstance(gap, Gap)]
        found = read_apps(files, forms, words[system].vocabulary, load_other, known)
        merged = Declared(
            (*merged.apps, *found.apps),
            (*merged.observations, *found.observations),
            (*merged.errors, *found.errors, *unread),
        )
    asked = (
        *asked_in_code(
            inventory.tokens, run.declarations, place_finder(run.sources.text_of, sorted(run.sources.files))
        ),
        *_in_texts(run, inventory),
    )
    projects = sorted({file.path.rpartition("/")[0] for file in run.tree.locks} - {""})
    vocabularies = {system: known.vocabulary for system, known in words.items()}
    tokens = token_apps(asked, vocabularies, projects, tests=run.tests)
    merged = Declared((*merged.apps, *tokens.apps), (*merged.observations, *tokens.observations), merged.errors)
    declared = replace(apply_settings(merged, run.settings, words, run.request.today), gaps=tokens.gaps)
    return _judged_by_the_base(run, judging, declared) if judging else declared


def _judged_by_the_base(run: Run, judging: Judging, declared: Declared) -> Declared:
    """Give the apps with the code that they had at the base, and note what the settings of the head alter of that."""

    def holds(app: App, path: str) -> bool:
        return path in run.sources.files and (not app.paths or is_named(path, app.paths))

    def is_new(path: str) -> bool:
        return not any(judging.existed(file) and is_named(file, (path,)) for file in run.sources.files)

    run.policy = policy_changes(judging, run.said, run.said_models, declared.apps, holds)
    return replace(declared, apps=as_known(declared.apps, judging.apps, is_new))


def broken_systems(run: Run, declared: Declared) -> frozenset[str]:
    """Give the systems with a manifest that could not be read, or that is no file."""
    names = {error.span.path for error in declared.errors} | {gap.span.path for gap in run.tree.gaps}
    read_ones = {path for app in declared.apps for path in app.declared_in}
    return frozenset(
        system
        for system, forms in run.declarations.items()
        for name in sorted(names - read_ones)
        if forms.format_of(name.rpartition("/")[2])
    )


def words_of(run: Run, system: str) -> SystemWords:
    """Give how the names of a system's grants are read and written."""
    known = run.packs[system].vocabulary
    covered = partial(known.closure, write_implies_read=True)
    words = Words(known.resolve, known.nearest, known.variants, known.elsewhere, covered, known.prefix)
    return SystemWords(run.declarations[system], words)


def _in_texts(run: Run, inventory: Inventory) -> Iterator[AskingPlace]:
    """What settings and pages ask for, of the systems that the code speaks to."""
    spoken = {need.request.system for need in inventory.needs} | {token.system for token in inventory.tokens}
    spoken |= {system for system, pack in run.packs.items() if pack.over and pack.over.system in spoken}
    forms = {system: one for system, one in run.declarations.items() if system in spoken and one.tokens}
    if not forms:
        return
    pages = tuple(page for page in run.pages if page.system in forms and not page.form.signed)
    keys = dict(run.settings.scope_keys)
    settings = {
        system: (form, one.scopes.with_keys(keys.get(system, ())))
        for system, one in sorted(forms.items())
        if one.scopes and (form := one.token_form(one.scopes.form))
    }
    for file in run.tree.texts:
        data = read(file, MAX_OTHER)
        if isinstance(data, bytes):
            yield from asked_in_text(file.path, data, pages, settings, in_tests=is_test(file.path))
    for _, module in sorted(run.modules.items()):
        yield from asked_in_module(module, settings)


def with_unread(run: Run, apps: Sequence[App]) -> tuple[App, ...]:
    """Add to each app the files of other languages below it that speak of its system."""
    over = {system: pack.over.system if pack.over else system for system, pack in run.packs.items()}
    asked = {system: run.packs[system] for system in sorted({over[app.system] for app in apps})}
    found: dict[str, list[str]] = {}
    for file in run.tree.others if apps else ():
        data = read(file, MAX_OTHER)
        if isinstance(data, Gap):
            continue
        for system, pack in asked.items():
            if _is_named(data, pack) and not _runs_in_browser(data, run.declarations.get(system)):
                found.setdefault(system, []).append(file.path)
    return tuple(_add_unread(run, app, over[app.system], found.get(over[app.system], [])) for app in apps)


def _is_named(data: bytes, pack: Pack) -> bool:
    """Whether a file names a system, and not only a longer word: `acmeClient` names `acme`, `acmes` does not."""
    return speaks(data, pack) and any(
        re.search(rb"(?i:" + re.escape(trigger.encode()) + rb")(?![a-z])", data) for trigger in pack.triggers
    )


def _runs_in_browser(data: bytes, declared: Declarations | None) -> bool:
    """Whether all that a file of another language has of a system is for browsers, where no grant can be used."""
    if declared is None or not declared.browser_marks:
        return False
    browser, server = (
        any(mark.encode() in data for mark in marks) for marks in (declared.browser_marks, declared.server_marks)
    )
    return browser and not server


def _add_unread(run: Run, app: App, system: str, paths: list[str]) -> App:
    """Add files to an app; `system` is the one whose operations its grants are about."""
    inside = [path for path in paths if not app.root or app.root == "." or path.startswith(f"{app.root}/")]
    if not inside:
        return app
    reason = run.declarations[system].unread_reason
    parts = tuple(UnreadPart(reason, Span(path, 1, 1, 1, 1)) for path in sorted(inside))
    return replace(app, unread=(*app.unread, *parts))
