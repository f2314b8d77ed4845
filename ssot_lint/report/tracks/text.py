"""Where migrations stand → text for people. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from ssot_lint.model.wording import named, printable
from ssot_lint.report.ci_log import harmless
from ssot_lint.report.terminal.paint import Paint
from ssot_lint.report.tracks.counts import Table, adopted, percent, tables
from ssot_lint.report.view import count
from ssot_lint.tracking.progress import Birth, ContractProgress, History, PlanStep, Shim, TouchingTest

_ROWS = 8
"""So many rows of a table are shown, and so many files of a step."""

_STEPS = 40
"""So many steps are shown to somebody who reads a terminal."""

_SHORT = 10
"""Digits of a commit's id."""

WHO = {"safe": "fix", "unsafe": "fix, with a look", "person": "a person"}
"""Who takes a step, in words."""


def render(
    progress: Sequence[ContractProgress],
    history: History | None,
    paint: Paint,
    plot: Callable[[History, Sequence[str]], str] | None = None,
) -> str:
    """``plot`` draws the samples of some contracts."""
    lines: list[str] = []
    for one in progress:
        lines += [*([""] if lines else []), *_contract(one, paint)]
    if history is not None:
        lines += ["", *_history(history, [one.contract for one in progress], paint, plot)]
    return "".join(f"{harmless(line)}\n" for line in lines)


def _contract(progress: ContractProgress, paint: Paint) -> Iterator[str]:
    yield paint.place(f"{printable(progress.contract)}: {printable(progress.symbol or progress.kind)}")
    yield f"  adoption: {adopted(progress.adoption)}{_since(progress)}"
    files = {one.path for one in progress.findings}
    yield f"  findings: {len(progress.findings)} in {count(len(files), 'file')}"
    for heading, rows in tables(progress):
        yield from _table((heading, rows), paint)
    yield from _tests(progress.tests, paint)
    yield from _shims(progress.shims, paint)
    yield from _steps(progress.steps, paint)


def _since(progress: ContractProgress) -> str:
    before = progress.before
    if before is None:
        return ""
    return f"; it was {before.canonical} of {before.total} ({percent(before)})"


def _table(table: Table, paint: Paint) -> Iterator[str]:
    heading, rows = table
    yield ""
    yield f"  by {heading}"
    has_references = any(one.references for one in rows)
    has_findings = any(one.findings for one in rows)
    for one in rows[:_ROWS]:
        said = [count(one.references, "reference")] if has_references else []
        said += [count(one.findings, "finding")] if has_findings and one.findings else []
        yield f"    {printable(one.name)}: {', '.join(said)}"
    if len(rows) > _ROWS:
        yield f"    and {len(rows) - _ROWS} more"


def _tests(tests: Sequence[TouchingTest], paint: Paint) -> Iterator[str]:
    yield ""
    if not tests:
        yield "  tests: none touches it"
        return
    old = sum(one.retired for one in tests)
    verb = "tests" if old == 1 else "test"
    end = f", {old} of which {verb} a retired name" if old else ""
    yield f"  tests: {count(len(tests), 'file')} {'touches' if len(tests) == 1 else 'touch'} it{end}"
    # What tests a retired name has to change.
    for one in sorted(tests, key=lambda one: not one.retired)[:_ROWS]:
        by = ", ".join(
            [*(way for way in one.ways if way != "fixture"), *(f"fixture `{f}`" for f in one.fixtures)]
        )
        yield f"    {named(one.path)}: by {printable(by)}{'; a retired name' if one.retired else ''}"
    if len(tests) > _ROWS:
        yield f"    and {len(tests) - _ROWS} more"


def _shims(shims: Sequence[Shim], paint: Paint) -> Iterator[str]:
    yield ""
    if not shims:
        yield "  shims: none"
        return
    yield f"  shims: {len(shims)}, the fewest importers first"
    for one in shims:
        yield f"    {named(one.path)}:{one.line} {printable(one.name)}: {count(len(one.importers), 'importer')}"
        for path in one.importers[:3]:
            yield f"      {named(path)}"
        if len(one.importers) > 3:
            yield f"      and {len(one.importers) - 3} more"


def _steps(steps: Sequence[PlanStep], paint: Paint) -> Iterator[str]:
    yield ""
    if not steps:
        yield "  steps: nothing is left to do"
        return
    yield f"  steps: {len(steps)}, in the order that unblocks most"
    for number, one in enumerate(steps[:_STEPS], 1):
        then = f"; then {one.then}" if one.then else ""
        yield f"    {number}. {printable(one.title)}{printable(then)}"
        yield f"       {WHO[one.tier]}: {count(len(one.findings), 'finding')} in {_listed(one.files)}  [{one.id}]"
    if len(steps) > _STEPS:
        yield f"    and {len(steps) - _STEPS} more: `--format markdown` has them all"


def _listed(files: Sequence[str]) -> str:
    shown = ", ".join(named(one) for one in files[:3])
    return shown if len(files) <= 3 else f"{shown} and {len(files) - 3} more files"


def _history(
    history: History,
    contracts: Sequence[str],
    paint: Paint,
    plot: Callable[[History, Sequence[str]], str] | None,
) -> Iterator[str]:
    yield paint.place("history")
    if plot is not None:
        yield from plot(history, contracts).splitlines()
    else:
        yield from bars(history, contracts)
    for contract in contracts:
        births = history.of(contract)
        if births:
            yield ""
            yield f"  aliases of {printable(contract)}, and when each was born"
        for one in sorted(births, key=lambda one: (one.date or "~", one.path, one.line)):
            yield f"    {birth(one, is_shallow=history.is_shallow)}"


def bars(history: History, contracts: Iterable[str]) -> Iterator[str]:
    """The samples as lines of text, with a bar for each number."""
    for contract in contracts:
        most = max((one.of(contract) for one in history.samples), default=0)
        yield f"  {printable(contract)}"
        for one in history.samples:
            number = one.of(contract)
            bar = "#" * round(40 * number / most) if most else ""
            yield f"    {one.commit[:_SHORT]} {one.date[:10]} {number:>6} {bar}".rstrip()


def birth(one: Birth, *, is_shallow: bool) -> str:
    """When an alias was born, in a sentence."""
    alias = one.alias
    place = f"{printable(alias.name)} in {named(one.path)}:{one.line}"
    if not one.commit:
        why = (
            "before what this shallow clone has" if is_shallow else "not known: this clone lacks some content"
        )
        return f"{place}: {why}"
    side = f", first in {one.original[:_SHORT]} on a side branch" if one.original else ""
    moved = f", today in {named(alias.path)}" if alias.path != one.path else ""
    return f"{place}: {one.date[:10]}, {one.commit[:_SHORT]}{side}{moved}"
