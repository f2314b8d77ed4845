"""Records what is there now, follows it, drops what is fixed: the file of ``baseline``, for the whole of a project."""

from __future__ import annotations

import os
from argparse import Namespace
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypeVar

from ssot_lint.cli.answer import Answer
from ssot_lint.cli.options import Action
from ssot_lint.engine import run as engine
from ssot_lint.engine.report import Report
from ssot_lint.findings import baseline, baseline_file
from ssot_lint.findings.baseline import Debt
from ssot_lint.findings.baseline_file import Baseline, Recorded
from ssot_lint.model.errors import Unusable, WrongInput
from ssot_lint.model.finding import Finding
from ssot_lint.model.options import RunOptions
from ssot_lint.model.rules import CODES
from ssot_lint.model.wording import printable, relative, shown
from ssot_lint.report.ci_log import harmless
from ssot_lint.report.json_text import dumps
from ssot_lint.report.lines import headline
from ssot_lint.report.terminal.paint import Paint
from ssot_lint.report.view import count
from ssot_lint.settings.settings import Settings
from ssot_lint.sources import writing
from ssot_lint.sources.disk import Disk
from ssot_lint.sources.projects import projects

_Key = TypeVar("_Key", str, "tuple[str, str]")


def run(options: Namespace) -> Answer:
    (project, *others), _ = projects((), file=options.config)
    assert not others
    settings = project.settings
    file = baseline_file.place(settings, options.file) or str(settings.root / baseline_file.FILE)
    action: Action = options.action
    if options.tidy and action != "update":
        raise WrongInput(f"--tidy goes with `update`, and not with `{action}`")
    if options.force and action not in ("prune", "update"):
        raise WrongInput(f"--force goes with `prune` and `update`, and not with `{action}`")
    how = RunOptions(cache=not options.no_cache)
    try:
        if action == "create":
            return _create(settings, file, how)
        found = baseline_file.read(file, resolve=action == "update")
        # Always the whole project is judged, wherever the command runs: of a part no baseline can be made.
        report = engine.check(settings, how=how, baseline=found)
    except Unusable as error:
        raise WrongInput(str(error)) from None
    debt = baseline.forced(_debt(report)) if options.force else _debt(report)
    match action:
        case "status":
            return _status(report, options.format == "json")
        case "prune":
            return _prune(settings, found, report, debt)
        case "update":
            return _update(settings, found, report, debt, options.tidy)


def _create(settings: Settings, file: str, how: RunOptions) -> Answer:
    if os.path.lexists(file):
        raise WrongInput(f"{_label(file)} is there already: `ssot-lint baseline update` brings it up to date")
    report = engine.check(settings, how=how, baseline=baseline_file.NONE)
    entries = _entries(settings, report.findings)
    _write(file, baseline_file.render(entries, found_by=baseline.found_by(settings, entries)), fresh=True)
    notes = list(report.notes)
    if baseline_file.place(settings) != os.path.abspath(file):
        name = relative(file, settings.root)
        notes.append(
            f"write `baseline = {dumps(name)}` into {_label(str(settings.file))} for every run to look at it; "
            "until then it is `check --baseline FILE`"
        )
    notes.append(
        f"a line `{printable(os.path.basename(file))} merge=union` in .gitattributes lets git merge what two branches "
        "add, too"
    )
    return Answer(f"{_label(file)}: {count(len(entries), 'finding')}\n", notes=(*notes, *_others(report)))


def _update(settings: Settings, found: Baseline, report: Report, debt: Debt, tidy: bool) -> Answer:
    added = [finding for finding in report.findings if baseline.is_recorded(finding)]
    entries = baseline.updated(
        debt, _entries(settings, [finding for _, finding in debt.kept]), _entries(settings, added)
    )
    found_by = baseline.found_by(settings, entries, debt, found)
    _write(debt.file, baseline_file.render(entries, () if tidy else found.body, found_by))
    moved = f" ({debt.moved} moved)" if debt.moved else ""
    numbers = f"{len(debt.kept)} kept{moved}, {len(added)} added, {len(debt.fixed)} fixed"
    lines = [
        *(f"+ {headline(_from_here(finding, settings), Paint(False))}" for finding in added),
        *_dropped(debt.fixed),
        f"{_label(debt.file)}: {numbers}",
    ]
    return _said(lines, (*report.notes, *_unknown(debt), *_others(report)))


