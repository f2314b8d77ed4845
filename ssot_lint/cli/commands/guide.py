"""Prints a summary of the contracts for those who write code, or puts it into a file."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from ssot_lint.cli.answer import Answer
from ssot_lint.model.contracts import Contract
from ssot_lint.model.errors import Unusable, WrongInput
from ssot_lint.model.wording import printable, relative, shown, suggestion
from ssot_lint.report.pages import guide
from ssot_lint.report.pages.marked import between_marks
from ssot_lint.settings import members
from ssot_lint.settings.settings import Settings
from ssot_lint.sources.projects import projects
from ssot_lint.sources.writing import planned, write_edits


def run(options: Namespace) -> Answer:
    (project,), notes = projects((), file=options.config)
    text = guide.render(_wanted(project.settings, options.contracts))
    if options.update is None:
        return Answer(text, notes=notes)
    try:
        file = _place(options.update, project.settings.root)
        edit = planned(file, options.update, partial(between_marks, text=text, shown=options.update))
        changed = write_edits([edit])
    except Unusable as error:
        raise WrongInput(str(error)) from None
    what = "made" if edit.old is None else "updated" if changed else "up to date"
    return Answer(f"{printable(options.update)}: {what}\n", notes=notes)


def _wanted(settings: Settings, names: Sequence[str]) -> Iterator[tuple[str, Contract]]:
    """The contracts of these names, in their order, or all. WrongInput where there is none of a name."""
    known = dict(_declared(settings))
    if not known:
        file = relative(settings.file, os.curdir)
        raise WrongInput(f"{printable(file)}: no contract is declared; `ssot-lint init` proposes contracts")
    missing = [name for name in names if name not in known]
    if missing:
        all_names = f"; the contracts are {guide.code([*known])}"
        raise WrongInput(
            "\n".join(
                f"{shown(name)} is no name of a contract{suggestion(name, known) or all_names}"
                for name in missing
            )
        )
    return ((name, known[name]) for name in dict.fromkeys(names or known))


def _declared(settings: Settings) -> Iterable[tuple[str, Contract]]:
    """All contracts of the root and its members, by the names that the root knows them by."""
    return ((one.contract.name, one.contract) for one in members.contracts(settings)[members.ROOT])


def _place(given: str, root: Path) -> Path:
    """The file that is meant; of a link what it leads to, if that is in the project. Unusable where it is not."""
    if not given:
        raise Unusable("--update: names no file")
    file = Path(os.path.abspath(given))
    if not file.is_symlink():
        return file
    real, inside = os.path.realpath(file), os.path.join(os.path.realpath(root), "")
    if not real.startswith(inside):
        raise Unusable(f"{printable(given)} is a link to a file outside of the project, and is left alone")
    return Path(real)
