"""Every kind of gap, with the texts that explain it; the other half of the catalog is `kinds`, which gives these out too."""

from __future__ import annotations

from typing import NamedTuple

HOME = "https://github.com/leastscope/leastscope"
PAGES = f"{HOME}/blob/main/docs"


class GapKind(NamedTuple):
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
        return f"{PAGES}/gaps/{self.name}.md"


RECEIVED = "received-event"
"""The kind of a place where events come in of which nobody knows the types."""
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
        "The code hands a client, or a class of the client library, to code that leastscope does not read, "
        "or keeps a class and nothing that leastscope finds uses it.",
        "Annotate the object with its class where the code uses it, or write a model or a statement for the other code.",
        before="import shop\n\nframework.register(shop.Client(key))",
        after="import shop\n\nclient = shop.Client(key)\n\n\ndef show(order):\n    return client.orders.retrieve(order)",
    ),
    GapKind(
        RECEIVED,
        "LS2024",
        "ReceivedEvent",
        "The code receives events, and leastscope finds no type of event that the code handles.",
        "Compare the type of the event with literals, or use them as keys, in code that imports the library.",
        before="event = orders.receive(body)\nship(event)",
        after='event = orders.receive(body)\nif event.type == "order.paid":\n    ship(event)',
    ),
)
GAP_BY_NAME: dict[str, GapKind] = {kind.name: kind for kind in GAPS}
