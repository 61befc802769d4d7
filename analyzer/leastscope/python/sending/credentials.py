"""Names that tell what a credential is where its value cannot be told: a token of somebody else's account, or a key.

A token that an OAuth server gave out lives in a database or a session, which are not read. All that the code shows of it
is the name under which it is read, and OAuth fixes that name (`access_token`, RFC 6749). The name counts only where the
value is used as a credential, so a wrong guess elsewhere does no harm.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from leastscope.python.domain.values import Dependent, Missing, Outside, Unknown, Value
from leastscope.python.index.program import last_name
from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from leastscope.model import Account

STORED = "token:"
_OWN = ("env:", "setting:", "literal")
_NAMES = frozenset({"token", "oauthtoken", "bearertoken"})
_ENDING = "accesstoken"
_KEY_WORDS = ("key", "secret")
_HOMES = frozenset({"settings", "config", "conf", "configuration", "env", "environment", "secrets"})
"""Names of objects that hold the settings of a program."""
_GETTERS = frozenset({"get", "pop"})


def named(node: ir.Expr, value: Value) -> Value:
    """Give a value that cannot be told the origin that the name it is read by tells; any other value stays."""
    if not _is_untold(value):
        return value
    name, owner = _read(node)
    if is_token(name):
        return Outside(f"{STORED}{name}")
    if owner is not None and last_name(owner).lower() in _HOMES and any(word in name.lower() for word in _KEY_WORDS):
        return Outside(f"setting:{name}")
    return value


def _is_untold(value: Value) -> bool:
    match value:
        case Unknown() | Missing(is_data=True):
            return True
        case Dependent(hot=hot):
            return not hot
        case _:
            return False


@lru_cache(maxsize=4096)
def is_token(name: str) -> bool:
    """Whether a name says that what it names is the token of an account."""
    plain = name.replace("_", "").lower()
    return plain in _NAMES or plain.endswith(_ENDING)


def account_of(origin: str) -> Account:
    """Tell whose account a request acts on that is sent with a credential and names no account itself."""
    kind, _, name = origin.partition(":")
    if f"{kind}:" == STORED or (kind == "argument" and is_token(name)):
        return "connected"
    return "own" if origin.startswith(_OWN) else "unknown"


def _read(node: ir.Expr) -> tuple[str, ir.Expr | None]:
    """The name by which an expression reads something, and what it reads it from."""
    match node:
        case ir.Attribute(value=owner, name=name):
            return name, owner
        case ir.Subscript(value=owner, index=ir.Constant(value=str(name))):
            return name, owner
        case ir.Call(func=ir.Attribute(value=owner, name=method), args=(first, *_)) if method in _GETTERS:
            key = first.value
            return (key.value, owner) if isinstance(key, ir.Constant) and isinstance(key.value, str) else ("", None)
        case ir.Call(func=ir.Attribute(name=name) | ir.Name(id=name)):
            return name, None
        case _:
            return "", None
