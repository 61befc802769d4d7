"""A report in, text out: one renderer for each format."""
