"""Two states of a project → what the change between them adds, and which lines caused it.

Both states are judged whole, by the same settings: a change that declares a contract does not add what was there
before.
A change can make offenders of files that it does not touch, as an alias in one file does of all that import it from
another. These *followers* are not reported one by one, but where they were caused.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from ssot_lint.engine import run
from ssot_lint.engine.report import Report
from ssot_lint.engine.request import asked_for
from ssot_lint.findings.baseline_file import NONE
from ssot_lint.findings.comparison.difference import NOTHING, difference
from ssot_lint.findings.comparison.surroundings import Sources
from ssot_lint.model.errors import Unreadable
from ssot_lint.model.finding import Counts, Finding, Hop, Span
from ssot_lint.model.options import RunOptions
from ssot_lint.model.rules import ABOUT_ITSELF, UNPARSABLE
from ssot_lint.settings.members import Parts
from ssot_lint.settings.settings import Settings
from ssot_lint.sources.tree import Tree, is_source


@dataclass(frozen=True, slots=True)
class Since:
    """``report`` is that of the new state. ``findings`` are those that were added: all in files that the change
    touches, and one for each cause of findings in other files. ``followers`` has the findings in other files, by the
    fingerprint of the finding that stands for them, also where that finding was not asked for."""

    report: Report
    findings: tuple[Finding, ...]
    change: Counts
    followers: Mapping[str, tuple[Finding, ...]]


def check(
    settings: Settings,
    old: Tree,
    new: Tree,
    *,
    paths: Sequence[str] | None = None,
    how: RunOptions | None = None,
) -> Since:
    """Judges both states; see ``Since``. ``paths`` narrows what is reported to what lies, or was caused, there."""
    # The old state itself says what was there before, and no baseline.
    before = run.check(settings, how=how, tree=old, baseline=NONE)
    after = run.check(settings, how=how, tree=new, baseline=NONE)
    hints = NOTHING
    if before.at_fault - after.at_fault:
        from ssot_lint.findings.comparison.origins import former

        then, hints = former(settings, old, new)
        before = run.check(then, how=how, tree=old, baseline=NONE)
    read_old, read_new = _reader(old, settings), _reader(new, settings)
    known = _comparable(before, after, _own_faults(settings, old, before, after))
    told = difference(known, after.findings, Sources(read_old), Sources(read_new), None, hints)
    # What a contract that no longer holds does not find was not removed. What it finds all the same was there before.
    removed = [one for one in told.removed if one.contract not in after.at_fault - before.at_fault]
    left = len(known) - len(told.removed) + len(removed)
    change = Counts(left, len(after.findings), len(told.added), len(removed))
    shown, followers = _gathered(told.added, read_old, read_new)
    if paths is not None:
        is_asked = asked_for(paths)
        shown = [one for one in shown if is_asked(one.path)]
    return Since(after, tuple(shown), change, followers)


def _own_faults(settings: Settings, old: Tree, before: Report, after: Report) -> frozenset[str]:
    """The contracts that did not hold in the old state only because the settings are newer."""
    both = before.at_fault & after.at_fault
    if both:
        from ssot_lint.findings.comparison.origins import redeclared

        both &= redeclared(settings, old)
    return (before.at_fault - after.at_fault) | both


def _comparable(before: Report, after: Report, faults: Collection[str]) -> tuple[Finding, ...]:
    """The findings of the old state without those in files that cannot be judged now: these were not removed. Findings
    about contracts in ``faults`` are left out, too, since they are no fault of the old state."""
    broken = {one.path for one in after.findings if one.code == UNPARSABLE}
    return tuple(
        one
        for one in before.findings
        if one.code == UNPARSABLE
        or (one.path not in broken and not (one.code.startswith(ABOUT_ITSELF) and one.contract in faults))
    )


Read = Callable[[str], "bytes | None"]


def _reader(tree: Tree, settings: Settings) -> Read:
    """Gives the bytes of a file of one state. What lies on the disk and is no file of the project, as a link to a file
    that has another name, or one that git ignores by now, is not there."""
    parts = Parts(settings)

    @cache
    def files() -> frozenset[str]:
        return frozenset(tree.contents().files)

    @lru_cache(maxsize=64)
    def read(path: str) -> bytes | None:
        try:
            is_there = not is_source(path) or path in files()
            return tree.read(path, parts.limit(path)) if is_there else None
        except Unreadable:
            return None

    return read


def _gathered(
    added: Iterable[Finding], read_old: Read, read_new: Read
) -> tuple[list[Finding], dict[str, tuple[Finding, ...]]]:
    """The findings to show, and the followers that they stand for, by fingerprint."""

    @cache
    def is_touched(path: str) -> bool:
        # A checkout may end lines in another way than git's objects do.
        return _lines(read_old(path)) != _lines(read_new(path))

    @cache
    def had(path: str) -> frozenset[bytes]:
        return frozenset(line.strip() for line in _lines(read_old(path)) or ())

    def is_new(path: str, line: int) -> bool:
        """Whether the old file had no such line."""
        return _line(read_new(path), line).strip() not in had(path)

    own: list[Finding] = []
    groups: dict[tuple[str, str, int], list[Finding]] = {}
    hops: dict[tuple[str, str, int], Hop] = {}
    for finding in added:
        touched = [hop for hop in finding.chain if is_touched(hop.path)]
        cause = next((hop for hop in touched if is_new(hop.path, hop.line)), next(iter(touched), None))
        if cause is None or is_touched(finding.path):
            # Where the cause is not known, as where a file is gone, the finding stays at its place.
            own.append(finding)
            continue
        key = finding.contract, cause.path, cause.line
        groups.setdefault(key, []).append(finding)
        hops[key] = cause
    followers: dict[str, tuple[Finding, ...]] = {}
    for key, group in groups.items():
        _, path, line = key
        lead = next((one for one in own if (one.contract, one.path, one.span.line) == key), None)
        if lead is None:
            lead = _at_its_cause(group, hops[key], _line(read_new(path), line))
        else:
            own.remove(lead)
        own.append(lead._replace(message=f"{lead.message}; {_number(group)} from here"))
        followers[lead.fingerprint] = tuple(group)
    return sorted(own, key=lambda one: (one.path, one.span, one.code)), followers


def _at_its_cause(group: Sequence[Finding], cause: Hop, text: bytes) -> Finding:
    """One finding for a group, at the line that caused them all."""
    first = group[0]
    line = text.decode("utf-8", "replace")
    start = len(line) - len(line.lstrip())
    return first._replace(
        path=cause.path,
        span=Span(cause.line, start, cause.line, max(len(line), start + 1)),
        module="",
        scope="",
        message=f"this makes another name or way of {first.symbol}",
        chain=first.chain[first.chain.index(cause) :],
    )


def _number(group: Sequence[Finding]) -> str:
    files = len({one.path for one in group})
    many = f"{len(group)} findings" if len(group) > 1 else "1 finding"
    where = (
        f"{files} files that this change does not touch"
        if files > 1
        else "a file that this change does not touch"
    )
    return f"{many} in {where} {'follow' if len(group) > 1 else 'follows'}"


def _lines(data: bytes | None) -> list[bytes] | None:
    return data.splitlines() if data is not None else None


def _line(data: bytes | None, number: int) -> bytes:
    lines = _lines(data) or []
    return lines[number - 1].rstrip() if 0 < number <= len(lines) else b""
