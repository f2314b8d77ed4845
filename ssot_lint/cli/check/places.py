"""Options about formats, and the CI service around → where each format goes. Writes it there, too."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Mapping

from ssot_lint.model.errors import Unusable, WrongInput
from ssot_lint.model.wording import printable, shown, suggestion
from ssot_lint.report import FORMATS
from ssot_lint.report.view import View

STDOUT = "-"

FORMAT = "SSOT_LINT_FORMAT"
"""The environment variable that stands for ``--format``."""

SERVICES = {"GITHUB_ACTIONS": "github", "TF_BUILD": "azure"}
"""The formats of CI services that read their log, by the variable that is ``true`` there. Other services, as GitLab
and Jenkins, read files: their logs show the text for people."""

JOB_SUMMARY = "GITHUB_STEP_SUMMARY"
"""The environment variable that names the file to which GitHub wants a step's summary appended, in Markdown."""

_SUMMARY_ROOM = 1_000_000
"""Bytes of that file: GitHub drops all of it above 1 MiB, and takes what other commands have added into account."""


def wanted(options: Namespace, environment: Mapping[str, str]) -> dict[str, str]:
    """The format for each place that a report is written to: files by their paths, and ``STDOUT``."""
    chosen = options.format or _from_environment(environment)
    named = None if options.output_file == STDOUT else options.output_file
    screen = [format for format, file in options.output if file == STDOUT]
    if len(screen) > 1 or (screen and options.format and named is None):
        raise WrongInput(
            f"standard output has one format, and not both {shown(options.format or screen[0])} and "
            f"{shown(screen[-1])}: give the other a file, as in `--output {screen[-1]}:FILE`"
        )
    rows = [(file, format) for format, file in options.output if file != STDOUT]
    if named is not None:
        rows.append((named, chosen or "text"))
    elif not screen:
        # A count by code is for people, wherever they are.
        service = None if options.statistics else _of_service(environment)
        screen = [chosen or service or "text"]
    if rows:
        from ssot_lint.sources import writing

        try:
            writing.examine(file for file, _ in rows)
        except Unusable as error:
            raise WrongInput(str(error)) from None
    return dict([*rows, *((STDOUT, format) for format in screen)])


def _from_environment(environment: Mapping[str, str]) -> str | None:
    format = environment.get(FORMAT)
    if format and format not in FORMATS:
        known = ", ".join(f"`{word}`" for word in FORMATS)
        raise WrongInput(
            f"{FORMAT} in the environment: {shown(format)} is not one of {known}{suggestion(format, FORMATS)}"
        )
    return format or None


def _of_service(environment: Mapping[str, str]) -> str | None:
    """The format that the CI service around reads in its log; None where there is no such service."""
    return next(
        (format for variable, format in SERVICES.items() if environment.get(variable, "").lower() == "true"),
        None,
    )


def write(texts: Mapping[str, str]) -> None:
    """Writes texts to the files of their paths, all or none. WrongInput where one cannot be written."""
    if texts:
        from ssot_lint.sources import writing

        try:
            writing.write_reports(texts)
        except Unusable as error:
            raise WrongInput(str(error)) from None


def summarized(file: str, view: View) -> list[str]:
    """Appends the summary of a job to its file. Returns a sentence where that fails: a summary is a by-product."""
    from ssot_lint.report.formats.markdown import document
    from ssot_lint.sources import writing

    try:
        room = _SUMMARY_ROOM - (os.path.getsize(file) if os.path.exists(file) else 0)
        if room <= 0:
            return ["the summary of the job has no room for another one"]
        writing.append(file, document(view, room))
    except OSError as error:
        return [f"the summary of the job cannot be written: {printable(file)} ({error.strerror or error})"]
    return []
