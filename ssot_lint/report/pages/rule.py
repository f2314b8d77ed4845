"""A page in Markdown → the same text for a terminal: paragraphs in its width, and coloured."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ssot_lint.report.terminal.paint import Paint
from ssot_lint.report.terminal.wrap import wrapped

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_CODE = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_ITEM = re.compile(r" *(?:[-*+]|\d+[.)]) +")
_ALONE = re.compile(r"#{1,6} |\||`[^`\s]+`:\s*$")
"""The beginning of a line outside of paragraphs: a heading, a row of a table, the name of a file."""


def render(text: str, paint: Paint, width: int = 0) -> str:
    """Headings are bright; code in fences and in lines is dim. ``width`` 0: lines stay as they are."""
    return "".join(f"{line}\n" for line in _shown(text.splitlines(), paint, width))


def _shown(lines: Iterable[str], paint: Paint, width: int) -> Iterator[str]:
    fence = ""
    paragraph: list[str] = []
    for line in lines:
        mark = _FENCE.match(line)
        is_code = bool(fence or mark)
        if is_code or not line.strip() or _ALONE.match(line) or _ITEM.match(line) or not width:
            yield from _laid_out(paragraph, paint, width)
            paragraph = []
        if is_code:
            yield paint.aside(line)
            if mark is not None and not fence:
                fence = mark[1]
            elif mark and mark[1].startswith(fence) and not line.strip("`~ "):
                fence = ""
        elif re.match("#{1,6} ", line):
            yield paint.title(line)
        elif not width or not line.strip() or line.startswith("|"):
            yield _coloured(line, paint)
        else:
            paragraph.append(line)
    yield from _laid_out(paragraph, paint, width)


def _laid_out(paragraph: list[str], paint: Paint, width: int) -> Iterator[str]:
    """The lines of a paragraph, or of an item of a list, broken at the width."""
    if paragraph:
        text = " ".join(line.strip() for line in paragraph)
        item = _ITEM.match(paragraph[0])
        indent = len(paragraph[0]) - len(paragraph[0].lstrip())
        pieces = [piece.replace("\0", " ") for piece in _kept(text).split(" ")]
        hang = len(item[0]) if item else indent
        first = " " * indent + pieces[0]
        for line in wrapped([first, *pieces[1:]], width, hang):
            yield _coloured(line, paint)


def _kept(text: str) -> str:
    """The text with NUL for each blank in a short piece of code, so that no line ends there."""
    return _CODE.sub(lambda code: code[0].replace(" ", "\0") if len(code[0]) <= 40 else code[0], text)


def _coloured(line: str, paint: Paint) -> str:
    return _CODE.sub(lambda code: paint.aside(code[0]), line)
