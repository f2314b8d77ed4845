"""Folders → their projects; a project → what the engine finds about each of its contracts, as text for people.

A member of a root is judged as ``ssot-lint check`` in its folder does it: only what is in its files is told, by
whichever contract.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from ssot_lint.engine import run as engine
from ssot_lint.model.errors import ConfigError, Unusable
from ssot_lint.model.finding import SEVERITIES, Finding
from ssot_lint.model.options import RunOptions
from ssot_lint.model.rules import ABOUT_ITSELF
from ssot_lint.model.wording import bug, printable
from ssot_lint.report.lines import notes
from ssot_lint.report.view import moved, place
from ssot_lint.settings import workspace
from ssot_lint.settings.documents import Documents
from ssot_lint.settings.members import ROOT, Parts, contracts, declared
from ssot_lint.settings.settings import PYPROJECT, Settings
from ssot_lint.sources.states import Judged, Wanted, states

SETTINGS = "settings"
"""The name of the item that says that nothing could be judged."""


class ContractVerdict(NamedTuple):
    """A contract, or what belongs to none. ``file`` is the absolute path of the settings that declare it, ``line`` the
    line of its table there, from 0. ``text``: what is found, empty where nothing is."""

    file: str
    line: int
    name: str
    text: str
    fails: bool


class ProjectVerdict(NamedTuple):
    """``file`` is the project's settings file. ``broken`` is why nothing could be judged: then there are no
    ``contracts``."""

    file: str
    contracts: tuple[ContractVerdict, ...] = ()
    notes: tuple[str, ...] = ()
    broken: str = ""


def read(folders: Sequence[str], since: str | None) -> tuple[tuple[Judged, ...], ProjectVerdict | None]:
    """The projects that folders and files lie in, or what is wrong with their settings. WrongInput where there are no
    settings, or where git does not know what is asked."""
    try:
        return states(Wanted(since=since), folders)[0], None
    except ConfigError as error:
        return (), ProjectVerdict(file=_at_fault(folders, error), broken=str(error))


def _at_fault(folders: Sequence[str], error: ConfigError) -> str:
    """The settings file that is wrong, or that extends one that is."""
    for folder in folders:
        try:
            found = workspace.find(Path(folder), Documents())
        except ConfigError as unread:
            found = Path(unread.mistakes[0].file)
        if found is not None:
            return os.path.realpath(found)
    return os.path.realpath(error.mistakes[0].file if error.mistakes else PYPROJECT)


def judged(one: Judged, *, workers: int | None = None) -> ProjectVerdict:
    """What is found in a project, contract by contract. What stops the engine is told, and not raised."""
    settings = one.project.settings
    folders = _members(settings, one.project.paths)
    try:
        findings, behind, said = _findings(one, folders, RunOptions(workers, cache=True))
    except Unusable as error:
        return ProjectVerdict(file=_file(settings), broken=str(error))
    except Exception as error:
        text = f"{bug(error)}; run `ssot-lint check --traceback` and report what it prints"
        return ProjectVerdict(file=_file(settings), broken=text)
    return ProjectVerdict(_file(settings), tuple(_verdicts(settings, folders, findings, behind)), said)


Behind = Mapping[str, tuple[Finding, ...]]
"""The findings that a change causes in files that it does not touch, by the fingerprint of the one that stands for
them."""


def _findings(
    one: Judged, folders: Sequence[str] | None, how: RunOptions
) -> tuple[Sequence[Finding], Behind, tuple[str, ...]]:
    settings = one.project.settings
    if one.old is None:
        report = engine.check(settings, paths=folders, how=how, tree=one.new)
        return report.findings, {}, report.notes
    from ssot_lint.engine import since
    from ssot_lint.sources.disk import Disk

    told = since.check(
        settings, one.old, one.new or Disk(os.path.realpath(settings.root)), paths=folders, how=how
    )
    return told.findings, told.followers, told.report.notes


def _members(settings: Settings, paths: Sequence[str] | None) -> list[str] | None:
    """The folders of the members that paths lie in; None where one lies in the root's own part. A test is no part of
    what is judged: it says which project is meant."""
    parts = Parts(settings)
    found = {parts.folder(path) for path in paths or (ROOT,)}
    return None if ROOT in found else sorted(found)


class _Owner(NamedTuple):
    """Who has declared a contract, and its name there."""

    folder: str
    name: str


def _verdicts(
    settings: Settings, folders: Sequence[str] | None, findings: Iterable[Finding], behind: Behind
) -> Iterator[ContractVerdict]:
    parts = Parts(settings)
    known = {
        folder: {one.contract.name: _Owner(one.owner, one.contract.name.partition("@")[0]) for one in held}
        for folder, held in contracts(settings).items()
    }
    own = {folder: [one.name for one in held] for folder, held in declared(settings).items()}
    found: dict[_Owner, list[Finding]] = {}
    for folder, names in own.items():
        if folders is None or folder == ROOT or folder in folders:
            found.update({_Owner(folder, name): [] for name in names})
    for finding in findings:
        folder = parts.folder(finding.path)
        owner = known.get(folder, {}).get(finding.contract) or _of_none(finding, parts, folder, own)
        found.setdefault(owner, []).append(finding)
    for owner, those in found.items():
        part = parts.by_folder.get(owner.folder, parts.root).settings
        yield ContractVerdict(
            file=_file(part),
            line=max(part.contract_lines.get(owner.name, 1) - 1, 0),
            name=owner.name,
            text="\n".join(line for one in those for line in _lines(one, str(settings.root))),
            fails=any(
                _fails(each, parts) for one in those for each in (one, *behind.get(one.fingerprint, ()))
            ),
        )


def _of_none(finding: Finding, parts: Parts, folder: str, own: Mapping[str, Sequence[str]]) -> _Owner:
    """Under which name stands what belongs to no contract: there is always a place for a finding."""
    holder = folder if folder in parts.by_folder and parts.by_folder[folder] is not parts.root else ROOT
    names = {"SOT3": "singletons", "SOT4": "duplicates", ABOUT_ITSELF: "health"}
    name = next((name for prefix, name in names.items() if finding.code.startswith(prefix)), "others")
    return _Owner(holder, f"{name}." if name in own.get(holder, ()) else name)


def _file(settings: Settings) -> str:
    return os.path.realpath(settings.file)


def _lines(finding: Finding, root: str) -> Iterator[str]:
    """The finding on one line, then its chain, and what to do."""
    here = moved(finding, root, os.getcwd())
    level = "" if finding.severity == "error" else f" [{finding.severity}]"
    yield f"{place(here)}: {finding.code} {printable(finding.message)}{level}"
    yield from (f"    {line}" for line in notes(here))


def _fails(finding: Finding, parts: Parts) -> bool:
    least = parts.of(finding.path).settings.fail_on
    return SEVERITIES.index(finding.severity) <= SEVERITIES.index(least)
