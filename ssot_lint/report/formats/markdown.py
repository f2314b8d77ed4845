"""Findings → Markdown for the comment of a pull request or the summary of a job: a group to unfold for each code.

Text from the code is shown as it is: it makes no markup, no link, and no ``@`` in it notifies a person.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from ssot_lint.model.finding import SEVERITIES, Finding
from ssot_lint.model.wording import printable
from ssot_lint.report.ci_log import harmless
from ssot_lint.report.lines import PLAIN, summary
from ssot_lint.report.terminal.excerpt import with_source
from ssot_lint.report.view import View, at, count, place

ROOM = 65_535
"""Bytes that a comment may have: GitHub takes less than 65,536 characters."""

_LONG = 1000
"""Characters of one text that are shown."""

_TAIL = 200
"""Bytes that are kept for the sentence on findings without room."""

_MARKUP = re.compile(r"([\\`*_\[\]<>&~|#@$]|(?<=www)\.|:(?=//))", re.IGNORECASE)
"""Characters that Markdown, or GitHub's additions to it, read as markup in the middle of a line."""

_CODE = re.compile("(`[^`]+`)")


def render(view: View) -> str:
    """The document: a table of the codes, then a group for each, the worst first."""
    return document(view, ROOM)


def document(view: View, room: int) -> str:
    """The document in at most ``room`` bytes of UTF-8; heading and table alone take about a thousand.

    Where the room is too small the evidence is left out, then findings: the table still counts them.
    """
    (sentence,) = summary(view, PLAIN) or [""]
    groups = _groups(view.findings)
    head = (f"### ssot-lint: {sentence}\n" if sentence else "### ssot-lint\n") + _table(groups)
    if view.statistics:
        return head
    left = room - _size(head) - _TAIL
    sources = {id(finding): lines for finding, lines in with_source(view) if finding.fix is not None}
    text, shown = _details(groups, left, lambda finding: _item(finding, sources.get(id(finding), ())))
    if shown < len(view.findings):
        text, shown = _details(groups, left, _headline)
    if shown < len(view.findings):
        text += f"\n{count(len(view.findings) - shown, 'more finding')} had no room here.\n"
    return head + text


def _details(
    groups: Sequence[Sequence[Finding]], room: int, item: Callable[[Finding], str]
) -> tuple[str, int]:
    """The groups in at most so many bytes, and how many findings are in them."""
    pieces: list[str] = []
    shown = 0
    for group in groups:
        begin, end = _begin(group), "\n</details>\n"
        room -= _size(begin) + _size(end)
        items: list[str] = []
        for finding in group:
            text = item(finding)
            room -= _size(text)
            if room < 0:
                break
            items.append(text)
        if items:
            pieces += [begin, *items, end]
        shown += len(items)
        if room < 0:
            break
    return "".join(pieces), shown


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _groups(findings: Sequence[Finding]) -> list[list[Finding]]:
    """The findings by code: what has the worst first, then by code. In a group the worst come first, too."""
    by_code: dict[str, list[Finding]] = {}
    for finding in sorted(findings, key=lambda one: (SEVERITIES.index(one.severity), one.code)):
        by_code.setdefault(finding.code, []).append(finding)
    return list(by_code.values())


def _table(groups: Sequence[Sequence[Finding]]) -> str:
    rows = (f"| {len(group)} | {group[0].code} | {group[0].name} |\n" for group in groups)
    return "\n| findings | code | name |\n| ---: | --- | --- |\n" + "".join(rows) if groups else ""


def _begin(group: Sequence[Finding]) -> str:
    title = f"<b>{group[0].code} {group[0].name}</b>: {count(len(group), 'finding')}"
    return f"\n<details><summary>{title}</summary>\n\n"


def _item(finding: Finding, lines: Sequence[str]) -> str:
    """An item of a list, with the lines below its headline as a list in it, and what its line becomes."""
    notes = "".join(f"  - {line}\n" for line in _notes(finding))
    return f"{_headline(finding, lines)}{notes}{_suggestion(finding, lines)}"


def _suggestion(finding: Finding, lines: Sequence[str]) -> str:
    """A block that GitHub offers to apply, where the fix changes nothing but the line of the finding."""
    fix, number = finding.fix, finding.span.line
    if fix is None or fix.tier == "display" or not fix.edits or not 0 < number <= len(lines):
        return ""
    row = lines[number - 1]
    for edit in sorted(fix.edits, key=lambda one: one.span, reverse=True):
        if edit.path != finding.path or edit.span.line != number or edit.span.end_line != number:
            return ""
        row = row[: edit.span.column] + edit.text + row[edit.span.end_column :]
    if "`" in row or "\n" in row or not row.isprintable():
        return ""
    return f"\n  ```suggestion\n  {harmless(row)}\n  ```\n\n"


def _headline(finding: Finding, lines: Sequence[str] = ()) -> str:
    level = "" if finding.severity == "error" else f" ({finding.severity})"
    return f"- {_code(place(finding))}{level} {_prose(finding.message)}\n"


def _notes(finding: Finding) -> Iterator[str]:
    hops = [f"{_code(at(hop.path, hop.line))} {_code(_cut(printable(hop.text)))}" for hop in finding.chain]
    if hops:
        yield f"by way of {', '.join(hops)}"
    if finding.advice:
        yield f"help: {_prose(finding.advice)}"
    if finding.reason:
        yield f"reason: {_prose(finding.reason)}"


def _cut(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[: _LONG - 1]}…"


def _prose(text: str) -> str:
    """A message as Markdown: text in backticks is code, everything else is plain."""
    pieces = _CODE.split(_cut(printable(text)))
    return "".join(_code(piece[1:-1]) if number % 2 else _plain(piece) for number, piece in enumerate(pieces))


def _plain(text: str) -> str:
    # A blank of no width keeps GitHub from calling the person of that name, linking the issue, setting mathematics.
    return re.sub(r"\\([@#$])", r"\\\1&#8203;", _MARKUP.sub(r"\\\1", text))


def _code(text: str) -> str:
    """The text as code, between as many backticks as that needs."""
    if not text:
        return ""
    # Nothing can be escaped between backticks, and a CI service may show the document in a log.
    text = harmless(text)
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    pad = " " if text[0] in " `" or text[-1] in " `" else ""
    return f"{fence}{pad}{text}{pad}{fence}"
