"""The one way in for every front end: orders the work and returns findings. Prints nothing itself."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ssot_lint import everyclass, files, hygiene, index, suppress
from ssot_lint.asking import Asker
from ssot_lint.config import Settings
from ssot_lint.contracts import ClassContract
from ssot_lint.evidence import Evidence, Match
from ssot_lint.globs import matches
from ssot_lint.index import Index, Progress
from ssot_lint.links import Module
from ssot_lint.model import Finding, Span
from ssot_lint.parallel import forked, workers
from ssot_lint.parse import deep
from ssot_lint.rules import ALL, PRECEDENCE
from ssot_lint.why import Step, steps

CODES: Mapping[str, str] = {rule.code: rule.name for rule in ALL}


@dataclass(frozen=True, slots=True)
class Report:
    """What one run found. ``findings`` are sorted by path, line, column, code; ``files`` counts those judged,
    ``indexed`` those that the project has.

    ``notes`` are sentences for a person (stderr): git not usable, rules that a contract leaves off.
    """

    findings: tuple[Finding, ...]
    files: int
    indexed: int
    notes: tuple[str, ...] = ()


def check(
    settings: Settings,
    *,
    paths: Sequence[str] | None = None,
    buffers: Mapping[str, bytes] | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Report:
    """Judge the project. ``paths`` (files or folders relative to the root) narrows what is reported, never what
    is indexed; None judges all. ``buffers`` replaces files on disk by unsaved bytes, by relative path."""
    return deep(lambda: _check(settings, paths, buffers or {}, progress, jobs))


def why(settings: Settings, path: str, line: int) -> tuple[Step, ...]:
    """Every step of the reasoning about one line: what its names are bound to, through which file, and what is
    reported there or why nothing is."""

    def work() -> tuple[Step, ...]:
        read = _reader(settings, {})
        built = index.build(settings, {})
        found = _judged(settings, built, lambda p: p == path, read, None)
        found.extend(hygiene.findings(settings, built))
        outcome = _suppressed(settings, built, found, lambda p: True, whole=True)
        shown = set(_selected(settings, outcome.kept))
        return tuple(steps(built, settings, path, line, found, outcome.suppressed, shown))

    return deep(work)


def _check(
    settings: Settings,
    paths: Sequence[str] | None,
    buffers: Mapping[str, bytes],
    progress: Progress | None,
    jobs: int | None = None,
) -> Report:
    read = _reader(settings, buffers)
    built = index.build(settings, buffers, progress, jobs)
    wanted = _wanted(paths)
    judged = [file.path for file in built.listing.files if wanted(file.path)]
    found = _judged(settings, built, wanted, read, progress, jobs)
    found.extend(one for one in hygiene.findings(settings, built) if paths is None or wanted(one.path))
    outcome = _suppressed(settings, built, found, wanted, whole=paths is None)
    kept = _numbered(_selected(settings, outcome.kept))
    return Report(tuple(kept), len(judged), len(built.listing.files), built.listing.notes)


def _reader(settings: Settings, buffers: Mapping[str, bytes]) -> Callable[[str], bytes]:
    def read(path: str) -> bytes:
        if path in buffers:
            return buffers[path]
        return files.read(settings.root, path, settings.max_file_size)

    return read


def _wanted(paths: Sequence[str] | None) -> Callable[[str], bool]:
    if paths is None:
        return lambda path: True
    exact = {path.rstrip("/") for path in paths}
    if exact & {".", ""}:
        return lambda path: True

    def wanted(path: str) -> bool:
        parts = path.split("/")
        return any("/".join(parts[:end]) in exact for end in range(1, len(parts) + 1))

    return wanted


def _judged(
    settings: Settings,
    built: Index,
    wanted: Callable[[str], bool],
    read: Callable[[str], bytes],
    progress: Progress | None,
    jobs: int | None = 1,
) -> list[Finding]:
    """The findings of all files that are wanted, before anything is excused."""
    found = [
        _finding_900(path, problem, 1) for path, problem in sorted(built.unreadable.items()) if wanted(path)
    ]
    paths = [path for path in sorted(built.project.by_path) if wanted(path)]
    if progress is not None:
        progress("check", 0, len(paths))

    shared = _shared(settings, built, read)

    def judge(part: Sequence[str]) -> list[Finding]:
        return [finding for path in part for finding in guarded(path)]

    def guarded(path: str) -> list[Finding]:
        try:
            return list(_of_file(built, path, read, shared.get(path, ())))
        except (RecursionError, MemoryError):
            # One broken file never stops a run.
            return [_finding_900(path, "is nested too deeply, or too large, to be analysed", 1)]

    return found + forked(judge, paths, workers(jobs, len(paths), ENOUGH))


ENOUGH = 200
"""So many files that can matter are worth the start of other processes."""


def _shared(
    settings: Settings, built: Index, read: Callable[[str], bytes]
) -> Mapping[str, tuple[everyclass.Found, ...]]:
    """What the files share of classes without a contract, if that is asked for."""
    if settings.singletons != "all":
        return {}
    return everyclass.judged(
        built.project, built.links, lambda module, number: Asker(built, module, read).of(number)
    )


def _of_file(
    built: Index, path: str, read: Callable[[str], bytes], shared: Iterable[everyclass.Found]
) -> Iterator[Finding]:
    module = built.project.by_path[path]
    if module.facts.problem:
        yield _finding_900(path, module.facts.problem, module.facts.problem_line)
        return
    asker = Asker(built, module, read)
    for number, links in enumerate(built.links):
        yield from _rules(Evidence(links.contract, links, module, asker.of(number)))
    for one in shared:
        yield _finding(one.code, one.match, module, one.symbol)


def _finding_900(path: str, problem: str, line: int) -> Finding:
    span = Span(line, 0, line, 1)
    return Finding("SOT900", CODES["SOT900"], f"this file {problem}", path, span, suppressible=False)


def _rules(evidence: Evidence) -> Iterator[Finding]:
    """All rules on one file; of the rules of a family that flag one place the first alone reports."""
    taken: set[tuple[str, int, int]] = set()
    for rule in PRECEDENCE:
        if rule.check is None:
            continue
        matched = sorted(rule.check(evidence), key=lambda match: (match.span, match.message))
        for match in matched:
            place = (rule.code[:4], match.span.line, match.span.column)
            if place in taken:
                continue
            taken.add(place)
            yield _finding(rule.code, match, evidence.module, evidence.canonical, evidence.contract)


def _finding(
    code: str, match: Match, module: Module, symbol: str, contract: ClassContract | None = None
) -> Finding:
    return Finding(
        code=code,
        name=CODES[code],
        message=match.message,
        path=module.file.path,
        span=match.span,
        severity="warning" if match.may else "error",
        contract=contract.name if contract is not None else "",
        symbol=symbol,
        spelled=match.spelled,
        resolved=symbol,
        module=module.file.module,
        scope=match.where.scope,
        chain=match.chain,
        advice=match.advice,
        reason=contract.reason if contract is not None else "",
        suppressible=contract is None or contract.suppressible,
    )


def _suppressed(
    settings: Settings, built: Index, found: Iterable[Finding], wanted: Callable[[str], bool], *, whole: bool
) -> suppress.Outcome:
    ordered = sorted(found, key=_place)
    return suppress.apply(
        ordered,
        built.comments,
        settings,
        datetime.date.today(),
        whole=whole,
        judged=wanted,
        codes=CODES,
    )


def _place(finding: Finding) -> tuple[object, ...]:
    return finding.path, finding.span, finding.code, finding.contract, finding.message


def _selected(settings: Settings, found: Iterable[Finding]) -> list[Finding]:
    """What ``select``, ``ignore`` and ``per-path-ignores`` leave, with the severity that the settings give."""
    kept = []
    for finding in found:
        if not finding.code.startswith(settings.select) or finding.code.startswith(
            settings.ignore or ("\0",)
        ):
            continue
        if any(
            finding.code.startswith(codes)
            for glob, codes in settings.per_path_ignores.items()
            if codes and matches(glob, finding.path)
        ):
            continue
        kept.append(_graded(settings, finding))
    return kept


def _graded(settings: Settings, finding: Finding) -> Finding:
    """The longest prefix that ``severity`` names decides; "may" stays a warning unless its own code is named."""
    named = [code for code in settings.severity if finding.code.startswith(code)]
    if not named:
        return finding
    return replace(finding, severity=settings.severity[max(named, key=len)])


def _numbered(found: Iterable[Finding]) -> list[Finding]:
    """Findings with fingerprints: what they are about, and an ordinal among equals. No line, no path."""
    counts: dict[tuple[str, ...], int] = {}
    numbered = []
    for finding in sorted(found, key=_place):
        module = finding.module or finding.path
        key = (finding.contract, finding.code, module, finding.scope, finding.symbol, finding.spelled)
        ordinal = counts[key] = counts.get(key, -1) + 1
        text = "\0".join([*key, str(ordinal)]).encode("utf-8", "surrogatepass")
        numbered.append(replace(finding, fingerprint=hashlib.sha256(text).hexdigest()[:24]))
    return numbered


__all__ = ["CODES", "Progress", "Report", "Step", "check", "why"]
