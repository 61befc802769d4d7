"""The HTML page: what each cell says and opens, that no text becomes markup, and that nothing is allowed in from outside.

What a browser makes of the page is checked by tests/sarif/page_checks.py.
"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings

from command import READS, project, run
from diff_samples import result as a_result
from diff_samples import use as a_use
from leastscope.model import App, AppResult, Checkout, Gap, InputError, Report, Span, Step
from leastscope.report.escape import is_hidden
from leastscope.report.formats import View, render_state
from leastscope.report.webpage.elements import anchor, element, joined, prose, text
from markup_pages import HOSTILE, link
from report_samples import EMPTY, EXCESS, MISSING, REPORT, RESULT, SUPPRESSED, UNCOVERED, source
from repositories import REFUND, WITH_REFUND, repository

if TYPE_CHECKING:
    from pathlib import Path

    from leastscope.model import Finding

VIEW = View(source, link=link)
_VOID = {"meta", "input", "wbr"}


class Read(HTMLParser):
    """A page as a parser reads it: elements that are open, attributes, words, and whether each end fits its start."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.fits = True
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.fits = bool(self.open) and self.open.pop() == tag and self.fits

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in {"style", "script"}:
            self.words.append(data)

    def all(self, tag: str, name: str) -> list[str]:
        return [value for one, key, value in self.attributes if (one, key) == (tag, name)]


def page(report: Report, view: View = VIEW) -> str:
    return render_state("html", report, view)


def cells(report: Report) -> dict[str, str]:
    """Return the words of each cell of the matrix that leads somewhere, by the permission of its row."""
    rows = re.findall(r'<th scope="row"><code>(.*?)</code></th>(.*?)</tr>', page(report))
    return {name: " ".join(re.sub("<[^>]*>", "", rest).split()) for name, rest in rows}


# the matrix


def test_each_cell_says_how_the_permission_stands() -> None:
    result = replace(
        RESULT,
        granted=("a_read", "b_write", "c_read", "d_write"),
        needed=("a_read", "d_read", "e_read"),
        missing=("e_read",),
        excess=("b_write",),
        unknown=("c_read",),
    )
    found = cells(replace(EMPTY, apps=(result,)))
    assert found == {
        "a_read": "✓ used",
        "b_write": "x excess",
        "c_read": "? unknown",
        "d_read": "✓ covered",
        "d_write": "✓ used",
        "e_read": "! missing",
    }


def test_a_need_that_no_documentation_states_is_marked() -> None:
    needed = a_use("charge_write")
    inferred = replace(needed, requirement=replace(needed.requirement, certainty="inferred"))
    result = a_result("", (inferred,), "charge_write")
    assert cells(replace(EMPTY, apps=(result,))) == {"charge_write": "! missing inferred"}


def test_what_nothing_is_declared_for_is_needed() -> None:
    app = App("", "", "shop", "", (), ())
    result = AppResult(app, (), ("order_read",), ("order_read",), (), ())
    assert cells(replace(EMPTY, undeclared=(result,))) == {"order_read": "• needed"}
    assert "no declaration" in page(replace(EMPTY, undeclared=(result,)))


def test_every_cell_leads_to_a_part_of_the_page() -> None:
    read = Read(page(replace(REPORT, apps=(RESULT, replace(RESULT, app=replace(RESULT.app, name="other"))))))
    targets = [address for address in read.all("a", "href") if address.startswith("#")]
    ids = [value for _, key, value in read.attributes if key == "id"]
    assert len(targets) == len(set(targets)) == 6
    assert {address[1:] for address in targets} <= set(ids)
    assert len(ids) == len(set(ids))


def test_a_cell_opens_the_operation_the_certainty_and_the_lines(tmp_path: Path) -> None:
    project(tmp_path, READS)
    text = run(tmp_path, "scan", "--format", "html").out.decode()
    (opened,) = re.findall(r'<div id="use-1-1">.*?</div>', text, re.DOTALL)
    assert "<code>GET /v1/customers/{customer}</code> needs <code>customer_read</code>" in opened
    assert ">documented</a>" in opened
    assert "<mark>client.v1.customers.retrieve(&#x27;cus_1&#x27;)</mark>" in opened


# the parts


def test_findings_gaps_and_errors_are_all_there() -> None:
    words = " ".join(Read(page(REPORT)).words)
    for finding in REPORT.findings:
        assert finding.rule in words
    for gap in REPORT.inventory.gaps:
        assert gap.reason[1:] in words
    assert "Expected a value, found" in words
    assert "asked for by support" in words


def test_a_report_without_anything_says_so() -> None:
    words = " ".join(Read(page(EMPTY)).words)
    assert "No grants are declared." in words
    assert "No findings." in words


@pytest.mark.parametrize(
    ("report", "sentence"),
    [
        (replace(EMPTY, apps=(RESULT,)), "1 permission missing; 1 not needed."),
        (replace(EMPTY, apps=(replace(RESULT, missing=(), excess=()),)), "Every permission that the code needs is granted"),
        (replace(EMPTY, errors=REPORT.errors), "1 file could not be used."),
    ],
)  # fmt: skip
def test_the_first_sentence_says_how_it_stands(report: Report, sentence: str) -> None:
    assert f'<p class="verdict">{sentence}' in page(report)


