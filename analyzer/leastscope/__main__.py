"""`python -m leastscope` is the command `leastscope`."""

from leastscope.cli import main

main(prog_name="leastscope")
