"""The files of a flake8 run go in; the rows that flake8 reports for each come out, in every process of the run.

Settings are those of ``--ssot-config``, or else the nearest from each file's folder upwards: where one run has files
of two projects, each file is judged by its own. What the settings select, ignore and exempt is decided here; flake8's
own select, ignore and ``# noqa`` come on top.

**Once per run.** flake8 gives single files to single processes, but a finding follows from the whole project.
So all files of the run are judged in ``parse_options``, which flake8 calls before it makes workers. Forked
workers inherit the result. Under spawn and forkserver each worker repeats ``parse_options``; there it reads
the result from a private temporary file, which the parent writes and removes, and judges again if anything about
that file is odd. Where no settings apply, nothing but the search for them takes place.

**The carrier.** A finding without a Python file (SOT901 and others, about the settings) is put into another file: the
first by path, of the project's files in this run, that flake8 hands to plugins. So it is reported once, with any number
of workers. Where there is no such file it is left to ``ssot-lint check``, and so it is where flake8 is given single
files, by an editor or a hook, and no folder. The carrier also has the findings that no comment can silence, of files
that ``# flake8: noqa`` keeps from all plugins; where there is no carrier, flake8 is stopped with their text.
"""

from __future__ import annotations

import argparse
import json
import logging
import multiprocessing
import os
import shutil
import stat
import tempfile
import tokenize
import warnings
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from flake8 import discover_files, exceptions, processor, utils  # type: ignore[import-untyped]

from ssot_lint import __version__

# Nothing more of ours is imported before there are settings: a plugin that is not configured is free.
if TYPE_CHECKING:
    from ssot_lint.model.finding import Finding
    from ssot_lint.settings.settings import Settings

HANDOVER = "SSOT_LINT_FLAKE8_HANDOVER"
"""The environment variable that tells a worker where its parent has written the findings."""

LOG = logging.getLogger("flake8.ssot_lint")
"""Speaks when flake8 does: with ``-v``."""


class HandedOver(NamedTuple):
    """A finding as flake8 wants it. ``line`` counts from 1, and is 0 where the finding is in another file
    than the one that carries it; ``column`` counts from 0, in code points."""

    line: int
    column: int
    code: str
    message: str
    suppressible: bool


Rows = dict[str, list[HandedOver]]
"""The rows of each file of a run, by absolute path. A file without findings has an empty list."""


# From the files of a run to their rows.


def judge(options: argparse.Namespace, filenames: Sequence[str] | None) -> Rows:
    """The rows of all files that flake8 makes of ``filenames``. Raises ExecutionError: settings are wrong, or
    there is no place for findings that must be shown."""
    names = _names(options, filenames)
    found: Rows = {path: [] for path in names}
    for settings, members in _projects(options, names):
        about_settings = _settings_files(settings)
        astray: list[HandedOver] = []
        kept: dict[str, list[HandedOver]] = {}
        for finding in _findings(options, filenames, settings, members, names):
            for path in members.get(finding.path, ()):
                found[path].append(_row(finding))
                if not finding.suppressible:
                    kept.setdefault(path, []).append(_elsewhere(finding))
            if finding.path in about_settings:
                astray.append(_elsewhere(finding))
        hidden = [row for path, rows in kept.items() if _is_left_out(names[path], options) for row in rows]
        if astray or hidden:
            paths = sorted(path for paths in members.values() for path in paths)
            carrier = next((path for path in paths if _is_handed_out(names[path], options)), None)
            if carrier is not None:
                found[carrier] += [*astray, *hidden]
            elif hidden:
                lines = [f"{row.message} [{row.code}]" for row in hidden]
                raise _wrong(["`# flake8: noqa` cannot silence these findings", *lines])
    return {path: list(dict.fromkeys(rows)) for path, rows in found.items()}


def judge_late(options: argparse.Namespace, filenames: Sequence[str] | None, path: str) -> Rows:
    """As ``judge``, but what stops that is a finding in ``path``: once files are handed out, an exception
    costs the findings of all plugins in all files."""
    try:
        return judge(options, filenames)
    except exceptions.ExecutionError as error:
        failure = _failure(str(error).replace("\n", "; "))
        return {**{each: [] for each in _names(options, filenames)}, path: [failure]}


def _names(options: argparse.Namespace, filenames: Sequence[str] | None) -> dict[str, str]:
    """The files that flake8 checks: their absolute paths, and by which name flake8 asks for each."""
    names = discover_files.expand_paths(
        paths=filenames or (),
        stdin_display_name=options.stdin_display_name,
        filename_patterns=options.filename,
        exclude=(*options.exclude, *options.extend_exclude),
    )
    stdin = options.stdin_display_name or "stdin"
    return {os.path.abspath(stdin if name == "-" else name): name for name in names}


