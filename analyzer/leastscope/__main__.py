"""The command `leastscope`, which `python -m leastscope` is, too."""

import gc

from leastscope.deep import MADE


def main() -> None:
    """Run the command."""
    gc.set_threshold(MADE)
    from leastscope.cli import main as command  # noqa: PLC0415 - Python looks for cycles while it imports

    command(prog_name="leastscope")


if __name__ == "__main__":  # a process that parses files imports this module, too
    main()
