"""The command `baseline`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from leastscope.cli.options import CACHE, EXCLUDE, PATHS, SETTINGS, TESTS, trees
from leastscope.cli.printing import say, show_errors, targets
from leastscope.verdict import CLEAN, USAGE


@click.command(short_help="Write a file of the findings that are not to count from now on.")
@PATHS
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="Write the baseline to this file.  [default: the file that the settings name, else leastscope-baseline.json in "
    "the folder of the project]",
)
@TESTS
@SETTINGS
@EXCLUDE
@CACHE
def baseline(  # noqa: PLR0913 - one parameter for each option
    *,
    paths: tuple[Path, ...],
    output: Path | None,
    tests: bool | None,
    config: Path | None,
    exclude: tuple[str, ...],
    no_cache: bool,
) -> int:
    """Write a file of the findings that are not to count from now on.

    The baseline has the findings of the whole project of PATHS. `leastscope scan --baseline FILE` then reports only what
    is new or has become worse. With `baseline: FILE` in the settings, every scan does.

    Exit codes: 0 the baseline was written, 2 usage, settings or manifest error, 70 internal error.
    """
    from leastscope import pipeline  # noqa: PLC0415 - `--help` and `--version` need none of it
    from leastscope.baseline import FILE_NAME, render_baseline  # noqa: PLC0415 - the same
    from leastscope.cli.asking import ask  # noqa: PLC0415 - the same
    from leastscope.settings import load_settings  # noqa: PLC0415 - the same

    asked = ask(paths, config, exclude, tests=tests, no_cache=no_cache)
    request = replace(asked.request, shown=(), without_baseline=True)
    settings = load_settings(request.cwd, request.settings_file, request.paths)
    into = targets(output, (), asked.read, config)
    file = Path.cwd() / output if output else request.cwd / settings.folder / (settings.baseline or FILE_NAME)
    report = pipeline.scan(request, trees(no_cache=no_cache))
    text = render_baseline(report.findings)
    into.write(text, file)
    show_errors(asked.seen(report).errors, "")
    count = sum(finding.suppressed is None for finding in report.findings)
    say(f"wrote {count} {'finding' if count == 1 else 'findings'} to {asked.path(file)}", err=True)
    if settings.baseline == "" and output is None:
        say(f"To use it in every scan, add `baseline: {FILE_NAME}` to the settings.", err=True)
    return USAGE if report.errors else CLEAN