def _projects(
    options: argparse.Namespace, paths: Iterable[str]
) -> Iterator[tuple[Settings, dict[str, list[str]]]]:
    """The settings that apply, each with its files: absolute paths by path relative to the root. Files
    without settings are left out. Raises ExecutionError with the mistakes of all settings at once."""
    given = _given(options.ssot_config) if options.ssot_config else None
    known: dict[str, Path | None] = {}
    found: dict[Path, list[str]] = {}
    for path in paths:
        file = given or _nearest(os.path.dirname(path), known)
        if file is not None:
            found.setdefault(file, []).append(path)
    if not found:
        return
    from ssot_lint.model.errors import ConfigError, WrongInput
    from ssot_lint.sources import disk
    from ssot_lint.sources.projects import projects

    roots = [str(file.parent) for file in found]
    try:
        loaded, _ = projects(roots, file=str(given) if given else None, unsaved=True)
    except (ConfigError, WrongInput) as error:
        raise _wrong(str(error).split("\n")) from error
    for project in loaded:
        members: dict[str, list[str]] = {}
        for path in found[project.settings.file]:
            relative = disk.path_in(project.settings.root, path, Path.cwd())
            if relative is not None:
                members.setdefault(relative, []).append(path)
        if members:
            yield project.settings, members


def _given(option: str) -> Path:
    """The file of ``--ssot-config``. Where flake8's own settings have a path, flake8 takes it from their
    folder, but not a bare name; they are found from the working directory upwards, and so is that."""
    here = Path.cwd()
    folder = next((each for each in (here, *here.parents) if os.path.lexists(each / option)), here)
    return Path(os.path.abspath(folder / option))


def _nearest(folder: str, known: dict[str, Path | None]) -> Path | None:
    """The settings file for files in a folder. ``known`` grows by the folders on the way: each is looked at
    once, however many files there are."""
    passed = []
    while folder not in known:
        parent = os.path.dirname(folder)
        if _may_have_settings(folder):
            from ssot_lint.model.errors import ConfigError
            from ssot_lint.settings import workspace
            from ssot_lint.settings.documents import Documents

            try:
                known[folder] = workspace.find(Path(folder), Documents())
            except ConfigError as error:
                raise _wrong(str(error).split("\n")) from error
        elif parent == folder:
            known[folder] = None
        else:
            passed.append(folder)
            folder = parent
    known.update(dict.fromkeys(passed, known[folder]))
    return known[folder]


def _may_have_settings(folder: str) -> bool:
    """Whether ``config`` is worth importing, which takes longer than to read a file. It alone decides."""
    if os.path.lexists(os.path.join(folder, "ssot-lint.toml")):
        return True
    pyproject = os.path.join(folder, "pyproject.toml")
    if not os.path.isfile(pyproject):
        return False
    try:
        with open(pyproject, "rb") as stream:
            return b"ssot" in stream.read().lower()
    except OSError:
        return True


def _findings(
    options: argparse.Namespace,
    filenames: Sequence[str] | None,
    settings: Settings,
    members: Mapping[str, Sequence[str]],
    names: Mapping[str, str],
) -> Sequence[Finding]:
    """What the engine says of a project's files. If it fails that is one finding, about the settings."""
    from ssot_lint.engine import run as engine
    from ssot_lint.model.errors import Unusable
    from ssot_lint.model.finding import Finding, Span
    from ssot_lint.model.options import RunOptions
    from ssot_lint.model.wording import bug
    from ssot_lint.settings.members import Parts

    root = os.path.realpath(settings.root)
    asked = filter(os.path.isdir, filenames or (".",))
    folders = [os.path.join(os.path.realpath(name), "") for name in asked]
    whole, _ = _share(root, folders)
    about: set[str] = set()
    left = list(folders)
    # The root comes last: what was asked of a member is not asked of it.
    for folder, own in reversed(Parts(settings).settings_files().items()):
        # What is only said of a whole project is said when a folder with all of it was asked for.
        entire, part = _share(os.path.join(root, folder), left)
        about |= {folder} if entire and folder else own if part else set()
        left = [one for one in left if not one.startswith(os.path.join(root, folder, ""))]
    unsaved = [relative for relative, names_of in members.items() for path in names_of if names[path] == "-"]
    try:
        report = engine.check(
            settings,
            paths=None if whole else [*sorted(members), *sorted(about)],
            buffers={relative: _standard_input() for relative in unsaved},
            how=RunOptions(_workers(options), cache=True),
        )
    except Unusable as error:
        raise _wrong(str(error).split("\n")) from None
    except Exception as error:
        text = f"{bug(error)}; run `ssot-lint check --traceback` and report what it prints"
        place = settings.label
        return [Finding("SOT900", "unparsable-file", text, place, Span(1, 0, 1, 0), suppressible=False)]
    for note in report.notes:
        LOG.warning("%s", note)
    return report.findings


