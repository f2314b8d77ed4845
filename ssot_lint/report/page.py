"""A page in Markdown → the same text for a terminal: nothing is laid out anew, only coloured."""

from __future__ import annotations

import re

from ssot_lint.report.paint import Paint

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_CODE = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)")


def render(text: str, paint: Paint) -> str:
    """Headings stand out; fenced code and code in a line are set back."""
    lines = []
    fence = ""
    for line in text.splitlines():
        mark = _FENCE.match(line)
        if fence:
            lines.append(paint.aside(line))
            if mark and mark[1].startswith(fence) and not line.strip("`~ "):
                fence = ""
        elif mark:
            fence = mark[1]
            lines.append(paint.aside(line))
        elif re.match("#{1,6} ", line):
            lines.append(paint.title(line))
        else:
            lines.append(_CODE.sub(lambda code: paint.aside(code[0]), line))
    return "".join(f"{line}\n" for line in lines)
