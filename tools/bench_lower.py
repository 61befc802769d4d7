"""How long lowering takes, as a multiple of the bare parse, and on files that generators write.

Run from the root of the checkout: `python -m tools.bench_lower`. Not a test: times depend on the machine.
"""

from __future__ import annotations

import sysconfig
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import libcst

from leastscope.python.syntax.faults import looked_over
from leastscope.python.syntax.ir import Module
from leastscope.python.syntax.lower import lower
from leastscope.python.syntax.source import Text, decode

if TYPE_CHECKING:
    from collections.abc import Callable

EVERY = 5
METHOD = '''
    def create_{n}(self, params: "Optional[Params{n}]" = None, options: RequestOptions | None = None) -> Thing{n}:
        """
        Creates thing number {n}, as the provider documents it: one sentence, and then one more to be sure.
        """
        return cast(Thing{n}, self._request("post", "/v1/things_{n}", base_address="api", params=params, options=options))
'''


def main() -> None:
    """Print one line for the standard library and one for each generated file."""
    library()
    generated("dict of 10,000 entries", "x = {\n" + "".join(f"    'key_{n}': {n},\n" for n in range(10_000)) + "}\n")
    generated("3 MB of methods", "class Things:" + "".join(METHOD.format(n=n) for n in range(7_800)))


def library() -> None:
    """Compare on each fifth module of the standard library; the parse includes freeing its tree."""
    paths = sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))[::EVERY]
    spent = {"parse": 0.0, "prescan": 0.0, "lower": 0.0}
    size = 0
    for data in map(Path.read_bytes, paths):
        text = decode(data)
        if isinstance(text, Text) and isinstance(lower(data), Module):
            size += len(data)
            spent["parse"] += seconds(partial(libcst.parse_module, text.text))
            spent["prescan"] += seconds(partial(looked_over, text))
            spent["lower"] += seconds(partial(lower, data))
    figures = ", ".join(f"{stage} {taken:.2f} s" for stage, taken in spent.items())
    print(f"standard library ({size / 1e6:.1f} MB): {figures}; lower / parse = {spent['lower'] / spent['parse']:.2f}")


def generated(name: str, source: str) -> None:
    """Lower one generated file."""
    start = time.process_time()
    outcome = type(lower(source.encode())).__name__
    print(f"{name} ({len(source) / 1e6:.1f} MB): {outcome} in {time.process_time() - start:.2f} s")


def seconds(work: Callable[[], object]) -> float:
    """Give the processor time that some work takes, its result freed."""
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    main()
