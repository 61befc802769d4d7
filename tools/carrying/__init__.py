"""Carrying what calls are made on through plain Python, to see that no request is lost without a word (`make carrying`)."""
