"""Declarations of permissions in, apps with their grants out: one reader for each kind of file."""
