"""What functions and classes that are not part of the scanned program do with values."""