def _share(place: str, folders: Iterable[str]) -> tuple[bool, bool]:
    """Whether all of a folder lies in one of those that were asked for, and whether one of these lies in it."""
    inside = os.path.join(place, "")
    return any(inside.startswith(one) for one in folders), any(one.startswith(inside) for one in folders)


def _settings_files(settings: Settings) -> set[str]:
    """The settings and what they extend, relative to the root, and those of its members."""
    from ssot_lint.settings.members import Parts

    return set().union(*Parts(settings).settings_files().values())


def _workers(options: argparse.Namespace) -> int | None:
    # A worker of flake8 may have no workers of its own.
    if multiprocessing.current_process().daemon:
        return 1
    return None if options.jobs.is_auto else max(options.jobs.n_jobs, 1)


def _standard_input() -> bytes:
    """The bytes of standard input. flake8 has read them for all, and has text: it is encoded as it must have
    been for Python to read it so."""
    text = "".join(utils.stdin_get_lines())
    data: bytes = text.encode("utf-8", "surrogatepass")
    try:
        encoding, _ = tokenize.detect_encoding(BytesIO(data).readline)
        return text.encode(encoding)
    except (SyntaxError, LookupError, UnicodeError):
        return data


def _is_left_out(name: str, options: argparse.Namespace) -> bool:
    """Whether flake8 keeps the file from all plugins because of ``# flake8: noqa``."""
    try:
        return bool(processor.FileProcessor(name, options).should_ignore_file())
    except (OSError, ValueError):
        return False


def _is_handed_out(name: str, options: argparse.Namespace) -> bool:
    """Whether flake8 hands the file to plugins: it can be read and parsed, and is not left out."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            processor.FileProcessor(name, options).build_ast()
        except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return not _is_left_out(name, options)


def _row(finding: Finding) -> HandedOver:
    span = finding.span
    return HandedOver(span.line, span.column, finding.code, _text(finding), finding.suppressible)


def _elsewhere(finding: Finding) -> HandedOver:
    """The row of a finding that another file carries."""
    from ssot_lint.model.wording import printable

    return _failure(f"{printable(finding.path)}:{finding.span.line}: {_text(finding)}", finding.code)


def _text(finding: Finding) -> str:
    """What is wrong and what to do, which is all that flake8 has a place for."""
    from ssot_lint.report.lines import brief

    return brief(finding)


def _failure(message: str, code: str = "SOT900") -> HandedOver:
    return HandedOver(0, 0, code, message, suppressible=False)


def _wrong(lines: Iterable[str]) -> Exception:
    error: Exception = exceptions.ExecutionError("\n".join(f"ssot-lint: {line}" for line in lines))
    return error


# From the parent to workers that do not inherit its memory.


def is_repeated_by_workers(options: argparse.Namespace) -> bool:
    """Whether flake8 may start workers that call ``parse_options`` again."""
    if options.jobs.n_jobs in (0, 1) or utils.is_using_stdin(options.filenames):
        return False
    # The first of all methods is the default; to ask for it outright would forbid others to set one.
    method = multiprocessing.get_start_method(allow_none=True) or multiprocessing.get_all_start_methods()[0]
    return method != "fork"


def stamp(options: argparse.Namespace, parent: int | None) -> list[object]:
    """What tells this run from others, for which a result that lies around might have been made."""
    return [__version__, parent, os.getcwd(), options.filenames, options.ssot_config]


def hand_over(rows: Rows, stamp: Sequence[object], owner: object) -> None:
    """Writes the rows to a private file, which lives no longer than ``owner``, and tells workers where.
    Where nothing can be written each worker does the work anew."""
    try:
        folder = tempfile.mkdtemp(prefix="ssot-lint-")
        weakref.finalize(owner, shutil.rmtree, folder, ignore_errors=True)
        file = os.path.join(folder, "findings.json")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with open(os.open(file, flags, 0o600), "w", encoding="ascii") as stream:
            json.dump({"stamp": stamp, "table": rows}, stream)
    except OSError:
        return
    os.environ[HANDOVER] = file


def taken_over(stamp: Sequence[object]) -> Rows | None:
    """The rows that the parent of this worker has handed over; None if it has not, or anything about it is
    odd."""
    file = os.environ.get(HANDOVER)
    if not file:
        return None
    try:
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        with open(os.open(file, flags), encoding="ascii") as stream:
            status = os.fstat(stream.fileno())
            # Windows has no owners; there the folder of temporary files is the user's own.
            ours = not hasattr(os, "getuid") or (status.st_uid == os.getuid() and not status.st_mode & 0o077)
            if not stat.S_ISREG(status.st_mode) or not ours:
                return None
            document = json.load(stream)
        if document["stamp"] != list(stamp):
            return None
        return {str(path): [HandedOver(*row) for row in rows] for path, rows in document["table"].items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