def test_new_findings_are_marked_where_that_is_known() -> None:
    report = replace(EMPTY, findings=(MISSING, EXCESS))
    assert page(report, VIEW._replace(new=(MISSING,))).count('class="level new"') == 1
    assert 'class="level new"' not in page(report)


def test_a_change_marks_what_is_new_and_shows_the_code_of_all_needs(tmp_path: Path) -> None:
    repository(tmp_path, WITH_REFUND).commit({"code.py": READS + REFUND + "client.v1.disputes.list()\n"})
    shown = run(tmp_path, "diff", "HEAD~1", "HEAD", "--format", "html").out.decode()
    assert shown.count('class="level new"') == 1
    assert "<mark>client.v1.customers.retrieve(" in shown


def test_the_commit_is_named_where_it_is_known() -> None:
    checkout = Checkout("https://host.example/a/b", "0123456789abcdef", "main")
    shown = page(EMPTY, VIEW._replace(checkout=checkout))
    assert '<a href="https://host.example/a/b"' in shown
    assert "<code>0123456789ab</code> main" in shown


def test_long_lists_are_cut_and_the_rest_is_counted() -> None:
    many = tuple(Step(replace(MISSING.span, line=number), "") for number in range(1, 61))
    shown = page(replace(EMPTY, findings=(replace(MISSING, related=many),)))
    assert "60 more places" in shown
    assert "and 10 more places" in shown


# nothing comes in, nothing goes out


def test_the_policy_allows_exactly_the_style_and_the_script_of_the_page() -> None:
    shown = page(REPORT)
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', shown)
    (style,) = re.findall("<style>(.*?)</style>", shown, re.DOTALL)
    (script,) = re.findall("<script>(.*?)</script>", shown, re.DOTALL)
    hashes = [f"'sha256-{b64encode(sha256(part.encode()).digest()).decode()}'" for part in (style, script)]
    assert policy == (
        f"default-src 'none'; style-src {hashes[0]}; script-src {hashes[1]}; base-uri 'none'; form-action 'none'"
    )
    assert "\r" not in style + script


def test_the_page_names_no_address_to_load_from() -> None:
    read = Read(page(REPORT))
    assert not {"img", "link", "iframe", "object", "form", "base", "svg"} & set(read.tags)
    assert {name for _, name, _ in read.attributes if name.startswith("on") or name in {"src", "style"}} == set()


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(HOSTILE)
def test_any_text_stays_text(words: str) -> None:
    span = Span(words, 1, 1, 1, 2)
    step = Step(span, words)
    finding: Finding = replace(
        UNCOVERED, message=words, advice=words, app=words, permission=words, span=span, paste=words, related=(step,),
        evidence=(step, step), suppressed=words,
    )  # fmt: skip
    app = replace(RESULT.app, name=words, system=words, kind=words)
    result = replace(RESULT, app=app, granted=(words,), needed=(words,), missing=(), excess=())
    report = replace(
        EMPTY,
        apps=(result,),
        findings=(finding, replace(finding, suppressed=None)),
        errors=(InputError(span, words),),
        inventory=replace(EMPTY.inventory, gaps=(Gap(words, span, words, words),)),
    )
    shown = page(report, View(lambda _: words, link=lambda _: words, checkout=Checkout(words, words, words)))
    read = Read(shown)
    assert read.fits
    assert read.open == []
    assert read.tags.count("script") == 1
    assert set(read.tags) <= set(Read(page(REPORT)).tags) | {"h3", "b", "wbr"}
    assert not any(is_hidden(char) for char in shown.replace("\n", ""))
    assert all(address.startswith(("#", "http://", "https://")) for address in read.all("a", "href"))


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "http:", "", " https://x"]
)
def test_only_addresses_of_the_web_become_links(address: str) -> None:
    assert anchor("x", address) == "x"


def test_text_is_escaped_and_markup_is_not_escaped_again() -> None:
    inner = element("b", "<i>")
    assert joined([inner, "&"]) == "<b>&lt;i&gt;</b>&amp;"
    assert element("p", inner, class_='"', hidden=True, title=False) == '<p class="&quot;" hidden><b>&lt;i&gt;</b></p>'
    assert prose("Grant 'a<b' now.") == "Grant <code>a&lt;b</code> now."


def test_a_saved_report_is_no_page_that_asks_for_a_token() -> None:
    assert "://" not in text("https://connect.stripe.com/oauth/authorize?scope=read_write")


def test_equal_reports_give_equal_pages() -> None:
    shuffled = replace(REPORT, findings=REPORT.findings[::-1], apps=REPORT.apps[::-1])
    assert page(shuffled) == page(REPORT)


def test_suppressed_findings_come_last() -> None:
    levels = re.findall(r'class="level (\w+)"', page(replace(EMPTY, findings=(SUPPRESSED, EXCESS, MISSING))))
    assert levels == ["error", "warning", "suppressed"]
