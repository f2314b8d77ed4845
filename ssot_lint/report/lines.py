"""Findings → the lines that several formats share: headlines, the evidence, the table of codes, the summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from ssot_lint.model.finding import Finding
from ssot_lint.model.wording import printable
from ssot_lint.report.terminal.paint import Paint
from ssot_lint.report.view import View, at, count, place, rows

PLAIN = Paint(False)

_NAMES = ("SOT1", "SOT201", "SOT202")
"""The codes of findings where ``spelled`` is a name of the symbol. In other findings it is the name of a factory, a
subclass or an attribute."""


_FAMILY = len("SOT1")
_GAP = "  "


def headline(finding: Finding, paint: Paint) -> str:
    """``path:line:column: CODE name: message``, and at the end the severity, unless it is ``error``."""
    return " ".join(headline_pieces(finding, paint))


def headline_pieces(finding: Finding, paint: Paint) -> list[str]:
    """The headline in pieces, to be joined by blanks or by line ends."""
    code = paint.level(finding.code, finding.severity)
    level = [] if finding.severity == "error" else [f"[{printable(finding.severity)}]"]
    words = printable(finding.message).split(" ")
    return [f"{paint.place(place(finding))}:", f"{code} {finding.name}:", *words, *level]


def statistics(view: View, paint: Paint) -> list[str]:
    """A table of how often each code was found or, where findings are grouped, of groups and codes; then totals.

    Nothing where nothing was found.
    """
    if view.group_by not in ("", "code"):
        return table(view, paint)
    found = rows(view.findings)
    digits = len(str(len(view.findings)))
    lines = [f"{row.times:>{digits}}  {paint.title(row.code)}  {row.name}" for row in found]
    return [*lines, f"{len(view.findings):>{digits}}  {paint.title('total')}"] if lines else []


def table(view: View, paint: Paint) -> list[str]:
    """A line for each group: how many, how many of each code or, if there are too many codes for ``view.width``,
    of each family of codes, or neither; the group's name. Then the totals, where each finding counts once."""
    from ssot_lint.report.groups import grouped

    groups = grouped(view)
    if not groups:
        return []
    names = [title(view, group.name) for group in groups]
    overlap = sum(len(group.findings) for group in groups) > len(view.findings)
    # Names stand last: however long one is, all numbers stay in their columns.
    room = view.width - max(map(len, (*names, view.group_by)))
    columns = next((each for each in _choices(view) if sum(map(len, _cells(view, each))) <= room), ())
    total = "total, each finding once" if overlap else "total"
    widths = [len(cell) for cell in _cells(view, columns)]

    def line(numbers: Sequence[str], name: str) -> str:
        cells = (f"{number:>{width}}" for number, width in zip(numbers, widths, strict=True))
        return f"{''.join(cells).removeprefix(_GAP)}{_GAP}{name}"

    return [
        paint.aside(line(("total", *columns), view.group_by)),
        *(line(_numbers(group.findings, columns), name) for group, name in zip(groups, names, strict=True)),
        paint.title(line(_numbers(view.findings, columns), total)),
    ]


def _choices(view: View) -> list[tuple[str, ...]]:
    codes = {finding.code for finding in view.findings}
    return [tuple(sorted(codes)), tuple(sorted({code[:_FAMILY] for code in codes}))]


def _cells(view: View, columns: Sequence[str]) -> list[str]:
    """The widest cell of each column, with the gap before it: no number is larger than its total."""
    totals = _numbers(view.findings, columns)
    return [_GAP + max(pair, key=len) for pair in zip(("total", *columns), totals, strict=True)]


def _numbers(findings: Sequence[Finding], columns: Sequence[str]) -> tuple[str, ...]:
    size = len(columns[0]) if columns else 0
    counts = Counter(finding.code[:size] for finding in findings)
    return (str(len(findings)), *(str(counts[column] or "-") for column in columns))


