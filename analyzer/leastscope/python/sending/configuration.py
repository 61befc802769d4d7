"""Under which options a request is sent: whose account, which credential, what base URL and headers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.python.domain import mappings, strings
from leastscope.python.domain.kept import replace
from leastscope.python.domain.values import (
    BOTTOM,
    Bottom,
    Configuration,
    Const,
    External,
    Items,
    LibraryClass,
    LibraryObject,
    Mapping,
    Outside,
    Param,
    Text,
    Value,
    join,
    options,
)
from leastscope.python.sending import credentials
from leastscope.python.state import cells

if TYPE_CHECKING:
    from leastscope.library import Knowledge, Library, Member
    from leastscope.model import Account
    from leastscope.python.domain.arguments import Arguments
    from leastscope.python.state.frame import Frame

_KEY = "key"
"""What tells a key apart from other credentials, where a system gives tokens of its customers' accounts other grants."""
_SCHEMES: dict[str, Account] = {"basic": "own", "bearer": "connected"}
"""Schemes of the header `Authorization` (RFC 7617, RFC 6750) -> whose account they act on."""


def inherited(owner: LibraryClass | LibraryObject) -> Configuration:
    """Under which options the object at hand works."""
    return owner.configuration if isinstance(owner, LibraryObject) else Configuration()


def default_account(knowledge: Knowledge, library: Library) -> Account:
    """Whose account a request without an option for it acts on: a wrapper that hides such an option does not tell.

    Nor does a library that could have been given a key, where keys act on the developer's own account and tokens do not.
    """
    hides = (
        "account" in knowledge.headers.get(library.system, {}).values() and "account" not in library.options.values()
    )
    return "unknown" if hides or _KEY in library.options.values() else "own"


def for_call(
    library: Library,
    owner: LibraryClass | LibraryObject,
    variant: Member,
    given: dict[str, Value],
    arguments: Arguments | None,
) -> Configuration:
    """Under which options one call of a member is sent."""
    chosen: dict[str, Value] = {}
    open_ended = False
    if arguments is not None and variant.keywords:
        chosen.update({name: value for name, value in given.items() if name in library.options})
        open_ended = not isinstance(arguments.extra, Bottom)
    if variant.options in given:
        entries, rest = mappings.spread(given[variant.options])
        chosen.update(entries)
        open_ended = open_ended or not isinstance(rest, Bottom)
    base = inherited(owner)
    if isinstance(owner, LibraryObject) and base.account is None:
        base = replace(base, account="unknown")
    found = configured(library, base, chosen, open_ended=open_ended)
    told = any(library.options.get(name) == "headers" for name in chosen)
    if told or arguments is None or isinstance(arguments.extra, Bottom) or "headers" not in library.options.values():
        return found
    return replace(found, headers=mappings.overlaid(found.headers, Mapping((), arguments.extra)))


def configured(library: Library, base: Configuration, chosen: dict[str, Value], *, open_ended: bool) -> Configuration:
    """The options of a request or client on top of those it inherits; `open_ended` where others may be given."""
    found = base
    told: Account | None = None
    for name, value in chosen.items():
        kind, _, later = library.options.get(name, "").partition(" ")
        if kind == "account":
            told = _account(value)
        elif isinstance(value, Const) and value.value is None:
            continue
        elif kind == "credential":
            found = held(found, origin(value))
        elif kind == _KEY:
            found = replace(found, credential=origin(value), account="own")
        elif kind == "headers":
            found = replace(found, headers=mappings.overlaid(found.headers, value))
        elif kind == "base":
            found = replace(found, base=value)
        elif kind == "host":
            found = replace(found, base=strings.concat((Const.of("https://"), value)))
        elif kind == "address":
            found = replace(found, address=value)
        elif kind == "given":
            found = replace(found, given=(*(one for one in found.given if one[0] != later), (later, value)))
    if told is not None:
        return replace(found, account=_together(told, found.credential))
    if open_ended and found.account in {None, "own"}:
        return replace(found, account="unknown")
    return found


def held(known: Configuration, credential: str) -> Configuration:
    """Options with another credential; one that names no account acts on that of the credential."""
    account = known.account if known.account == "connected" else credentials.account_of(credential)
    return replace(known, credential=credential, account=account)


def _together(told: Account, credential: str | None) -> Account:
    """Whose account it is where an option names it: no account leaves it to the credential, as a token always does."""
    own = credentials.account_of(credential) if credential else "own"
    return own if told == "own" or own == "connected" else told


def setting_name(distribution: str, option: str) -> str:
    """The name under which a unit keeps what it sets on a library's module, beside the names of the code."""
    return f"{distribution}.{option}"


