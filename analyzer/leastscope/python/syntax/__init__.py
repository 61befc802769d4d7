"""Bytes to the IR of a module. Only `lower` knows LibCST; nothing here resolves a name or knows a rule."""
