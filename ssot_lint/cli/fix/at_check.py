"""``check --fix`` and ``check --diff``: what is repaired before anything is reported."""

from __future__ import annotations

from argparse import Namespace
from typing import NamedTuple

from ssot_lint.cli.answer import Answer
from ssot_lint.cli.commands import fix
from ssot_lint.cli.terminal import Progress
from ssot_lint.model.errors import Unusable, WrongInput
from ssot_lint.model.options import RunOptions
from ssot_lint.report.view import count
from ssot_lint.sources.states import Wanted


class First(NamedTuple):
    """What is said of the repairs, and the answer where that is all."""

    said: list[str]
    answer: Answer | None = None


def first(options: Namespace, states: Wanted) -> First:
    """Repairs what ``fix`` would with the same options. As for ruff, files need not be committed."""
    if states.at is not None or states.staged or "-" in options.paths or options.stdin_filename is not None:
        raise WrongInput(
            "--fix repairs the files on the disk: it goes with none of --at, --staged, and standard input"
        )
    own = Namespace(**{**vars(options), "remove_shims": False, "interactive": False, "yes": False})
    progress = Progress(wanted=not options.quiet and not options.no_progress)
    how = RunOptions(options.workers, cache=not options.no_cache, progress=progress)
    try:
        done, _ = fix.repaired(own, how)
    except Unusable as error:
        raise WrongInput(str(error)) from None
    finally:
        progress.clear()
    if options.diff:
        return First([], fix.patched(done, options))
    failed = fix.written(done, allow_dirty=True)
    if failed:
        raise WrongInput("\n".join(failed))
    number = sum(len(one.repaired.done) for one in done)
    return First([f"fixed {count(number, 'finding')}"] if number else [])
