"""The catalog: every kind of finding, with the texts that explain it, and (`gapkinds`) every kind of gap.

The comparison, the renderers, and the documentation share this data. The catalog names no vendor: the permissions in its
examples are invented. An `id` is never reused for another kind; a `name` is what people read and write.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from leastscope.gapkinds import GAP_BY_NAME, GAPS, HOME, PAGES, RECEIVED, GapKind

if TYPE_CHECKING:
    from leastscope.model import Level

__all__ = [
    "FINDINGS",
    "FINDING_BY_NAME",
    "GAPS",
    "GAP_BY_NAME",
    "HOME",
    "RECEIVED",
    "UNREAD",
    "FindingKind",
    "GapKind",
    "Precision",
]

Precision = Literal["very-high", "high", "medium", "low"]


class FindingKind(NamedTuple):
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
        return f"{PAGES}/findings/{self.name}.md"


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
