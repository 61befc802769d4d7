"""The interpreter as the rooms below know it."""

from __future__ import annotations

from leastscope.python.interp import annotations as types
from leastscope.python.interp import attributes, binding, calls, expressions, names, storing


class Semantics:
    """Gives each question to the module that answers it; see `state.frame.Interpreter`."""

    held = staticmethod(names.held_name)
    value_of = staticmethod(expressions.value_of)
    item = staticmethod(expressions.item)
    call = staticmethod(calls.call)
    get = staticmethod(attributes.get)
    dynamic = staticmethod(attributes.dynamic)
    store = staticmethod(storing.store)
    put = staticmethod(binding.put)
    iterate = staticmethod(attributes.iterate)
    entered = staticmethod(attributes.entered)
    annotated = staticmethod(types.resolve)
    imported = staticmethod(names.imported)
    global_of = staticmethod(names.global_of)
