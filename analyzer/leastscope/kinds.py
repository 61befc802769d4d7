"""The catalog: every kind of finding and every kind of gap, with the texts that explain it.

The comparison, the renderers, and the documentation share this data. The catalog names no vendor: the permissions in its
examples are invented. An `id` is never reused for another kind; a `name` is what people read and write.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from leastscope.model import Level

HOME = "https://github.com/leastscope/leastscope"
_PAGES = f"{HOME}/blob/main/docs"

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
        """The page of this kind in the published documentation."""
        return f"{_PAGES}/findings/{self.name}.md"


@dataclass(frozen=True, slots=True)
class GapKind:
    """One kind of gap: `text` says in a sentence what leastscope could not determine, `action` how to change that.

    `before` is Python code with such a place, `after` the code once the advice is taken; empty where no code shows it.
    `limits` says more of when it is reported; it may be empty.
    """

    name: str
    id: str
    title: str
    text: str
    action: str
    before: str = ""
    after: str = ""
    limits: str = ""

    @property
    def url(self) -> str:
        """The page of this kind in the published documentation."""
        return f"{_PAGES}/gaps/{self.name}.md"


FINDINGS: tuple[FindingKind, ...] = (
    FindingKind(
        name="missing-grant",
        id="LS1001",
        title="MissingGrant",
        level="error",
        short="The code sends a request, and its app is not granted the permission for it.",
        full=(
            "The code sends a request that needs a permission, and no grant of the app includes that permission. The "
            "API refuses the request in production, often on a code path that no test covers."
        ),
        action="Grant '{permission}' in {manifest}, or remove the call.",
        language="json",
        wrong='// code: client.customers.retrieve(id)\n{"permissions": ["order_read"]}',
        right='// code: client.customers.retrieve(id)\n{"permissions": ["order_read", "customer_read"]}',
        limits=(
            "The finding is an error if the vendor documents the permission, leastscope resolved the operation, and "
            "the call runs with this app's credential. Otherwise the finding is a warning or a note."
        ),
        precision="very-high",
        tags=("permissions", "correctness"),
    ),
    FindingKind(
        name="excess-grant",
        id="LS1002",
        title="ExcessGrant",
        level="warning",
        short="The app is granted a permission that its code does not use.",
        full=(
            "The app is granted a permission, and no request in its code needs that permission. Whoever steals a "
            "credential of the app can do more than the app itself ever does."
        ),
        action="Remove '{permission}' from {manifest} if nothing outside this code uses it.",
        language="json",
        wrong='// code: client.customers.retrieve(id)\n{"permissions": ["customer_read", "payout_write"]}',
        right='// code: client.customers.retrieve(id)\n{"permissions": ["customer_read"]}',
        limits=(
            "Something that leastscope does not read may use the permission: code in another language, user interface "
            "views, webhooks that somebody registered by hand, or a call that leastscope could not resolve. In that "
            "case the finding is a note that names the reason."
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
        short="The app is granted a write permission, and its code only reads.",
        full=(
            "The app is granted a write permission, and its code only reads these objects. Whoever steals a credential "
            "of the app can change the objects, too. The read permission is enough."
        ),
        action="Replace '{permission}' in {manifest} with the matching read permission.",
        language="json",
        wrong='// code: client.customers.retrieve(id)\n{"permissions": ["customer_write"]}',
        right='// code: client.customers.retrieve(id)\n{"permissions": ["customer_read"]}',
        limits="The finding is a note if something that leastscope does not read may write, as for `excess-grant`.",
        precision="high",
        tags=("permissions", "least-privilege", "security", "external/cwe/cwe-272"),
        severity="5.5",
    ),
    FindingKind(
        name="redundant-grant",
        id="LS1004",
        title="RedundantGrant",
        level="note",
        short="The app is granted a permission that another of its permissions includes.",
        full=(
            "Another permission of the app includes this one, so this grant has no effect today. If somebody removes "
            "the wider permission later, this one stays behind."
        ),
        action="Remove '{permission}' from {manifest}, or keep it and remove the wider permission.",
        language="json",
        wrong='{"permissions": ["customer_write", "customer_read"]}',
        right='{"permissions": ["customer_write"]}',
        limits=(
            "leastscope does not report a read permission if it is only assumed, and not documented, that the write "
            "permission includes reading."
        ),
        precision="high",
        tags=("permissions", "maintainability"),
    ),
    FindingKind(
        name="incomplete-grant",
        id="LS1005",
        title="IncompleteGrant",
        level="warning",
        short="The app is granted a permission that has no effect without another permission, which the app lacks.",
        full=(
            "The permission extends a base permission, and the app is not granted the base permission. Without the "
            "base permission this one allows nothing, and the API refuses the requests that it is meant for."
        ),
        action="Grant the base permission of '{permission}' in {manifest} as well, or remove '{permission}'.",
        language="json",
        wrong='{"permissions": ["event_read"]}',
        right='{"permissions": ["event_read", "order_read"]}',
        limits="leastscope knows only the base permissions that the rule pack lists.",
        precision="high",
        tags=("permissions", "correctness"),
    ),
    FindingKind(
        name="unknown-grant",
        id="LS1006",
        title="UnknownGrant",
        level="error",
        short="The manifest grants a permission that does not exist.",
        full=(
            "The manifest names a permission that this system does not have: a typo, wrong capitalization, two names "
            "in one string, or a permission of another system or of another kind of app. The entry grants nothing, and "
            "the vendor may reject the manifest. A misspelled key of the manifest is reported here too; leastscope "
            "reads the permissions below that key as if you had written the key correctly."
        ),
        action="Correct '{permission}' in {manifest}. The message names the closest permission that exists.",
        language="json",
        wrong='{"permissions": ["customers_read"]}',
        right='{"permissions": ["customer_read"]}',
        limits="leastscope also reports a permission that is newer than the rule pack.",
        precision="high",
        tags=("permissions", "correctness"),
    ),
    FindingKind(
        name="sensitive-grant",
        id="LS1007",
        title="SensitiveGrant",
        level="note",
        short="The app is granted a permission that needs a review.",
        full=(
            "The permission allows more than its name suggests. For example, it can redirect data or change who has "
            "access. The code may need the permission, but a person should decide that."
        ),
        action="Check that the app needs '{permission}' in {manifest}, and state the reason as its purpose.",
        language="json",
        wrong='{"permissions": [{"permission": "webhook_write", "purpose": ""}]}',
        right='{"permissions": [{"permission": "webhook_write", "purpose": "Registers our endpoint at install"}]}',
        limits="The rule pack lists the sensitive permissions, each with a reason.",
        precision="very-high",
        tags=("permissions", "least-privilege", "security"),
        severity="3.0",
    ),
    FindingKind(
        name="missing-purpose",
        id="LS1008",
        title="MissingPurpose",
        level="warning",
        short="The manifest does not say what a permission is for.",
        full=(
            "The manifest has a field for the purpose of each permission, and the field is missing or empty here. "
            "Users see the purpose when they install the app, and reviewers reject apps that do not state it."
        ),
        action="State the purpose of '{permission}' in {manifest}.",
        language="json",
        wrong='{"permission": "customer_read", "purpose": ""}',
        right='{"permission": "customer_read", "purpose": "Shows the customer\'s name next to the order"}',
        limits="leastscope checks that there is a purpose, not what the purpose says.",
        precision="very-high",
        tags=("permissions", "maintainability"),
    ),
    FindingKind(
        name="duplicate-grant",
        id="LS1009",
        title="DuplicateGrant",
        level="warning",
        short="The manifest grants the same permission twice.",
        full=(
            "The manifest lists a permission more than once. If somebody removes one of the entries later, the app "
            "keeps the permission."
        ),
        action="Remove all entries for '{permission}' but one from {manifest}.",
        language="json",
        wrong='{"permissions": ["customer_read", "order_read", "customer_read"]}',
        right='{"permissions": ["customer_read", "order_read"]}',
        limits="Two spellings of one permission count as the same permission.",
        precision="very-high",
        tags=("permissions", "maintainability"),
    ),
    FindingKind(
        name="scope-mismatch",
        id="LS1010",
        title="ScopeMismatch",
        level="warning",
        short="Two declarations of one app request different permissions.",
        full=(
            "The permissions of an app are declared in two places, for example in a manifest and in a token request, "
            "and the two declarations differ. Which of them applies depends on how the app was installed."
        ),
        action="Make the declarations agree on '{permission}'.",
        language="python",
        wrong='# manifest: customer_read, order_read\nauthorize(scope="customer_read")',
        right='# manifest: customer_read, order_read\nauthorize(scope="customer_read order_read")',
        limits="leastscope compares only declarations that the code writes as literals.",
        precision="high",
        tags=("permissions", "correctness"),
    ),
    FindingKind(
        name="uncovered-call",
        id="LS1011",
        title="UncoveredCall",
        level="note",
        short="No permission of the system allows this operation.",
        full=(
            "The code sends a request that no permission of an app or a restricted key allows. The request works only "
            "with an unrestricted key, or not at all. The finding also tells a request that a permission should allow, "
            "and that the server has refused to apps of this kind; its message names the documentation and the answer."
        ),
        action="Use another operation, or run this code with a credential that may send the request.",
        language="python",
        wrong="client.accounts.create()  # no permission allows this",
        right="client.accounts.retrieve(id)  # account_read",
        limits="leastscope does not know permissions that are newer than the rule pack.",
        precision="medium",
        tags=("permissions", "correctness"),
    ),
    FindingKind(
        name="unresolved-call",
        id="LS1012",
        title="UnresolvedCall",
        level="note",
        short="The code sends a request, and leastscope cannot determine which one.",
        full=(
            "leastscope sees that the code sends a request here and cannot determine the operation. Therefore "
            "leastscope can report neither a missing nor an unused permission for this request."
        ),
        action="Write the operation as a literal, or describe the wrapper function in the settings.",
        language="python",
        wrong='getattr(client.customers, request.args["action"])(id)',
        right='actions = {"show": client.customers.retrieve}\nactions[request.args["action"]](id)',
        limits="The list of gaps states the reason for each place.",
        precision="medium",
        tags=("permissions", "maintainability"),
    ),
    FindingKind(
        name="undeclared-system",
        id="LS1013",
        title="UndeclaredSystem",
        level="note",
        short="The code sends requests to a system, and no declaration says which permissions the code has.",
        full=(
            "leastscope found requests to the system, but no manifest, settings entry, or token request that says "
            "which permissions the code is granted. leastscope has nothing to compare the requests with."
        ),
        action="Add a manifest, or list the grants in the settings. `leastscope infer` writes the text for both.",
        language="json",
        wrong="// code: client.customers.retrieve(id)\n// and no manifest anywhere",
        right='// code: client.customers.retrieve(id)\n{"permissions": ["customer_read"]}',
        limits="leastscope finds only declarations inside the scanned paths.",
        precision="high",
        tags=("permissions", "maintainability"),
    ),
    FindingKind(
        name="unused-suppression",
        id="LS1014",
        title="UnusedSuppression",
        level="note",
        short="A suppression comment or an exception in the settings matches no finding or is invalid.",
        full=(
            "A suppression that matches no finding was written for a call or a grant that is gone. It would hide the "
            "next finding at the same place. A suppression without a reason, or with a kind that does not exist, is "
            "invalid and hides nothing."
        ),
        action="Remove the suppression, or give it a reason and the kind of a finding at its place.",
        language="python",
        wrong="client.customers.list()  # leastscope: ignore[missing-grant]",
        right="client.customers.list()  # leastscope: ignore[missing-grant] granted by hand in the console",
        limits=(
            "If you scan only part of a project, leastscope does not see every finding, and a suppression that you "
            "need can look unused."
        ),
        precision="high",
        tags=("maintainability",),
    ),
    FindingKind(
        name="own-account-calls",
        id="LS1015",
        title="OwnAccountCalls",
        level="note",
        short="Calls use your own key on your own account, which the permissions of the app do not limit.",
        full=(
            "The permissions of an app, or the scope of a connection, limit what your code does on the accounts of your "
            "customers. A call with your own key that names no account acts on your own account, and no permission of "
            "the app limits the call. leastscope lists these calls once for each app and does not count them as needs."
        ),
        action="Name the account in calls that are meant for the account of a customer.",
        language="python",
        wrong="client = Client(OWN_KEY)\nclient.refunds.create(charge=charge)",
        right="client.refunds.create(charge=charge, account=customer_account)",
        limits="leastscope tells a token from a key by where it comes from, or by the name under which the code reads it.",
        precision="high",
        tags=("permissions", "correctness"),
    ),
    FindingKind(
        name="second-declaration",
        id="LS1016",
        title="SecondDeclaration",
        level="warning",
        short="A change declares another app for code that already runs under an app.",
        full=(
            "A change adds a manifest, settings or a token request, and code that was there before would no longer "
            "count for its own app. leastscope counts the code for both apps, so the new declaration hides no finding."
        ),
        action="Remove the new declaration, or accept it: after the merge, the code counts as the declarations say.",
        language="json",
        wrong='// backend/app.json beside backend/pay.py, which runs under app.json\n{"permissions": ["order_write"]}',
        right='// app.json\n{"permissions": ["customer_read", "order_write"]}',
        limits="leastscope reports this finding only when it compares a change with its base.",
        precision="high",
        tags=("permissions", "least-privilege", "security"),
        severity="5.0",
    ),
)

GAPS: tuple[GapKind, ...] = (
    GapKind(
        "dynamic-operation",
        "LS2001",
        "DynamicOperation",
        "The code sends a request, and the operation is computed at run time.",
        "Use a literal, or a dict that lists the possible operations.",
        before="def change(order, what):\n    return getattr(client.orders, what)(order)",
        after='CALLS = {"cancel": client.orders.cancel, "close": client.orders.close}\n\n\n'
        "def change(order, what):\n    call = CALLS[what]\n    return call(order)",
    ),
    GapKind(
        "unknown-member",
        "LS2002",
        "UnknownMember",
        "The code uses a member of the client library that the rule pack does not list.",
        "Check the spelling and the release of the library. The member may be newer than the rule pack.",
        before="client.orders.cancle(order)",
        after="client.orders.cancel(order)",
    ),
    GapKind(
        "open-parameter",
        "LS2003",
        "OpenParameter",
        "A parameter decides which operation a function sends, and no caller in the scanned code passes a known value.",
        "Scan the code of the callers, too.",
        before="def send(method, path):  # nothing calls it\n    return session.request(method, HOST + path)",
        after='def send(method, path):\n    return session.request(method, HOST + path)\n\n\nsend("GET", "/v1/orders")',
    ),
    GapKind(
        "raw-request",
        "LS2004",
        "RawRequest",
        "The code sends a request to the system, and the HTTP method or the URL is not known.",
        "Write the HTTP method and the fixed part of the path as literals.",
        before="client.raw_request(method, url)",
        after='client.raw_request("get", f"/v1/orders/{order}")',
    ),
    GapKind(
        "unknown-operation",
        "LS2005",
        "UnknownOperation",
        "The rule pack lists no operation with this HTTP method and path.",
        "Check the path. The operation may be newer than the rule pack.",
        before='client.raw_request("get", "/v1/ordrs")',
        after='client.raw_request("get", "/v1/orders")',
    ),
    GapKind(
        "unknown-event",
        "LS2006",
        "UnknownEvent",
        "The rule pack lists no event of this type.",
        "Check the spelling of the event type.",
        before='if event.type == "order.payd":\n    ship(event)',
        after='if event.type == "order.paid":\n    ship(event)',
    ),
    GapKind(
        "unknown-expansion",
        "LS2007",
        "UnknownExpansion",
        "A request expands a field that the response does not have, or the name of the field is not a literal.",
        "Write the expansion as a literal path of existing fields.",
        before='client.orders.list(expand=["data.custmer"])',
        after='client.orders.list(expand=["data.customer"])',
    ),
    GapKind(
        "syntax-error",
        "LS2008",
        "SyntaxError",
        "leastscope skipped the file because the file is not valid Python.",
        "Correct the file, or exclude the file in the settings.",
        before="def refund(order:\n    client.refunds.create(order)",
        after="def refund(order):\n    client.refunds.create(order)",
    ),
    GapKind(
        "too-deep",
        "LS2009",
        "TooDeep",
        "leastscope skipped the file because its brackets or operators are nested too deeply to be parsed safely.",
        "Split the expression, or exclude the file in the settings.",
    ),
    GapKind(
        "too-large",
        "LS2010",
        "TooLarge",
        "leastscope skipped the file because the file, or the file with those before it, would take too much memory.",
        "Split the file, exclude generated files in the settings, or scan a part of the tree.",
        limits=(
            "leastscope reads a file of at most 4 MB with at most 110,000 tokens: operators, brackets, literals, keywords "
            "and lines. In one run it parses at most 64 MiB of Python with 4,000,000 signs, which are all characters that "
            "are neither letters, digits nor blanks. The files with more than 60,000 signs may have 250,000 together. "
            "Files that name a system come before those that they use, in the order of their paths."
        ),
    ),
    GapKind(
        "undecodable",
        "LS2011",
        "Undecodable",
        "leastscope skipped the file because its bytes do not match the encoding that it declares.",
        "Save the file as UTF-8.",
    ),
    GapKind(
        "unreadable",
        "LS2012",
        "Unreadable",
        "leastscope could not open or read the file.",
        "Check the file permissions and, if the file is a link, the target of the link.",
    ),
    GapKind(
        "limit",
        "LS2013",
        "Limit",
        "The analysis reached one of its limits, and leastscope does not know what lies beyond the limit.",
        "Simplify the code at this place. The reason names the limit.",
    ),
    GapKind(
        "several-apps",
        "LS2014",
        "SeveralApps",
        "leastscope cannot determine which app this code belongs to: there are several manifests, or the settings "
        "assign the code of every app and leave this code out, or the settings assign this code by its credential and "
        "the credential is not known.",
        "List the paths or credentials of each app in the settings.",
        before="# One of two apps, in a folder that belongs to neither.\nclient.orders.list()",
    ),
    GapKind(
        "release-differs",
        "LS2015",
        "ReleaseDiffers",
        "Releases of the client library behave differently here, and leastscope does not know which release you use.",
        "Pin the library in a lock file or requirements file inside the scanned paths.",
        before='client.orders.list(expand=["data.customer"])  # no lock file pins the library',
    ),
    GapKind(
        "all-events",
        "LS2016",
        "AllEvents",
        "The code subscribes to all events, so leastscope cannot determine which events the code needs.",
        "Subscribe only to the events that the code handles.",
        before='client.webhooks.create(url=URL, events=["*"])',
        after='client.webhooks.create(url=URL, events=["order.paid"])',
    ),
    GapKind(
        "unknown-scope",
        "LS2017",
        "UnknownScope",
        "The code requests a token, and leastscope cannot determine the scopes of the token.",
        "Write the scopes as a literal, or list the grants in the settings.",
        before='url = f"{AUTHORIZE}?scope={config.scope}"',
        after='url = f"{AUTHORIZE}?scope=orders.read"',
    ),
    GapKind(
        "unknown-library",
        "LS2018",
        "UnknownLibrary",
        "The code passes the URL of an operation to a library that leastscope does not know.",
        "Send the request with a library that leastscope knows, or describe this library in a rule pack.",
        before='fetcher.load("https://api.shop.example/v1/orders")',
        after='requests.get("https://api.shop.example/v1/orders")',
    ),
    GapKind(
        "unexplained-call",
        "LS2019",
        "UnexplainedCall",
        "A call looks like a request to the system, and leastscope does not know the object that it is made on.",
        "Annotate the object with its class.",
        before="def show(client, order):\n    return client.orders.retrieve(order)",
        after="def show(client: shop.Client, order):\n    return client.orders.retrieve(order)",
    ),
    GapKind(
        "not-read",
        "LS2020",
        "NotRead",
        "A file that may hold code of the app is not read: a Cython file, a file of an environment that git tracks, a link.",
        "Move the code to a Python file, or name the file or folder on the command line.",
    ),
    GapKind(
        "no-request",
        "LS2021",
        "NoRequest",
        "The code uses the client library or a server of a system, and leastscope found no request to the system.",
        "Scan the code that sends the requests too, or annotate the object that sends them with its class.",
        before='import shop\n\nCLIENTS = {"shop": shop.Client(key)}',
        after="import shop\n\n\ndef show(client: shop.Client, order):\n    return client.orders.retrieve(order)",
    ),
    GapKind(
        "code-in-text",
        "LS2022",
        "CodeInText",
        "The code runs a text as code, and the text names a system.",
        "Write the code out.",
        before='exec("import shop; shop.Order.create()")',
        after="import shop\n\nshop.Order.create()",
    ),
    GapKind(
        "lost-client",
        "LS2023",
        "LostClient",
        "The code hands a client, or a class of the client library, to code that leastscope does not read.",
        "Annotate the object with its class where the code uses it. If the other code sends requests, describe it in a "
        "model, or state the permissions with a comment.",
        before="import shop\n\nframework.register(shop.Client(key))",
        after="import shop\n\nclient = shop.Client(key)\n\n\ndef show(order):\n    return client.orders.retrieve(order)",
    ),
)

UNREAD: dict[str, tuple[str, str]] = {
    "excluded": ("path excluded by settings", "paths excluded by settings"),
    "ignored": ("path ignored by .gitignore", "paths ignored by .gitignore"),
    "tools": ("folder of a tool or environment", "folders of tools or environments"),
    "links": ("symbolic link", "symbolic links"),
    "large": ("file over the size cap", "files over the size cap"),
    "broken": ("file that cannot be parsed", "files that cannot be parsed"),
    "stubs": ("stub (.pyi)", "stubs (.pyi)"),
    "cython": ("Cython file", "Cython files"),
    "tests": ("file of tests whose requests do not count", "files of tests whose requests do not count"),
}
"""Why a path is not read, in the words that a report counts it with: one of them, several of them."""

FINDING_BY_NAME: dict[str, FindingKind] = {kind.name: kind for kind in FINDINGS}
GAP_BY_NAME: dict[str, GapKind] = {kind.name: kind for kind in GAPS}
