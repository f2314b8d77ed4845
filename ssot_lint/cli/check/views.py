"""The engine's reports on some projects → one view, with the paths that its readers can follow."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Mapping, Sequence

from ssot_lint.cli.check.places import STDOUT
from ssot_lint.cli.check.runs import Run
from ssot_lint.cli.terminal import WIDTH, colour, width, wraps
from ssot_lint.findings.suppress import Suppressed
from ssot_lint.model.errors import Unreadable
from ssot_lint.model.finding import Counts, Finding
from ssot_lint.model.wording import relative
from ssot_lint.report import COLOURED, OF_PROJECTS
from ssot_lint.report.view import View, moved
from ssot_lint.settings.members import Parts
from ssot_lint.sources import git


def view(
    format: str, place: str, runs: Sequence[Run], buffers: Mapping[str, bytes], options: Namespace
) -> View:
    """The findings of all projects, with paths as the format wants them: for people relative to the working
    directory, so that a terminal can open them; for programs relative to a root, wherever the command ran."""
    here = os.getcwd()
    roots = [str(run.project.settings.root) for run in runs]
    base = _base(format, roots, here)
    sources: dict[str, tuple[Run, str]] = {}
    owners: dict[str, tuple[str, ...]] = {}

    def at_base(run: Run, finding: Finding) -> Finding:
        at_place = moved(finding, str(run.project.settings.root), base)
        sources[at_place.path] = (run, finding.path)
        owners[at_place.path] = run.owners_of(finding.path)
        return at_place

    limits = {id(run): Parts(run.project.settings).limit for run in runs}

    def source(path: str) -> bytes | None:
        run, own = sources[path]
        if own in buffers:
            return buffers[own]
        try:
            return run.tree.read(own, limits[id(run)](own))
        except Unreadable:
            return None

    def excused() -> tuple[Suppressed, ...]:
        return tuple(
            one._replace(finding=at_base(run, one.finding)) for run in runs for one in run.report.excused()
        )

    on_screen = place == STDOUT
    return View(
        findings=tuple(at_base(run, finding) for run in runs for finding in run.findings),
        files=sum(run.report.files for run in runs),
        indexed=sum(run.report.indexed for run in runs),
        base=relative(base, here),
        source=source,
        excused=excused,
        page=_page,
        colour=on_screen and format in COLOURED and colour(options.color),
        width=width() if on_screen else WIDTH,
        wrap=on_screen and wraps(),
        statistics=options.statistics,
        quiet=options.quiet,
        verbose=options.verbose,
        group_by=options.group_by or "",
        owners=owners,
        change=_change(runs),
        since=options.since or "",
        followers={
            key: tuple(at_base(run, one) for one in group)
            for run in runs
            for key, group in run.followers.items()
        },
    )


def _change(runs: Sequence[Run]) -> Counts | None:
    """What has changed in all projects."""
    changes = [run.change for run in runs if run.change is not None]
    if not changes:
        return None
    return Counts(
        before=sum(one.before for one in changes),
        after=sum(one.after for one in changes),
        added=sum(one.added for one in changes),
        removed=sum(one.removed for one in changes),
    )


def _page(rule: str) -> str | None:
    from ssot_lint.rules import pages

    return pages.text(rule)


def _base(format: str, roots: Sequence[str], here: str) -> str:
    """The folder that the paths of a format begin at."""
    if format in COLOURED:
        return here
    common = os.path.commonpath(roots)
    return common if format in OF_PROJECTS else git.repository(os.path.realpath(common)) or common
