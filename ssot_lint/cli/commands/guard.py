"""Ends a migration: a contract without findings leaves the baseline, and its former names are retired."""

from __future__ import annotations

import datetime
import os
from argparse import Namespace
from collections import Counter
from pathlib import Path

from ssot_lint.cli.answer import Answer
from ssot_lint.cli.terminal import Progress, colour
from ssot_lint.discovery.declared.guard import Guarded, guard
from ssot_lint.discovery.diff import diff
from ssot_lint.findings.narrow import unknown_contracts
from ssot_lint.model.errors import Unusable, WrongInput
from ssot_lint.model.options import RunOptions
from ssot_lint.model.rules import CODES
from ssot_lint.model.wording import printable
from ssot_lint.report.pages.diff import render
from ssot_lint.report.terminal.paint import Paint
from ssot_lint.report.view import count
from ssot_lint.settings.settings import Settings
from ssot_lint.sources import git, writing
from ssot_lint.sources.projects import projects

_FINISHED = "its migration is finished"


def run(options: Namespace) -> Answer:
    (project, *_), notes = projects((), file=options.config)
    settings = project.settings
    known = {one.name: one for one in settings.contracts}
    problems = unknown_contracts([options.contract], known)
    if problems:
        raise WrongInput("\n".join(problems))
    contract = known[options.contract]
    reason = " ".join((options.reason or contract.reason or _FINISHED).split())
    note = f"retired {datetime.date.today().isoformat()}: {printable(reason)}"
    progress = Progress(wanted=not options.no_progress)
    try:
        found = guard(settings, contract, note, RunOptions(cache=not options.no_cache, progress=progress))
        if found.left:
            return _left(contract.name, found)
        edits = [one for one in found.edits if one.old != one.new]
        if options.dry_run:
            text = render(diff(edits), Paint(colour(options.color)))
            return Answer(
                text, notes=(*notes, *_said(contract.name, found), "nothing was written: this is a dry run")
            )
        written = writing.write_edits(edits)
    except Unusable as error:
        raise WrongInput(str(error)) from None
    finally:
        progress.clear()
    lines = [*_said(contract.name, found), *(f"wrote {printable(one)}" for one in written), *_keeps(settings)]
    return Answer("".join(f"{line}\n" for line in lines), notes=tuple(notes))


def _left(name: str, found: Guarded) -> Answer:
    codes = Counter(one.code for one in found.left)
    told = ", ".join(f"{number} {code} {CODES[code]}" for code, number in sorted(codes.items()))
    is_one = len(found.left) == 1
    lines = [
        f"{name}: {count(len(found.left), 'finding')} {'is' if is_one else 'are'} left ({told}), "
        "also counting what a baseline holds; nothing was written",
        f"`ssot-lint check --no-baseline --contract {name}` shows {'it' if is_one else 'them'}",
    ]
    return Answer("".join(f"{line}\n" for line in lines), 1)


def _said(name: str, found: Guarded) -> list[str]:
    lines = [f"{name}: no findings are left"]
    if found.removed:
        number = len(found.removed)
        entries = "1 entry leaves" if number == 1 else f"{number} entries leave"
        lines.append(f"{entries} the baseline")
    if found.retired:
        lines.append(f"retired: {', '.join(map(printable, found.retired))}")
    if found.kept:
        names = ", ".join(map(printable, found.kept))
        lines.append(f"not retired, as something else in the project bears the name: {names}")
    if not (found.removed or found.retired):
        lines.append("neither the baseline nor the settings have anything to change")
    return lines


def _keeps(settings: Settings) -> list[str]:
    """What keeps the contract as it is from now on, or what has to be there for that."""
    top = Path(git.repository(str(settings.root)) or settings.root)
    lines = []
    hook = top / ".pre-commit-config.yaml"
    if _mentions(hook):
        lines.append(f"the hook in {hook.name} keeps it so at each commit")
    else:
        lines.append("no hook keeps it so at a commit: `ssot-lint init --pre-commit` adds one")
    pipelines = [top / ".gitlab-ci.yml", *sorted((top / ".github" / "workflows").glob("*.y*ml"))]
    running = [one for one in (*pipelines, top / ".gitlab" / "ssot-lint.yml") if _mentions(one)]
    if running:
        lines.append(f"CI keeps it so: {os.path.relpath(running[0], top)} runs ssot-lint")
    else:
        lines.append("no pipeline keeps it so in CI: `ssot-lint init --ci github` or `--ci gitlab` adds one")
    return lines


def _mentions(file: Path) -> bool:
    try:
        return file.is_file() and b"ssot-lint" in file.read_bytes()
    except OSError:
        return False
