"""Proposes contracts for what is seen in the code, and writes those that are chosen. No settings are needed."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ssot_lint.cli.answer import Answer
from ssot_lint.cli.terminal import Progress, is_attended
from ssot_lint.discovery.declared.editing import table_of, with_contracts
from ssot_lint.discovery.discover import propose
from ssot_lint.discovery.kinds.drafts import KINDS, Kind
from ssot_lint.discovery.proposals import document, page, text
from ssot_lint.discovery.proposals.proposal import ContractProposal, in_order, rank
from ssot_lint.engine.request import asked_for
from ssot_lint.model.errors import Unusable, WrongInput
from ssot_lint.model.rules import CODES
from ssot_lint.model.wording import printable, relative, shown, suggestion
from ssot_lint.report.json_text import dumps
from ssot_lint.report.view import count
from ssot_lint.settings import loading
from ssot_lint.settings.settings import FILE, PYPROJECT, Settings
from ssot_lint.sources import disk, writing
from ssot_lint.sources.projects import Selection, nearest, projects
from ssot_lint.sources.writing import FileEdit

_MARKS = (".git", PYPROJECT, FILE, "setup.py", "setup.cfg", ".hg")
"""What lies in the folder of a project."""


class Searched(NamedTuple):
    """A project that was searched, and what is proposed for it. ``file`` is where contracts go; ``is_there``: it has
    settings already."""

    settings: Settings
    file: Path
    is_there: bool
    proposals: tuple[ContractProposal, ...]

    @property
    def table(self) -> str:
        """What stands before ``contracts`` in the names of tables; where there is no file yet, that of a
        pyproject.toml, which is how documents write it."""
        return table_of(self.file.name if self.is_there else PYPROJECT)


def run(options: Namespace) -> Answer:
    kinds = _kinds(options.kind)
    chosen = _selections(options)
    progress = Progress(wanted=not options.no_progress)
    notes: list[str] = []
    searched = []
    number = 0
    try:
        for selection, is_there in chosen:
            found = propose(selection.settings, kinds, workers=options.workers, progress=progress)
            number += len(found.listing.files)
            notes += found.listing.notes
            wanted = found.proposals
            if selection.paths is not None:
                wanted = tuple(one for one in wanted if _lies_in(one, selection.paths))
            file = _file_of(selection.settings, is_there)
            searched.append(Searched(selection.settings, file, is_there, wanted))
    except Unusable as error:
        raise WrongInput(str(error)) from None
    finally:
        progress.clear()
    if not number:
        raise WrongInput("there are no Python files below this folder: run discover where the code is")
    if options.explain is not None:
        one, own = _named([options.explain], searched)[0]
        return Answer(text.explained(one, own.table), notes=tuple(notes))
    if options.write is not None:
        return _written(options.write, searched, notes)
    return _shown(options, searched, notes, number)


def _kinds(given: Sequence[str] | None) -> tuple[Kind, ...]:
    problems = []
    for one in given or ():
        if one not in KINDS:
            known = ", ".join(f"`{kind}`" for kind in KINDS)
            problems.append(f"--kind: {shown(one)} is not one of {known}{suggestion(one, KINDS)}")
    if problems:
        raise WrongInput("\n".join(problems))
    return tuple(one for one in KINDS if not given or one in given)


# -- which projects


def _selections(options: Namespace) -> list[tuple[Selection, bool]]:
    """The projects of the command line, each with whether it has settings."""
    paths = tuple(options.paths)
    missing = [
        f"{printable(one)}: there is no such file or folder" for one in paths if not os.path.lexists(one)
    ]
    if missing:
        raise WrongInput("\n".join(missing))
    folders = [_folder(one) for one in paths or (os.curdir,)]
    if options.config is not None or any(nearest(one) is not None for one in folders):
        found, _ = projects(paths, file=options.config)
        return [(one, True) for one in found]
    root = Path(os.path.realpath(os.curdir)) if len(folders) != 1 or not paths else _root(folders[0])
    settings = loading.parse(b"", root / FILE, codes=CODES)
    parts = [disk.path_in(root, one, Path.cwd()) for one in paths]
    outside = [one for one, part in zip(paths, parts, strict=True) if part is None]
    if outside:
        raise WrongInput(
            f"{printable(outside[0])}: lies outside of {printable(str(root))}: search one project at once"
        )
    inside = tuple(one or os.curdir for one in parts)
    return [(Selection(settings, None if not inside or os.curdir in inside else inside), False)]


def _folder(path: str) -> Path:
    real = Path(os.path.realpath(path))
    return real if real.is_dir() else real.parent


def _root(folder: Path) -> Path:
    """The folder of the project that a folder without settings belongs to: the nearest with what projects have, the
    working directory, or the one above its packages."""
    here = Path(os.path.realpath(os.curdir))
    for one in (folder, *folder.parents):
        if any((one / mark).exists() for mark in _MARKS) or one == here:
            return one
    while (folder / "__init__.py").exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def _file_of(settings: Settings, is_there: bool) -> Path:
    """Where contracts go."""
    if is_there:
        return settings.file
    name = PYPROJECT if os.path.lexists(settings.root / PYPROJECT) else FILE
    return settings.root / name


def _lies_in(one: ContractProposal, paths: Sequence[str]) -> bool:
    """Whether a proposal is about what lies in some paths: its symbol, or, of a foreign one, what is found."""
    wants = asked_for(paths)
    return wants(one.at) if one.at else any(wants(finding.path) for finding in one.findings)


# -- what is shown


def _shown(options: Namespace, searched: Sequence[Searched], notes: list[str], number: int) -> Answer:
    every = sorted(
        ((one, own.table) for own in searched for one in own.proposals), key=lambda pair: rank(pair[0])
    )
    rows = every[: options.top]
    looked = f"looked at {count(number, 'file')}"
    if not every:
        notes.append(f"{looked}: nothing calls for a contract")
    else:
        more = f"; {len(every) - len(rows)} more with --top {len(every)}" if len(every) > len(rows) else ""
        notes.append(f"{looked}: {count(len(every), 'contract')} proposed{more}")
    match options.format:
        case "json":
            return Answer(f"{dumps(document.document(rows), indent=2)}\n", notes=tuple(notes))
        case "html":
            return Answer(page.page(rows, "Proposed contracts"), notes=tuple(notes))
        case _:
            if rows:
                notes.append(
                    f"`ssot-lint discover --write {rows[0][0].name}` adds that contract to the settings"
                )
            return Answer(text.listing(rows), notes=tuple(notes))


# -- what is written


def _named(names: Sequence[str], searched: Sequence[Searched]) -> list[tuple[ContractProposal, Searched]]:
    """The proposals that go by some names: those of their contracts, or their symbols."""
    known: dict[str, tuple[ContractProposal, Searched]] = {}
    for own in searched:
        for one in own.proposals:
            known.setdefault(one.name, (one, own))
    for own in searched:
        for one in own.proposals:
            known.setdefault(one.symbol, (one, own))
    declared = {one.name for own in searched for one in own.settings.contracts}
    problems = []
    for name in names:
        if name in declared and name not in known:
            problems.append(f"the settings have a contract {shown(name)} already")
        elif name not in known:
            near = suggestion(name, known) or _some([one.name for own in searched for one in own.proposals])
            problems.append(f"no contract of the name {shown(name)} is proposed{near}")
    if problems:
        raise WrongInput("\n".join(problems))
    return list({known[name][0].name: known[name] for name in names}.values())


def _some(names: Sequence[str]) -> str:
    return f"; proposed: {', '.join(map(shown, names[:5]))}{', …' if len(names) > 5 else ''}" if names else ""


def _written(given: str, searched: Sequence[Searched], notes: list[str]) -> Answer:
    every = in_order([one for own in searched for one in own.proposals])
    names = [one.strip() for one in given.split(",") if one.strip()]
    if given and not names:
        raise WrongInput("--write names no contract")
    if not names and not every:
        return Answer("", notes=(*notes, "nothing calls for a contract: nothing was written"))
    if not names:
        names = _asked(every) if is_attended() else [every[0].name]
    if not names:
        return Answer("", notes=(*notes, "nothing was written"))
    wanted = _named(names, searched)
    symbols: dict[str, str] = {}
    for one, _ in wanted:
        if symbols.setdefault(one.symbol, one.name) != one.name:
            raise WrongInput(
                f"{symbols[one.symbol]} and {one.name} protect the same, {printable(one.symbol)}: write one of them, "
                "and take over by hand what the other adds"
            )
    edits: list[FileEdit] = []
    try:
        for own in searched:
            chosen = [one for one, of in wanted if of is own]
            if chosen:
                edits.append(_edit(own, chosen))
        written = writing.write_edits(edits)
    except Unusable as error:
        raise WrongInput(str(error)) from None
    lines = [f"wrote {one.name} to {printable(relative(own.file, os.curdir))}" for one, own in wanted]
    number = sum(len(one.findings) for one, _ in wanted)
    has_baseline = any(own.settings.baseline for _, own in wanted)
    step = "update" if has_baseline else "create"
    lines.append(
        f"next: judge what it says, then `ssot-lint baseline {step}` records what is found now "
        f"({count(number, 'finding')}), and only what is new fails"
    )
    assert written
    return Answer("".join(f"{line}\n" for line in lines), notes=tuple(notes))


def _edit(own: Searched, chosen: Sequence[ContractProposal]) -> FileEdit:
    """The settings file with the chosen contracts. A mistake in what comes out would be ours."""
    table = table_of(own.file.name)
    texts = [one.contract(table) for one in chosen]
    edit = writing.planned(
        own.file,
        relative(own.file, os.curdir),
        lambda old: with_contracts(old or b"", own.file.name, texts),
    )
    loading.parse(edit.new or b"", own.file, codes=CODES)
    return edit


def _asked(proposals: Sequence[ContractProposal]) -> list[str]:
    """The names that a person at the terminal chooses; none is a way out."""
    for number, one in enumerate(proposals, 1):
        sys.stdout.write(
            f"{number:>3}  {one.name}  ({one.kind} {printable(one.symbol)}, harm {one.harm.whole:g}, "
            f"{count(len(one.findings), 'finding')})\n"
        )
    sys.stdout.write("write which? names or numbers with commas between them, nothing for none: ")
    sys.stdout.flush()
    words = [one.strip() for one in sys.stdin.readline().split(",") if one.strip()]
    return [
        proposals[int(one) - 1].name if one.isdecimal() and 0 < int(one) <= len(proposals) else one
        for one in words
    ]


__all__ = ["run"]
