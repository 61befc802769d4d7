"""Every format of output by its name, for one state and for two; each renderer is only imported where it is wanted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from leastscope.report.escape import inert
from leastscope.report.hyperlinks import NO_LINKS, Links
from leastscope.report.remarks import remarks_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from leastscope.diff import Difference
    from leastscope.model import Checkout, Finding, Report, Span

FORMATS = ("text", "concise", "json", "sarif", "github", "gitlab", "markdown", "html", "csv", "junit")


def _nowhere(_: Span) -> str:
    return ""


def _nothing(_: str) -> str | None:
    return None


def _never(_: Span) -> bool:
    return False


class View(NamedTuple):
    """What a renderer is told beside the report.

    source, before        the decoded text of a file that was scanned, and of one at the base; or None
    link, before_link     the address of the lines, and of those at the base; or ""
    is_changed            whether a place is in the lines that a change has touched
    color                 color the text
    links                 link the text, for a terminal that has hyperlinks
    width                 how many columns a line of the text may have
    quiet                 leave gaps and summaries out of the text
    verbose               show all the gaps in the text
    statistics            count the findings of each kind in the text
    suppressed            write suppressed findings too, where a format can mark them
    new                   the findings that are new, if that is known
    checkout              the commit that was scanned, if it is known
    reserved              how many errors the caller itself reports to GitHub
    patch                 the diff that fixes what is new and can be fixed with certainty, or ""
    limit                 how many bytes Markdown may have
    """

    source: Callable[[str], str | None]
    before: Callable[[str], str | None] = _nothing
    link: Callable[[Span], str] = _nowhere
    before_link: Callable[[Span], str] = _nowhere
    is_changed: Callable[[Span], bool] = _never
    color: bool = False
    links: Links = NO_LINKS
    width: int = 80
    quiet: bool = False
    verbose: bool = False
    statistics: bool = False
    suppressed: bool = False
    new: Collection[Finding] | None = None
    checkout: Checkout | None = None
    reserved: int = 0
    patch: str = ""
    limit: int = 900_000


def render_state(form: str, report: Report, view: View) -> str:
    """Return what a scan found in one of the `FORMATS`."""
    if form == "sarif":
        from leastscope.report.sarif import render_sarif  # noqa: PLC0415 - its object model takes time to import

        return render_sarif(
            report, view.source, include_suppressed=view.suppressed, new=view.new, checkout=view.checkout
        )
    if form == "json":
        from leastscope.report.contracts import render_scan  # noqa: PLC0415 - only what is asked for

        return render_scan(report)
    if form == "markdown":
        from leastscope.report.markdown import render_markdown  # noqa: PLC0415 - only what is asked for

        return inert(render_markdown(report, view.link, patch=view.patch, limit=view.limit))
    if form == "gitlab":
        from leastscope.report.gitlab import render_gitlab  # noqa: PLC0415 - only what is asked for

        return render_gitlab(report.findings, unread=report.inventory.unread)
    if form == "github":
        from leastscope.report.github import render_github  # noqa: PLC0415 - only what is asked for

        unread = report.inventory.unread
        return render_github(report.findings, report.errors, view.is_changed, unread=unread, reserved=view.reserved)
    if form == "concise":
        from leastscope.report.concise import render_concise  # noqa: PLC0415 - only what is asked for

        return render_concise(report.findings, report.errors, unread=report.inventory.unread)
    if form == "html":
        from leastscope.report.webpage import render_html  # noqa: PLC0415 - only what is asked for

        return inert(render_html(report, view))
    if form == "csv":
        from leastscope.report.spreadsheet import render_csv  # noqa: PLC0415 - only what is asked for

        inventory = report.inventory
        return inert(render_csv(report.findings, inventory.gaps, report.errors, unread=inventory.unread))
    if form == "junit":
        from leastscope.report.junit import render_junit  # noqa: PLC0415 - only what is asked for

        return inert(render_junit(report))
    from leastscope.report.text import Detail, render_text  # noqa: PLC0415 - only what is asked for

    detail = Detail(summary=not view.quiet, every_gap=view.verbose, statistics=view.statistics)
    return render_text(report, view.source, color=view.color, width=view.width, detail=detail, links=view.links)


def render_change(form: str, difference: Difference, after: Report, view: View) -> str:
    """Return what a change does in one of the `FORMATS`.

    `after` is the report of the head. SARIF, GitLab's format and HTML say all that holds at the head: readers of the first
    two compare for themselves, and HTML marks what is new; GitHub's, CSV and JUnit only the findings that are new.
    """
    after = replace(after, inventory=replace(after.inventory, unread=difference.unread))
    if form == "json":
        from leastscope.report.contracts import render_diff  # noqa: PLC0415 - only what is asked for

        return render_diff(difference)
    if form == "markdown":
        from leastscope.report.diff_markdown import render_diff_markdown  # noqa: PLC0415 - only what is asked for

        links = (view.before_link, view.link)
        return inert(render_diff_markdown(difference, after, links, patch=view.patch, limit=view.limit))
    if form == "github":
        from leastscope.report.github import render_github  # noqa: PLC0415 - only what is asked for

        return render_github(
            difference.new,
            difference.errors,
            view.is_changed,
            remarks=remarks_of(difference),
            unread=difference.unread,
            reserved=view.reserved,
        )
    if form == "text":
        from leastscope.report.diff_text import render_diff_text  # noqa: PLC0415 - only what is asked for

        return render_diff_text(
            difference, view.before, view.source, color=view.color, width=view.width, links=view.links
        )
    if form == "concise":
        from leastscope.report.concise import render_concise  # noqa: PLC0415 - only what is asked for

        return render_concise(difference.new, difference.errors, remarks_of(difference), difference.unread)
    if form == "gitlab":
        from leastscope.report.gitlab import render_gitlab  # noqa: PLC0415 - only what is asked for

        return render_gitlab(after.findings, remarks_of(difference), after.inventory.unread)
    if form == "csv":
        from leastscope.report.spreadsheet import render_csv  # noqa: PLC0415 - only what is asked for

        told = (difference.new, difference.new_gaps, difference.errors, difference.policy, difference.unread)
        return inert(render_csv(*told))
    if form == "junit":
        from leastscope.report.junit import render_junit  # noqa: PLC0415 - only what is asked for

        return inert(render_junit(_added(difference, after)))
    return render_state(form, after, view)


def _added(difference: Difference, after: Report) -> Report:
    """Return the report of the head with only the findings and gaps that the change adds."""
    inventory = replace(after.inventory, gaps=difference.new_gaps)
    return replace(after, inventory=inventory, findings=difference.new, errors=difference.errors)
