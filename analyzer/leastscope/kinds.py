"""The catalog: every kind of finding and every kind of gap, with the words that explain it.

Plain data that the comparison, the renderers, `explain` and the documentation share. It names no vendor: permissions in
examples are neutral. An `id` is opaque and never used again for another kind; a `name` is what people read and write.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from leastscope.model import Level

HOME = "https://github.com/leastscope/leastscope"
FINDINGS_PAGE = f"{HOME}/blob/main/docs/findings.md"
GAPS_PAGE = f"{HOME}/blob/main/docs/gaps.md"

Precision = Literal["very-high", "high", "medium", "low"]


@dataclass(frozen=True, slots=True)
class FindingKind:
    """One kind of finding.

    `level` is the level of a certain finding; the comparison lowers it where it is less sure. `short` and `full` say
    what it means, `action` what to do in one line, with `{permission}` and `{manifest}` to be filled in. `wrong` and
    `right` are short examples in `language`. `severity` is a number from 0.1 to 10 for a security rule, or empty.
    """

    name: str
    id: str
    title: str
    level: Level
    short: str
    full: str
    action: str
    language: str
    wrong: str
    right: str
    limits: str
    precision: Precision
    tags: tuple[str, ...]
    severity: str = ""

    @property
    def url(self) -> str:
        """The place of this kind in the published documentation."""
        return f"{FINDINGS_PAGE}#{self.name}"


@dataclass(frozen=True, slots=True)
class GapKind:
    """One kind of gap: `text` says in a sentence what could not be told, `action` what helps."""

    name: str
    id: str
    title: str
    text: str
    action: str

    @property
    def url(self) -> str:
        """The place of this kind in the published documentation."""
        return f"{GAPS_PAGE}#{self.name}"


FINDINGS: tuple[FindingKind, ...] = (
    FindingKind(
        name="missing-grant",
        id="LS1001",
        title="MissingGrant",
        level="error",
        short="The code sends a request for which its app has no permission.",
        full=(
            "A request that the code sends needs a permission that none of the app's grants covers. The API refuses "
            "the request in production, often on a path that no test reaches."
        ),
        action="Grant '{permission}' in {manifest}, or remove the call.",
        language="json",
        wrong='// code: client.customers.retrieve(id)\n{"permissions": ["order_read"]}',
        right='// code: client.customers.retrieve(id)\n{"permissions": ["order_read", "customer_read"]}',
        limits=(
            "It is an error only where the operation's permission is documented, the code resolves the operation and "
            "the call is bound to this app's credential; otherwise a warning or a note."
        ),
        precision="very-high",
        tags=("permissions", "correctness"),
    ),
    FindingKind(
        name="excess-grant",
        id="LS1002",
        title="ExcessGrant",
        level="warning",
        short="A permission is granted that nothing in the code uses.",
        full=(
            "The app holds a permission that no request found in its code needs. A leaked credential of the app can do "
            "more than it must."
        ),
        action="Remove '{permission}' from {manifest} if nothing outside this code uses it.",
        language="json",
        wrong='// code: client.customers.retrieve(id)\n{"permissions": ["customer_read", "payout_write"]}',
        right='// code: client.customers.retrieve(id)\n{"permissions": ["customer_read"]}',
        limits=(
            "Code that is not read may use the grant: other languages, user interface parts, webhooks set up by hand, "
            "or a place the analyzer could not resolve. The finding is then a note that names the part."
        ),
        precision="high",
        tags=("permissions", "least-privilege", "security", "external/cwe/cwe-272"),
        severity="5.0",
    ),
    FindingKind(
        name="write-not-needed",
        id="LS1003",
        title="WriteNotNeeded",
        level="warning",
        short="A write permission is granted where the code only reads.",
        full=(
            "The app may change objects that its code only reads. A leaked credential can then change them too, and "
            "the read permission would be enough."
        ),
        action="Replace '{permission}' in {manifest} by its read twin.",
        language="json",
        wrong='// code: client.customers.retrieve(id)\n{"permissions": ["customer_write"]}',
        right='// code: client.customers.retrieve(id)\n{"permissions": ["customer_read"]}',
        limits="The same parts that are not read can make it a note, as for `excess-grant`.",
        precision="high",
        tags=("permissions", "least-privilege", "security", "external/cwe/cwe-272"),
        severity="5.5",
    ),
    FindingKind(
        name="redundant-grant",
        id="LS1004",
        title="RedundantGrant",
        level="note",
        short="A permission is granted that another grant already implies.",
        full=(
            "Another grant of the same app implies this one, so it changes nothing today. It becomes a real grant on "
            "the day the other one is taken away."
        ),
        action="Remove '{permission}' from {manifest}, or keep it and remove the wider grant.",
        language="json",
        wrong='{"permissions": ["customer_write", "customer_read"]}',
        right='{"permissions": ["customer_write"]}',
        limits="Where it is only assumed that writing implies reading, the message says so; test before removing.",
        precision="high",
        tags=("permissions", "maintainability"),
    ),
    FindingKind(
        name="incomplete-grant",
        id="LS1005",
        title="IncompleteGrant",
        level="warning",
        short="A permission is granted that works only together with another one, which is missing.",
        full=(
            "The permission extends a base permission that the app does not hold. Alone it allows nothing, so the "
            "requests it is meant for are refused."
        ),
        action="Grant the base of '{permission}' in {manifest} as well, or remove it.",
        language="json",
        wrong='{"permissions": ["event_read"]}',
        right='{"permissions": ["event_read", "order_read"]}',
        limits="Only bases that the rule pack names are known.",
        precision="high",
        tags=("permissions", "correctness"),
    ),
    FindingKind(
        name="unknown-grant",
        id="LS1006",
        title="UnknownGrant",
        level="error",
        short="A permission is granted whose name does not exist.",
        full=(
            "The manifest names a permission that the system does not have: a misspelling, a wrong case, two names in "
            "one string, or a name of another system. It grants nothing, and the manifest may be refused."
        ),
        action="Correct '{permission}' in {manifest}; the message names the nearest permission that exists.",
        language="json",
        wrong='{"permissions": ["customers_read"]}',
        right='{"permissions": ["customer_read"]}',
        limits="A permission newer than the rule pack is reported too.",
        precision="high",
        tags=("permissions", "correctness"),
    ),
    FindingKind(
        name="sensitive-grant",
        id="LS1007",
        title="SensitiveGrant",
        level="note",
        short="A permission is granted that deserves a second look.",
        full=(
            "The permission reaches further than its name suggests, for example it can redirect data or change who has "
            "access. The code may well need it; somebody should have decided so."
        ),
        action="Check that '{permission}' in {manifest} is wanted, and say in its purpose why.",
        language="json",
        wrong='{"permissions": [{"permission": "webhook_write", "purpose": ""}]}',
        right='{"permissions": [{"permission": "webhook_write", "purpose": "Registers our endpoint at install"}]}',
        limits="Which permissions are sensitive is a fact of the rule pack, with its reason.",
        precision="very-high",
        tags=("permissions", "least-privilege", "security"),
        severity="3.0",
    ),
    FindingKind(
        name="missing-purpose",
        id="LS1008",
        title="MissingPurpose",
        level="warning",
        short="A permission is granted without saying what for.",
        full=(
            "The manifest has a place for the purpose of each permission, and this one is missing or empty. Users see "
            "the purpose when they install the app, and reviewers reject apps without it."
        ),
        action="Write in {manifest} what '{permission}' is for.",
        language="json",
        wrong='{"permission": "customer_read", "purpose": ""}',
        right='{"permission": "customer_read", "purpose": "Shows the name of the customer beside the order"}',
        limits="The text is not judged, only that there is one.",
        precision="very-high",
        tags=("permissions", "maintainability"),
    ),
    FindingKind(
        name="duplicate-grant",
        id="LS1009",
        title="DuplicateGrant",
        level="warning",
        short="The same permission is granted twice.",
        full="The manifest lists a permission more than once. Removing one of the entries later takes nothing away.",
        action="Remove one of the entries of '{permission}' from {manifest}.",
        language="json",
        wrong='{"permissions": ["customer_read", "order_read", "customer_read"]}',
        right='{"permissions": ["customer_read", "order_read"]}',
        limits="Two spellings of one permission count as the same.",
        precision="very-high",
        tags=("permissions", "maintainability"),
    ),
    FindingKind(
        name="scope-mismatch",
        id="LS1010",
        title="ScopeMismatch",
        level="warning",
        short="Two declarations of one app ask for different permissions.",
        full=(
            "The permissions of an app are written down in two places, for example a manifest and the request for a "
            "token, and they differ. Which of them holds depends on the way the app was installed."
        ),
        action="Make the declarations of '{permission}' agree.",
        language="python",
        wrong='# manifest: customer_read, order_read\nauthorize(scope="customer_read")',
        right='# manifest: customer_read, order_read\nauthorize(scope="customer_read order_read")',
        limits="Only declarations that are literals in the code can be compared.",
        precision="high",
        tags=("permissions", "correctness"),
    ),
    FindingKind(
        name="uncovered-call",
        id="LS1011",
        title="UncoveredCall",
        level="note",
        short="No permission of the system covers this operation.",
        full=(
            "The code sends a request that no permission can allow for an app or a restricted key. It works with a "
            "full key only, or not at all."
        ),
        action="Use another operation, or make sure that this code runs with a credential that may send it.",
        language="python",
        wrong="client.accounts.create()  # no permission allows this",
        right="client.accounts.retrieve(id)  # account_read",
        limits="A permission newer than the rule pack is not known to it.",
        precision="medium",
        tags=("permissions", "correctness"),
    ),
    FindingKind(
        name="unresolved-call",
        id="LS1012",
        title="UnresolvedCall",
        level="note",
        short="The code sends a request, but not which one can be told.",
        full=(
            "The analyzer sees that a request is sent and cannot tell the operation, so it can say neither that a "
            "permission is missing nor that one is unused."
        ),
        action="Write the operation so that it can be read, or describe the wrapper in the settings.",
        language="python",
        wrong='getattr(client.customers, request.args["action"])(id)',
        right='actions = {"show": client.customers.retrieve}\nactions[request.args["action"]](id)',
        limits="The list of gaps says for each place why it could not be told.",
        precision="medium",
        tags=("permissions", "maintainability"),
    ),
    FindingKind(
        name="undeclared-system",
        id="LS1013",
        title="UndeclaredSystem",
        level="note",
        short="The code sends requests to a system for which nothing is declared.",
        full=(
            "Requests were found, but no manifest, settings or token request says what they have been granted, so "
            "there is nothing to compare them with."
        ),
        action="Add a manifest or name the grants in the settings; `leastscope requests` lists what the code needs.",
        language="json",
        wrong="// code: client.customers.retrieve(id)\n// and no manifest anywhere",
        right='// code: client.customers.retrieve(id)\n{"permissions": ["customer_read"]}',
        limits="Only declarations below the scanned paths are seen.",
        precision="high",
        tags=("permissions", "maintainability"),
    ),
    FindingKind(
        name="unused-suppression",
        id="LS1014",
        title="UnusedSuppression",
        level="note",
        short="A comment or an exception in the settings suppresses nothing, or does not count.",
        full=(
            "A suppression that matches no finding was for a call or grant that has gone; it would hide the next one "
            "at its place. One without a reason, or with a kind that does not exist, does not count."
        ),
        action="Remove it, or give it a reason and the kind of a finding at its place.",
        language="python",
        wrong="client.customers.list()  # leastscope: ignore[missing-grant]",
        right="client.customers.list()  # leastscope: ignore[missing-grant] granted by hand in the console",
        limits="A scan of a part of a project does not see every finding, so one that is needed can look unused.",
        precision="high",
        tags=("maintainability",),
    ),
)

GAPS: tuple[GapKind, ...] = (
    GapKind(
        "dynamic-operation",
        "LS2001",
        "DynamicOperation",
        "A request is sent, but which operation it is cannot be told from the code.",
        "Use a literal, or a dict of the operations that are possible.",
    ),
    GapKind(
        "unknown-member",
        "LS2002",
        "UnknownMember",
        "The model of the client library has no member of this name.",
        "Check the spelling and the release of the library; the member may be newer than the rule pack.",
    ),
    GapKind(
        "open-parameter",
        "LS2003",
        "OpenParameter",
        "A parameter decides which operation is sent, and no caller in the scanned code fixes it.",
        "Scan the code of the callers too.",
    ),
    GapKind(
        "raw-request",
        "LS2004",
        "RawRequest",
        "A request is sent by verb and URL, and one of the two is not a literal.",
        "Write the verb and the fixed part of the path as literals.",
    ),
    GapKind(
        "unknown-operation",
        "LS2005",
        "UnknownOperation",
        "The rule pack has no operation with this verb and path.",
        "Check the path; an operation newer than the rule pack is not known to it.",
    ),
    GapKind(
        "unknown-event",
        "LS2006",
        "UnknownEvent",
        "The rule pack has no event of this type.",
        "Check the spelling of the event type.",
    ),
    GapKind(
        "unknown-expansion",
        "LS2007",
        "UnknownExpansion",
        "A request expands a field that the model of the response does not have, or that is not a literal.",
        "Write the expansion as a literal path of fields that exist.",
    ),
    GapKind(
        "syntax-error",
        "LS2008",
        "SyntaxError",
        "The file is not valid Python, so nothing in it was read.",
        "Correct the file, or exclude it in the settings.",
    ),
    GapKind(
        "too-deep",
        "LS2009",
        "TooDeep",
        "The file nests brackets or chains operators deeper than can be parsed safely, so nothing in it was read.",
        "Split the expression, or exclude the file in the settings.",
    ),
    GapKind(
        "too-large",
        "LS2010",
        "TooLarge",
        "The file is larger than the analyzer reads.",
        "Split the file, or exclude it in the settings.",
    ),
    GapKind(
        "undecodable",
        "LS2011",
        "Undecodable",
        "The bytes of the file do not fit the encoding it declares.",
        "Save the file as UTF-8.",
    ),
    GapKind(
        "unreadable",
        "LS2012",
        "Unreadable",
        "The file could not be opened or read.",
        "Check the permissions of the file and where its link points to.",
    ),
    GapKind(
        "limit",
        "LS2013",
        "Limit",
        "A cap of the analyzer was reached, and what lies beyond it is not known.",
        "Simplify the code at this place; the reason names the cap.",
    ),
    GapKind(
        "several-apps",
        "LS2014",
        "SeveralApps",
        "Which app this code runs under cannot be told: there are several manifests, or the settings give the code of "
        "every app and this is part of none, or only the credential, which is not known, could tell.",
        "Name the paths or credentials of each app in the settings.",
    ),
    GapKind(
        "release-differs",
        "LS2015",
        "ReleaseDiffers",
        "Releases of the client library differ here, and which one is used cannot be told.",
        "Pin the library in a lock or requirements file inside the scanned paths.",
    ),
    GapKind(
        "all-events",
        "LS2016",
        "AllEvents",
        "The code subscribes to every event, so which of them it needs cannot be told.",
        "Subscribe to the events that the code handles.",
    ),
    GapKind(
        "unknown-scope",
        "LS2017",
        "UnknownScope",
        "A token is asked for, and which scopes it is to have cannot be told from the code.",
        "Write the scopes as a literal, or name the grants in the settings.",
    ),
    GapKind(
        "unknown-library",
        "LS2018",
        "UnknownLibrary",
        "The URL of an operation is given to a library that has no model, so what it sends cannot be told.",
        "Send the request with a library that is known, or describe this one in a rule pack.",
    ),
)

FINDING_BY_NAME: dict[str, FindingKind] = {kind.name: kind for kind in FINDINGS}
GAP_BY_NAME: dict[str, GapKind] = {kind.name: kind for kind in GAPS}
