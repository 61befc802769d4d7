"""Which modules, functions and classes the program has, and which file an import means."""
