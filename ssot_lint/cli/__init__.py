"""A command line goes in; text on standard output and an exit code come out: the ``ssot-lint`` command.

0: nothing to complain of. 1: findings. 2: the command line or the settings are wrong, or the output could not
be delivered. 3: a bug of ours. 130 and 143: interrupted, terminated. Little is imported before signals are
handled.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Iterable, Sequence
from typing import NoReturn

from ssot_lint.gather.collector import SELDOM

CLEAN, FINDINGS, WRONG, BUG = 0, 1, 2, 3

NAME = "ssot-lint: "
"""How each sentence for standard error begins."""

TRACEBACK = "SSOT_LINT_TRACEBACK"
"""The environment variable that asks for the traceback of a bug, as ``--traceback`` does."""


class Terminated(BaseException):
    """The process was told to end (SIGTERM). What has begun cleans up on the way out, as after Ctrl-C."""


def entry() -> NoReturn:
    """The process's main function."""
    _read_names_as_utf8()
    _catch_signals()
    gc.set_threshold(*SELDOM)
    try:
        code = main(sys.argv[1:])
    except KeyboardInterrupt:
        # An orderly end would wait until all is done; workers end when this process does.
        os._exit(128 + signal.SIGINT)
    except Terminated:
        os._exit(128 + signal.SIGTERM)
    # Nor shall the collector look at them all once more when the interpreter ends.
    gc.freeze()
    sys.exit(code)


def _read_names_as_utf8() -> None:
    """Starts the process again in Python's UTF-8 mode where the locale has another encoding.

    Names of files are names of modules: neither findings nor output may depend on the locale. Python settles the
    encoding of names when the interpreter starts.
    """
    if os.name != "posix" or sys.getfilesystemencoding() == "utf-8" or not (sys.executable and sys.orig_argv):
        return
    from contextlib import suppress

    with suppress(OSError):
        # The first of several such options counts.
        os.execv(sys.executable, [sys.orig_argv[0], "-X", "utf8", *sys.orig_argv[1:]])


def _catch_signals() -> None:
    process = os.getpid()

    def stop(number: int, frame: object) -> None:
        if os.getpid() != process:
            # A forked worker inherits this handler. Ctrl-C reaches all: the first process ends the rest.
            if number == signal.SIGTERM:
                os._exit(128 + number)
            return
        # A second signal ends the process at once, should the cleaning up hang.
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_DFL)
        raise KeyboardInterrupt if number == signal.SIGINT else Terminated

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, stop)


def main(argv: Sequence[str]) -> int:
    """Runs one command line; the exit code. Raises KeyboardInterrupt and ``Terminated`` only."""
    try:
        text, code, notes, exact = _answer(argv)
        _say(f"{NAME}{sentence}" for sentence in notes)
        return _deliver(text, code, exact=exact)
    except Exception as error:
        return _bug(error, argv)


def _answer(argv: Sequence[str]) -> tuple[str, int, Sequence[str], bool]:
    """What is said on standard output, the exit code, sentences for standard error, whether surrogates are bytes."""
    from ssot_lint.cli.arguments import HelpAsked, Misspelled, parse

    try:
        options = parse(argv)
    except HelpAsked as asked:
        return asked.text, CLEAN, (), False
    except Misspelled as error:
        _say(str(error).split("\n"))
        return "", WRONG, (), False

    try:
        # Before anything is imported: CPython 3.13.0 fails in its own modules where there is none.
        os.getcwd()
    except OSError as error:
        return "", WRONG, (f"the working directory cannot be used: {error.strerror}",), False

    from ssot_lint.cli.commands import run
    from ssot_lint.model.errors import ConfigError, WrongInput

    try:
        return run(options)
    except WrongInput as error:
        return "", WRONG, str(error).split("\n"), False
    except ConfigError as error:
        # Each line begins with the place of a mistake, for editors to follow.
        _say(str(error).split("\n"))
        return "", WRONG, (), False


def _deliver(text: str, code: int, *, exact: bool = False) -> int:
    """Writes to standard output, and returns the exit code: 2 where the text could not be written. ``exact``:
    surrogates are bytes.

    A reader that has gone (``| head``) knows that; a full disk is reported.
    """
    if sys.stdout is None:
        return WRONG if text else code
    try:
        if hasattr(sys.stdout, "reconfigure"):
            # The same bytes everywhere, unless an encoding is asked for. Characters that it lacks are escaped.
            errors = "surrogateescape" if exact else "backslashreplace"
            chosen = os.environ.get("PYTHONIOENCODING", "").partition(":")[0]
            sys.stdout.reconfigure(encoding=None if chosen and not exact else "utf-8", errors=errors)
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        _give_up()
        return WRONG
    except (OSError, ValueError) as error:
        _give_up()
        _say([f"{NAME}the output cannot be written: {getattr(error, 'strerror', None) or error}"])
        return WRONG
    return code


def _give_up() -> None:
    """Keeps the interpreter from trying once more when it ends, and from complaining then."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        pass


def _say(lines: Iterable[str]) -> None:
    """Lines for standard error; nothing where there is none, or where it is closed."""
    said = list(lines)
    try:
        if said and sys.stderr is not None:
            from ssot_lint.report.ci_log import harmless

            sys.stderr.write("".join(f"{harmless(line)}\n" for line in said))
            sys.stderr.flush()
    except (OSError, ValueError):
        pass


def _bug(error: Exception, argv: Sequence[str]) -> int:
    """One line on a bug of ours, and how to report it; the traceback too, where it was asked for."""
    import traceback

    from ssot_lint.model.wording import bug

    if "--traceback" in argv or os.environ.get(TRACEBACK, "") not in ("", "0"):
        _say("".join(traceback.format_exception(type(error), error, error.__traceback__)).splitlines())
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""
    _say([f"{NAME}{bug(error)}{where}; run it again with --traceback and report what it prints"])
    return BUG
