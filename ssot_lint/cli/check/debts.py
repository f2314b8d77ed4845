"""Options about the baseline → the baseline that counts, and sentences on the debt in it."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ssot_lint.engine.report import Report
from ssot_lint.model.errors import WrongInput
from ssot_lint.sources.projects import Selection

if TYPE_CHECKING:
    from ssot_lint.findings.baseline_file import Baseline


def baseline_of(options: Namespace, asked: Sequence[Selection]) -> Callable[[], Baseline] | None:
    """Gives the baseline that the command line names, or none at all; None where the settings decide."""
    named = options.baseline is not None
    if options.no_baseline and (named or options.locked):
        raise WrongInput(
            f"--no-baseline leaves nothing for {'--baseline' if named else '--locked'} to look at"
        )
    if options.locked and not named and not any(project.settings.baseline for project in asked):
        raise WrongInput("--locked needs a baseline: name it in the settings (`baseline`) or with --baseline")
    if not named and not options.no_baseline:
        return None
    from ssot_lint.findings import baseline_file

    if options.no_baseline:
        return lambda: baseline_file.NONE
    if len(asked) > 1:
        raise WrongInput(f"--baseline names one file, and the paths lie in {len(asked)} projects")
    return lambda: baseline_file.read(baseline_file.place(asked[0].settings, options.baseline))


def sentences(reports: Sequence[Report], *, locked: bool) -> tuple[list[str], list[str]]:
    """Sentences on what the baselines hold, and on what they hold in vain where that is not allowed."""
    debts = [report.debt for report in reports if report.debt is not None]
    if not debts:
        return [], []
    from ssot_lint.findings import baseline

    said = [one for debt in debts for one in (*baseline.open_questions(debt), baseline.sentence(debt))]
    if locked and not all(debt.whole for debt in debts):
        said.append(
            "--locked says nothing here: only a run over a whole project, and all codes, tells what is fixed"
        )
    return said, [*filter(None, map(baseline.locked, debts))] if locked else []