def _prune(settings: Settings, found: Baseline, report: Report, debt: Debt) -> Answer:
    fixed = set(debt.fixed)
    left = [entry for entry in found.entries if entry not in fixed]
    if fixed:
        found_by = baseline.found_by(settings, left, debt, found)
        _write(debt.file, baseline_file.render(left, found.body, found_by))
    lines = [*_dropped(debt.fixed), f"{_label(debt.file)}: {len(fixed)} fixed, {len(left)} left"]
    return _said(lines, (*report.notes, *_unknown(debt)))


def _status(report: Report, as_json: bool) -> Answer:
    debt = _debt(report)
    there = [finding for _, finding in debt.kept]
    new = [finding for finding in report.findings if baseline.is_recorded(finding)]
    codes = Counter((finding.code, finding.contract) for finding in there)
    folders = Counter(os.path.dirname(finding.path) or "." for finding in there)
    numbers = {
        "findings": len(there) + len(debt.unknown),
        "fixed": len(debt.fixed),
        "moved": debt.moved,
        "unknown": len(debt.unknown),
        "new": len(new),
    }
    if as_json:
        document = {
            "version": 1,
            "file": _path(debt.file),
            **numbers,
            "by_code": [
                {"code": code, "name": CODES[code], "contract": contract, "findings": number}
                for (code, contract), number in _ordered(codes)
            ],
            "by_directory": [{"directory": name, "findings": number} for name, number in _ordered(folders)],
        }
        return Answer(f"{dumps(document, indent=2)}\n", notes=report.notes)
    lines = [baseline.sentence(debt)]
    if new:
        lines.append(f"{count(len(new), 'finding')} more {'is' if len(new) == 1 else 'are'} not in it")
    width = max((len(str(number)) for number in (*codes.values(), *folders.values())), default=0)
    if codes:
        names = [(code, CODES[code], contract, number) for (code, contract), number in _ordered(codes)]
        longest = max(len(name) for _, name, _, _ in names)
        lines += ["", "by code and contract"]
        lines += [
            f"  {number:>{width}}  {code}  {name:<{longest}}  {contract}".rstrip()
            for code, name, contract, number in names
        ]
        lines += ["", "by directory"]
        lines += [f"  {number:>{width}}  {printable(name)}" for name, number in _ordered(folders)]
    return _said(lines, (*report.notes, *_unknown(debt)))


def _ordered(counts: Counter[_Key]) -> list[tuple[_Key, int]]:
    """The most frequent first, and then in order."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _debt(report: Report) -> Debt:
    assert report.debt is not None
    return report.debt


def _entries(settings: Settings, findings: Iterable[Finding]) -> tuple[Recorded, ...]:
    findings = list(findings)
    return baseline.entries(
        findings, baseline.sources(settings, Disk(str(settings.root)), {finding.path for finding in findings})
    )


def _dropped(entries: Sequence[Recorded]) -> list[str]:
    return [
        f"- {printable(one.path)}: {one.code} {CODES.get(one.code, '')} {shown(one.spelled or one.symbol)}"
        + (f" in {printable(one.scope)}" if one.scope else "")
        for one in entries
    ]


def _unknown(debt: Debt) -> list[str]:
    said = baseline.open_questions(debt)
    return [*said, "--force drops what stays so"] if said else []


def _others(report: Report) -> list[str]:
    """Sentences on findings that no baseline can hold."""
    about = [finding for finding in report.findings if not baseline.is_recorded(finding)]
    if not about:
        return []
    return [
        f"{count(len(about), 'finding')} about the lint itself (SOT9) cannot be recorded: see `ssot-lint check`"
    ]


def _write(file: str, text: str, *, fresh: bool = False) -> None:
    try:
        writing.write(file, text.encode("utf-8"), fresh=fresh)
    except OSError as error:
        reason = str(error.strerror or error)
        raise WrongInput(f"{_label(file)} cannot be written: {reason[:1].lower()}{reason[1:]}") from None


def _said(lines: Iterable[str], notes: Iterable[str]) -> Answer:
    return Answer("".join(f"{harmless(line)}\n" for line in lines), notes=tuple(notes))


def _from_here(finding: Finding, settings: Settings) -> Finding:
    return finding._replace(path=_path(str(settings.root / finding.path)))


def _path(file: str) -> str:
    return relative(file, os.curdir)


def _label(file: str) -> str:
    return printable(_path(file))