def sections(view: View, paint: Paint) -> Iterable[tuple[list[str], tuple[Finding, ...]]]:
    """The findings in the order in which they are shown, with the heading of each group, if they are grouped."""
    if not view.group_by:
        return [([], view.findings)]
    from ssot_lint.report.groups import grouped

    return [
        ([paint.title(f"== {title(view, group.name)}: {tally(group.findings)}")], group.findings)
        for group in grouped(view)
    ]


def title(view: View, name: str) -> str:
    """What a group is called; the group without a name is ``no owner`` or ``no contract``."""
    return printable(name) or f"no {view.group_by}"


def tally(findings: Sequence[Finding]) -> str:
    """``7 findings (5 errors, 2 warnings)``."""
    levels = Counter(finding.severity for finding in findings)
    numbers = [count(levels[level], level) for level in ("error", "warning") if levels[level]]
    numbers += [f"{levels['info']} info"] if levels["info"] else []
    return f"{count(len(findings), 'finding')} ({', '.join(numbers)})"


def summary(view: View, paint: Paint) -> list[str]:
    """``7 findings (5 errors, 2 warnings) in 3 files; 412 files checked``, nothing with ``quiet``. Where
    two states were compared it says how many findings the change adds, and how many it removes."""
    if view.quiet:
        return []
    checked = f"{count(view.files, 'file')} checked"
    word = ""
    if view.change is not None:
        word = " added"
        removed = f"{view.change.removed or 'none'} removed"
        checked = f"{removed} since {printable(view.since)}; {checked}"
    if not view.findings:
        return [f"{paint.good(f'no findings{word}')}; {checked}"]
    total, levels = tally(view.findings).split(" (")
    places = count(len({finding.path for finding in view.findings}), "file")
    behind = sum(len(view.followers.get(finding.fingerprint, ())) for finding in view.findings)
    if behind:
        places += f", and {behind} that {'follow' if behind > 1 else 'follows'}"
    return [f"{paint.title(total)}{word} ({levels} in {places}; {checked}"]


def by_way(finding: Finding, places: Sequence[str]) -> str:
    """How the spelled name leads to the symbol. ``places`` are the hops of the chain, as they are shown."""
    way = ", ".join(places)
    if not finding.spelled or not finding.resolved or finding.spelled == finding.resolved:
        return f"by way of {way}"
    return f"`{printable(finding.spelled)}` {_verb(finding)} `{printable(finding.resolved)}` by way of {way}"


def _verb(finding: Finding) -> str:
    return "is" if finding.code.startswith(_NAMES) else "leads to"


def meaning(finding: Finding) -> str:
    """A sentence on what the spelled name stands for, where neither the message nor the chain says it; else nothing."""
    spelled, resolved = finding.spelled, finding.resolved
    said = "\n".join([finding.message, *(hop.text for hop in finding.chain)])
    if not spelled or not resolved or spelled == resolved or (spelled in said and resolved in said):
        return ""
    return f"`{printable(spelled)}` {_verb(finding)} `{printable(resolved)}`"


def notes(finding: Finding) -> list[str]:
    """The lines below a headline where no source is shown: the way to the symbol, the help, the reason."""
    hops = [f"{at(hop.path, hop.line)} {printable(hop.text)}".rstrip() for hop in finding.chain]
    lines = [line for line in (meaning(finding), *hops) if line]
    return lines + [f"{label}: {text}" for label, text in remedies(finding)]


def remedies(finding: Finding) -> list[tuple[str, str]]:
    """What to do instead and why it matters, as pairs of label and text; only what the finding says."""
    pairs = (("help", finding.advice), ("reason", finding.reason))
    return [(label, printable(text)) for label, text in pairs if text]


def brief(finding: Finding) -> str:
    """What is wrong and what to do, on one line, as the flake8 plugin says it."""
    return printable("; ".join(filter(None, (finding.message, finding.advice))))