def setting(frame: Frame, distribution: str, option: str) -> Value:
    """Give what the code sets on a library's module anywhere; of what tests set, only tests know."""
    found = frame.engine.read(cells.Setting(distribution, option, in_tests=False))
    if not frame.module.in_tests:
        return found
    return join(found, frame.engine.read(cells.Setting(distribution, option, in_tests=True)))


def of_module(frame: Frame, distribution: str, library: Library) -> tuple[str, Account]:
    """The credential that is set on the library's module, and whose account it acts on.

    What the unit at hand has set counts; else what the program sets anywhere, if all places agree.
    """
    default = default_account(frame.engine.knowledge, library)
    for option in sorted(set(library.settings.values())):
        if library.options.get(option) == "credential":
            here = (frame.env or {}).get(setting_name(distribution, option))
            found = _origins(here or setting(frame, distribution, option))
            accounts = {credentials.account_of(one) for one in found}
            one = found.pop() if len(found) == 1 else "unknown"
            if accounts == {"connected"}:
                return one, "connected"
            return one, "unknown" if "connected" in accounts else default
    return "unknown", default


def origins(value: Value) -> Value:
    """Give what is kept of a credential that is set on a library's module: the places that each alternative comes from.

    Whether they agree is asked when a request is sent: more alternatives may be known by then.
    """
    return join(BOTTOM, *(Outside(found) for found in sorted(_origins(value))))


def _origins(value: Value) -> set[str]:
    return {_origin(option) for option in options(value)} - {""}


def by_headers(
    knowledge: Knowledge, system: str, owner: LibraryClass | LibraryObject, found: Configuration
) -> Configuration:
    """What the headers of a plain HTTP request tell of its account and credential.

    A session that comes from elsewhere may have been given further headers, so without any it tells nothing.
    """
    kinds = knowledge.headers.get(system, {})
    accounts: set[Account] = set()
    credential = found.credential
    default: Account = "unknown" if _KEY in kinds.values() else "own"
    before = credentials.account_of(credential) if credential else default
    for option in options(found.headers) if found.headers is not None else ():
        named: Account = "own"
        held_by, keyed = before, False
        for name, value in option.items if isinstance(option, Mapping) else ():
            kind = kinds.get(str(name).lower())
            if kind == "account":
                named = _account(value)
            elif kind in {"credential", _KEY} and not isinstance(value, Bottom):
                credential = origin(value)
                keyed = keyed or kind == _KEY
                held_by = "own" if keyed else _holder(value, credential, by_scheme=_KEY in kinds.values())
        told = held_by if named == "own" or held_by == "connected" else named
        closed = isinstance(option, Mapping) and isinstance(option.rest, Bottom)
        accounts.add(told if closed or keyed or told == "connected" else "unknown")
    if not accounts:
        elsewhere = isinstance(owner, LibraryObject) and owner.configuration.account is None
        accounts.add("unknown" if elsewhere and before != "connected" else before)
    return replace(found, account=accounts.pop() if len(accounts) == 1 else "unknown", credential=credential)


def _holder(value: Value, credential: str, *, by_scheme: bool) -> Account:
    """Whose account the credential in a header acts on; `by_scheme`: the system takes keys and tokens in this header."""
    if not by_scheme:
        return credentials.account_of(credential)
    found = {_SCHEMES.get(_first_word(option), "unknown") for option in options(value)}
    return found.pop() if len(found) == 1 else "unknown"


def _first_word(value: Value) -> str:
    """The word that a header starts with, in lower case; empty where it is not known."""
    match value:
        case Const(str(text), _) | Text((str(text), *_)):
            return text.lower().partition(" ")[0]
        case _:
            return ""


def _account(value: Value) -> Account:
    found = {_account_of(option) for option in options(value)}
    return found.pop() if len(found) == 1 else "unknown"


def _account_of(value: Value) -> Account:
    match value:
        case Const(None | "", _):
            return "own"
        case Param(optional=True) | Outside(optional=True):
            return "unknown"
        case _:
            return "connected"


def origin(value: Value) -> str:
    """Where a string comes from, in the words of `ApiRequest.credential`."""
    found = _origins(value)
    return found.pop() if len(found) == 1 else "unknown"


def _origin(value: Value) -> str:
    match value:
        case Outside(name):
            return name
        case Const(str(text), _) if text:
            return "literal"
        case Const():
            return ""
        case Param(_, name):
            return f"argument:{name}"
        case External(name) if name.rpartition(".")[2].isupper():
            return f"setting:{name.rpartition('.')[2]}"
        case Text(pieces):
            holes = [piece for piece in pieces if not isinstance(piece, str)]
            return _origin(holes[0]) if len(holes) == 1 else "unknown"
        case Items((first, *_), _):
            return _origin(first)
        case _:
            return "unknown"
