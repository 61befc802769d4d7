"""The command `leastscope`, which `python -m leastscope` is, too."""

import gc

_MADE = 50_000
"""Objects that are made before Python looks for cycles: those that a command imports are many, and stay."""


def main() -> None:
    """Run the command."""
    gc.set_threshold(_MADE)
    from leastscope.cli import main as command  # noqa: PLC0415 - Python looks for cycles while it imports

    command(prog_name="leastscope")


if __name__ == "__main__":  # a process that parses files imports this module, too
    main()
