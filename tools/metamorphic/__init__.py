"""Changes of code that keep what it does, to see that what is found stays the same (`make metamorphic`).

A transformation looks at a program and proposes changes, each small and independent of the others; `apply` makes them
and remembers for each line where its code stood before, so that the two inventories can be held against each other line
by line. A transformation that is not sure that the program still does the same proposes nothing.
"""
