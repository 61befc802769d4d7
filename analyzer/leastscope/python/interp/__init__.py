"""What statements, expressions, patterns and calls do to a state."""
