"""A language server: findings as diagnostics, fixes as quick fixes, and what a call or a grant means where the mouse is."""
