"""Fuzzing that is guided by coverage, with atheris: the readers of JSON, YAML and TOML, and the templates of URLs.

    pip install atheris    # Python 3.11; it has no wheels for every Python, so it is in no extra
    python -m tools.fuzz.guided json -max_total_time=300 FOLDER

Everything behind the target goes to libFuzzer. FOLDER keeps the inputs that reached new code; the fixtures seed it.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.fuzz.material import fixtures

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_SEEDS = {
    "json": ("stripe-app*.json", "package.json"),
    "yaml": ("leastscope.yaml", "*.yaml"),
    "toml": ("pyproject.toml",),
    "url": (),
}
_URLS = ("https://api.stripe.com/v1/a?b=c&d[]=%20", "{}://{}@{host}:1/{0[a]!r:>9}", "/v1/%s/%(a)5.2f%%", "a#b", "//x")


def target(name: str) -> Callable[[bytes], None]:
    """Give the function that takes one input; it raises where something is wrong."""
    if name == "url":
        return _url
    from tools.fuzz import documents  # noqa: PLC0415 - imported when its modules are traced

    files = {"json": "stripe-app.json", "yaml": "stripe-app.yaml", "toml": "pyproject.toml"}

    def read(data: bytes) -> None:
        if wrong := documents.tried((files[name], data)):
            raise ValueError(wrong)

    return read


def _url(data: bytes) -> None:
    """Take a text apart as a URL, and as each of the three kinds of templates, with a hole in it."""
    strings = importlib.import_module("leastscope.python.domain.strings")
    urls = importlib.import_module("leastscope.python.domain.urls")
    values = importlib.import_module("leastscope.python.domain.values")
    text = data.decode("utf-8", "surrogateescape")
    const, hole = values.Const.of(text), values.UNKNOWN
    before, _, after = text.partition("\0")
    for value in (
        const,
        strings.concat((values.Const.of(before), hole, values.Const.of(after))),
        strings.format_text(text, (const, hole), (("host", hole), ("a", const))),
        strings.percent(text, hole),
        strings.percent(text, const),
    ):
        found = urls.address(value)
        if found:
            urls.below(found.path, const)
        urls.without_slash(urls.encoded(value))


def main(arguments: Sequence[str] | None = None) -> None:
    """Hand a target to libFuzzer, which ends the process."""
    name, *others = sys.argv[1:] if arguments is None else arguments
    atheris: Any = importlib.import_module("atheris")
    with atheris.instrument_imports(
        include=["tomllib", "leastscope.document", "leastscope.grants", "leastscope.python.domain"]
    ):
        importlib.import_module("leastscope.python.domain.urls")
        attempt = target(name)
    if folders := [one for one in others if not one.startswith("-")]:
        _seed(name, Path(folders[0]))
    atheris.Setup([sys.argv[0], *others], attempt)
    atheris.Fuzz()


def _seed(name: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    texts = [text for pattern in _SEEDS[name] for text in fixtures(pattern)] or list(_URLS)
    for number, text in enumerate(texts):
        (folder / f"seed-{number}").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
