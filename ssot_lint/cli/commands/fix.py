"""Repairs what can be repaired: the safe part by itself, the rest where it is asked for."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from ssot_lint.cli.answer import Answer
from ssot_lint.cli.fix import asking, saving
from ssot_lint.cli.terminal import Progress, colour, is_attended, wraps
from ssot_lint.engine import run as engine
from ssot_lint.engine.fix import FixOptions, Repaired, fix
from ssot_lint.engine.plan import FOREIGN
from ssot_lint.engine.request import asked_for
from ssot_lint.fixes.source import FileText, Unfixable
from ssot_lint.model.errors import Unreadable, Unusable, WrongInput
from ssot_lint.model.finding import SEVERITIES, Finding
from ssot_lint.model.options import RunOptions
from ssot_lint.model.wording import printable, relative
from ssot_lint.report.pages import fixes, patch
from ssot_lint.report.terminal.paint import Paint
from ssot_lint.report.view import count
from ssot_lint.settings.documents import Documents
from ssot_lint.settings.members import Parts, contracts
from ssot_lint.settings.settings import PYPROJECT, Settings
from ssot_lint.sources.disk import Disk
from ssot_lint.sources.projects import Selection, projects
from ssot_lint.sources.states import Wanted as States
from ssot_lint.sources.states import states
from ssot_lint.sources.texts import Texts
from ssot_lint.sources.writing import FileEdit


class Done(NamedTuple):
    """A project and what became of it. ``edits`` are what is written, or would be."""

    project: Selection
    chosen: Selection
    repaired: Repaired
    edits: list[FileEdit]


def run(options: Namespace) -> Answer:
    if options.diff and options.dry_run:
        raise WrongInput("--diff and --dry-run both show what would be done: give one of them")
    if options.interactive:
        if options.diff or options.dry_run:
            raise WrongInput("--interactive asks before it writes, and the other shows and writes nothing")
        asking.must_be_attended(is_attended())
    progress = Progress(wanted=not options.quiet and not options.no_progress and not options.interactive)
    how = RunOptions(options.workers, cache=not options.no_cache, progress=progress)
    try:
        done, notes = repaired(options, how)
    except Unusable as error:
        raise WrongInput(str(error)) from None
    finally:
        progress.clear()
    edits = [one for each in done for one in each.edits]
    if options.diff:
        return patched(done, options, notes)
    failed: list[str] = []
    if not options.dry_run and edits:
        failed = written(done, allow_dirty=options.allow_dirty)
    text = shown(done, options)
    said = [] if options.quiet else [*notes, *_remarks(done, options)]
    if options.dry_run:
        return Answer(text, 1 if edits else 0, tuple(said))
    code = 2 if failed else 1 if any(_fails(one) for one in done) else 0
    return Answer(text, code, (*said, *failed))


def patched(done: Sequence[Done], options: Namespace, notes: Sequence[str] = ()) -> Answer:
    """The patch of what would be done: for a terminal to show, or for ``git apply`` to take."""
    edits = [one for each in done for one in each.edits]
    paint = Paint(colour(options.color))
    text = patch.shown(edits, paint) if wraps() or paint.on else patch.patch(edits)
    exact = not (wraps() or paint.on)
    return Answer(text, 1 if edits else 0, () if options.quiet else tuple(notes), exact=exact)


# -- what is done


def repaired(options: Namespace, how: RunOptions) -> tuple[list[Done], list[str]]:
    """What the command line asks for, in all projects that it names; nothing is written."""
    whole, notes = projects(options.paths, file=options.config)
    overrides: Mapping[str, object] = {"select": options.select, "ignore": options.ignore}
    chosen, _ = projects(options.paths, file=options.config, overrides=overrides)
    done = []
    for project, selection in zip(whole, chosen, strict=True):
        settings = project.settings
        if options.remove_shims and not options.yes:
            _must_be_private(settings)
        _must_know(options.contract or (), settings)
        wanted = FixOptions(
            tiers=frozenset(["safe", "unsafe"] if options.unsafe_fixes else ["safe"]),
            removes_shims=options.remove_shims,
            chosen=_chosen(options, project, selection, how),
        )
        tree = Disk(os.path.realpath(settings.root))
        if options.interactive:
            wanted = _asking(wanted, tree, settings, Paint(colour(options.color)))
        found = fix(settings, tree, wanted, mentions=Texts(str(settings.root)).mentions, how=how)
        done.append(Done(project, selection, found, saving.edits(found, Path(settings.root), os.getcwd())))
    return done, list(notes)


def _chosen(
    options: Namespace, project: Selection, selection: Selection, how: RunOptions
) -> Callable[[Finding], bool]:
    """Whether a finding was asked for."""
    is_wanted = asked_for(project.paths) if project.paths is not None else None
    select, ignore = selection.settings.select, selection.settings.ignore or ("\0",)
    wanted = set(options.contract or ())
    added = _added(options, how) if options.since is not None else None

    def chosen(finding: Finding) -> bool:
        return (
            (is_wanted is None or is_wanted(finding.path))
            and finding.code.startswith(select)
            and not finding.code.startswith(ignore)
            and (not wanted or finding.contract in wanted)
            and (added is None or _place(finding) in added)
        )

    return chosen


def _added(options: Namespace, how: RunOptions) -> set[tuple[str, ...]]:
    """What a change has added, as places that stay while lines move."""
    from ssot_lint.engine import since

    asked, _ = states(States(None, False, options.since, False), options.paths, file=options.config)
    found: set[tuple[str, ...]] = set()
    for one in asked:
        tree = one.new or Disk(os.path.realpath(one.project.settings.root))
        assert one.old is not None
        told = since.check(one.project.settings, one.old, tree, paths=one.project.paths, how=how)
        found.update(map(_place, told.findings))
        # What the change makes of files that it does not touch is added by it, too.
        found.update(_place(one) for group in told.followers.values() for one in group)
    return found


def _place(finding: Finding) -> tuple[str, ...]:
    return finding.path, finding.code, finding.contract, finding.scope, finding.spelled


def _asking(wanted: FixOptions, tree: Disk, settings: Settings, paint: Paint) -> FixOptions:
    parts = Parts(settings)

    def change(finding: Finding) -> str:
        made = finding.fix
        if made is None:
            return ""
        edits = []
        for path in dict.fromkeys([*(one.path for one in made.edits), *made.removes]):
            try:
                old = tree.read(path, parts.limit(path))
                new = (
                    None
                    if path in made.removes
                    else FileText(path, old).edited(one for one in made.edits if one.path == path)
                )
            except (Unfixable, Unreadable):
                # What was done before in the same file is not on the disk yet.
                continue
            edits.append(FileEdit(Path(path), path, old, new))
        return patch.shown(edits, paint)

    return FixOptions(wanted.tiers, wanted.removes_shims, wanted.chosen, asking.Asking(change))


def _must_know(names: Sequence[str], settings: Settings) -> None:
    from ssot_lint.findings.narrow import unknown_contracts

    known = {one.contract.name for own in contracts(settings).values() for one in own}
    problems = unknown_contracts(names, known)
    if problems:
        raise WrongInput("\n".join(problems))


def _must_be_private(settings: Settings) -> None:
    """WrongInput, where others may install the project, and import what is a shim here."""
    try:
        content = Documents().at(Path(settings.root) / PYPROJECT).content
    except Unreadable:
        return
    table = content.get("project") if isinstance(content, Mapping) else None
    if isinstance(table, Mapping):
        classifiers = table.get("classifiers")
        private = isinstance(classifiers, list) and any(
            str(one).startswith("Private ::") for one in classifiers
        )
        if not private:
            raise WrongInput(
                f"--remove-shims: {PYPROJECT} describes a distribution, and who installs it may import the old paths; "
                "give --yes if nobody does, or add the classifier `Private :: Do Not Upload`"
            )


# -- what is written and said


def written(done: Sequence[Done], *, allow_dirty: bool) -> list[str]:
    """Writes the edits of all projects; why some could not be written."""
    if not allow_dirty:
        for one in done:
            saving.must_be_committed(Path(one.project.settings.root), sorted(one.repaired.new))
    failed: list[str] = []
    for one in done:
        _, problems = saving.saved(one.repaired, one.edits, Path(one.project.settings.root))
        failed += problems
    return failed


def shown(done: Sequence[Done], options: Namespace) -> str:
    """What was done and what was not, with paths relative to the working directory."""
    paint = Paint(colour(options.color))
    here = [
        ([_moved(one, each) for one in each.repaired.done], [_moved(one, each) for one in each.repaired.left])
        for each in done
    ]
    verb = "would fix" if options.dry_run else "fixed"
    return fixes.render(
        [one for some, _ in here for one in some], [one for _, some in here for one in some], paint, verb=verb
    )


def _moved(finding: Finding, done: Done) -> Finding:
    return finding._replace(path=relative(Path(done.project.settings.root) / finding.path, os.getcwd()))


def _remarks(done: Sequence[Done], options: Namespace) -> list[str]:
    said = []
    if not any(one.edits for one in done):
        said.append("nothing to fix")
    generated = {
        one.path
        for each in done
        for one in each.repaired.left
        if one.fix is not None and one.fix.message == FOREIGN
    }
    if generated:
        said.append(f"{count(len(generated), 'file')} left alone: generated or vendored")
    for each in done:
        said += [f"now idle: {printable(one.message)}" for one in each.repaired.idle]
        if each.project.settings.baseline and each.repaired.done and not options.dry_run:
            said.append("`ssot-lint baseline prune` drops what is fixed from the baseline")
    return said


def _fails(done: Done) -> bool:
    """Whether ``check`` fails now, with the same selection."""
    settings = done.chosen.settings
    paths = done.project.paths
    if settings.baseline:
        found = engine.check(settings, paths=paths, how=RunOptions(cache=True)).findings
    else:
        # What was judged last is what is on the disk now.
        is_wanted = asked_for(paths) if paths is not None else None
        found = tuple(
            one
            for one in done.repaired.report.findings
            if (is_wanted is None or is_wanted(one.path))
            and one.code.startswith(settings.select)
            and not one.code.startswith(settings.ignore or ("\0",))
        )
    parts = Parts(settings)
    return any(
        SEVERITIES.index(one.severity) <= SEVERITIES.index(parts.of(one.path).settings.fail_on)
        for one in found
    )
