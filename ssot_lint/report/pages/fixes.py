"""What was repaired and what was not → the text that says so, grouped so that a person can go on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ssot_lint.model.finding import Finding
from ssot_lint.model.rules import CODES
from ssot_lint.model.wording import named, printable
from ssot_lint.report.ci_log import harmless
from ssot_lint.report.terminal.paint import Paint
from ssot_lint.report.view import count

PLACES = 5
"""So many places of one reason are named."""

NO_FIXER = "this rule repairs nothing: somebody has to decide"


def render(done: Sequence[Finding], left: Sequence[Finding], paint: Paint, *, verb: str) -> str:
    """``verb`` is what was done: ``fixed``, or ``would fix``."""
    lines = [*_done(done, paint, verb), *_left(left, paint, apart=bool(done))]
    return "".join(f"{harmless(line)}\n" for line in lines)


def _done(done: Sequence[Finding], paint: Paint, verb: str) -> Iterable[str]:
    if not done:
        return
    files = {one.path for finding in done if finding.fix for one in finding.fix.edits}
    files |= {path for finding in done if finding.fix for path in finding.fix.removes}
    number = f"{count(len(done), 'finding')} in {count(len(files), 'file')}"
    yield paint.good(f"{verb} {number}")
    groups: dict[tuple[str, str, str], list[int]] = {}
    for one in sorted(done, key=lambda one: (one.path, one.code, one.span)):
        message = one.fix.message if one.fix is not None else ""
        groups.setdefault((one.path, one.code, message), []).append(one.span.line)
    for (path, code, message), lines in groups.items():
        times = f" ({len(lines)} places)" if len(lines) > 1 else ""
        yield f"  {paint.place(named(path))}: {code} {CODES[code]}: {printable(message)}{times}"


def _left(left: Sequence[Finding], paint: Paint, *, apart: bool) -> Iterable[str]:
    if not left:
        return
    if apart:
        yield ""
    yield f"left {count(len(left), 'finding')}"
    groups: dict[tuple[str, str], list[Finding]] = {}
    for one in left:
        groups.setdefault((one.code, _reason(one)), []).append(one)
    for (code, reason), group in sorted(
        groups.items(), key=lambda item: (item[0][0], -len(item[1]), item[0][1])
    ):
        yield f"  {paint.level(code, group[0].severity)} {CODES[code]}: {printable(reason)}"
        for one in group[:PLACES]:
            yield f"    {named(one.path)}:{one.span.line}"
        if len(group) > PLACES:
            yield f"    and {len(group) - PLACES} more"


def _reason(finding: Finding) -> str:
    fix = finding.fix
    if fix is None:
        return NO_FIXER
    if fix.tier == "unsafe":
        return f"--unsafe-fixes would {fix.message}"
    return fix.message if fix.tier == "display" else f"not applied: {fix.message}"
