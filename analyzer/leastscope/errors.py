"""The few ways a run can be refused; each message is one sentence a user can act on."""

from __future__ import annotations


class AnalyzerError(Exception):
    """A run cannot go on; the message names the file, the place and what to do."""


class UsageError(AnalyzerError):
    """The command line or the settings ask for something that does not exist."""


class RulePackError(AnalyzerError):
    """A rule pack holds rows that cannot be used; the message lists every one of them."""


class TimeLimitError(AnalyzerError):
    """The run took longer than the user allows; nothing of it may be believed."""


class GitError(AnalyzerError):
    """A git repository does not give what is asked of it; the message says what would help."""
