"""`python -m leastscope` is the command `leastscope`."""

from leastscope.cli import main

if __name__ == "__main__":  # a process that parses files imports this module, too
    main(prog_name="leastscope")
