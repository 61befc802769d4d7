"""The page as a whole: the head with what it forbids, the summary, the controls, and the parts in order."""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from leastscope.model import LEVELS
from leastscope.report.page import counted, reading
from leastscope.report.source import Sources
from leastscope.report.webpage.elements import Html, anchor, code, element, joined, text
from leastscope.report.webpage.lists import errors_part, findings_part, gaps_part, policy_part
from leastscope.report.webpage.matrix import STATES, matrices
from leastscope.report.webpage.ways import Around
from leastscope.report.weight import by_level, by_permission

if TYPE_CHECKING:
    from leastscope.model import Checkout, Report
    from leastscope.report.formats import View


def render_html(report: Report, view: View) -> str:
    """Return a report as a page of HTML that needs nothing else."""
    around = Around(Sources(view.source), view.link, view.new)
    results = (*report.apps, *report.undeclared)
    body = [
        element("header", element("h1", "Permissions: needed and granted"), *_about(report, view.checkout)),
        _controls(),
        element(
            "main",
            _part("Summary", _summary(report), "summary"),
            *([_part("Files that could not be used", errors_part(report, around), "errors")] if report.errors else []),
            *([_part("Changes of the policy", policy_part(report, around), "policy")] if report.policy else []),
            _part("Permissions and apps", joined([_legend(), matrices(results, around)]), "apps"),
            _part("Findings", findings_part(report.findings, around), "findings"),
            *([_part("Gaps", _gaps(report, around), "gaps")] if report.inventory.gaps else []),
        ),
        element("footer", element("p", f"leastscope {report.version} · {reading(report)}")),
    ]
    return f'<!doctype html>\n<html lang="en">\n{_head()}\n{element("body", *body, _script())}\n</html>\n'


def _head() -> Html:
    style, script = _asset("page.css"), _asset("page.js")
    own = f"style-src '{_hash(style)}'; script-src '{_hash(script)}'"
    policy = f"default-src 'none'; {own}; base-uri 'none'; form-action 'none'"
    return joined(
        [
            Html('<head><meta charset="utf-8">'),
            Html(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),
            Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
            Html('<meta name="generator" content="leastscope"><meta name="referrer" content="no-referrer">'),
            Html('<meta name="color-scheme" content="light dark"><title>leastscope report</title>'),
            Html(f"<style>{style}</style></head>"),
        ]
    )


def _script() -> Html:
    return Html(f"<script>{_asset('page.js')}</script>")


@cache
def _asset(name: str) -> str:
    """Return the style or the script, with the line breaks that a browser hashes."""
    return Path(__file__).with_name(name).read_text("utf-8").replace("\r\n", "\n")


def _hash(asset: str) -> str:
    return f"sha256-{b64encode(sha256(asset.encode()).digest()).decode()}"


def _about(report: Report, checkout: Checkout | None) -> list[Html]:
    """Return how it stands in a sentence, and what was scanned."""
    missing = {(name, result.app.name) for result in report.apps for name in result.missing}
    excess = {(name, result.app.name) for result in report.apps for name in result.excess}
    broken = len({error.span.path for error in report.errors})
    told = [
        *([f"{counted(broken, 'file')} could not be used"] if broken else []),
        *([] if report.apps or report.errors else ["no grants are declared"]),
        *([f"{counted(len(missing), 'permission')} missing"] if missing else []),
        *([f"{len(excess)} not needed"] if excess else []),
    ]
    sentence = "; ".join(told) or "every permission that the code needs is granted, and no other"
    lines = [element("p", f"{sentence[:1].upper()}{sentence[1:]}.", class_="verdict")]
    if checkout:
        where = anchor(text(checkout.repository), checkout.repository)
        lines.append(element("p", where, " at ", code(checkout.revision[:12]), f" {checkout.branch}".rstrip()))
    return lines


def _summary(report: Report) -> Html:
    levels = by_level(by_permission(report.findings))
    suppressed = sum(finding.suppressed is not None for finding in report.findings)
    known = Counter(need.certainty for needs in report.inventory.needs for need in needs.requirements)
    rows = [
        ("apps", str(len(report.apps))),
        *((f"{level}s", str(levels[level])) for level in LEVELS),
        ("suppressed", str(suppressed)),
        ("gaps", str(len(report.inventory.gaps))),
        ("requests", str(len(report.inventory.needs))),
        ("needs: documented", str(known["documented"])),
        ("needs: inferred", str(known["inferred"])),
    ]
    pairs = (element("div", element("dt", name), element("dd", count)) for name, count in rows)
    return element("dl", *pairs, class_="counts")


def _legend() -> Html:
    rows = (
        element("li", element("span", f"{sign} {word}", class_=f"state {state}"), f" {meaning}")
        for state, (sign, word, meaning) in STATES.items()
    )
    return element("ul", *rows, class_="legend")


def _controls() -> Html:
    """Return the search; the script shows it, for without one it does nothing."""
    states = [element("option", "all", value=""), *(_option(state) for state in STATES)]
    levels = [element("option", "all", value=""), *(_option(level) for level in (*LEVELS, "suppressed"))]
    return element(
        "div",
        element("label", "Search ", Html('<input type="search" id="query" autocomplete="off" spellcheck="false">')),
        element("label", "Permissions ", element("select", *states, id="state")),
        element("label", "Findings ", element("select", *levels, id="level")),
        element("output", "", id="shown", role="status"),
        element("p", "Press / to search, Esc to clear, and the arrow keys to move in the table.", class_="keys"),
        role="search",
        class_="controls",
        id="controls",
        hidden=True,
    )


def _option(name: str) -> Html:
    return element("option", name, value=name)


def _gaps(report: Report, around: Around) -> Html:
    about = "At these places, the code may need a permission, and leastscope could not analyze them."
    return joined([element("p", about), gaps_part(report.inventory.gaps, around)])


def _part(title: str, content: Html, name: str) -> Html:
    return element("section", element("h2", title, id=name), content, aria_labelledby=name)
