"""A report as one HTML page for a reviewer or an auditor: who holds and needs what, and the code behind each cell.

The page is one file that loads nothing and sends nothing: `elements` escapes every text, `page` forbids all but the style
and the script that are in the file.
"""

from __future__ import annotations

from leastscope.report.webpage.page import render_html

__all__ = ["render_html"]
