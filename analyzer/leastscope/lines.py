"""What ends a line of a file, for everything that counts lines."""

from __future__ import annotations

import re

LINE_BREAK = re.compile(r"\r\n|\r|\n")
