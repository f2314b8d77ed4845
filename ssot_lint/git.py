"""A folder → what git says of it, or ``Unusable`` with the reason; the only caller of git.

A repository is not trusted: its configuration may name programs to run. Each call switches off what would
run one or write to the repository, and asks only for what needs no other. Paths are as ``os.fsdecode``
makes them.
"""

from __future__ import annotations

import os
from typing import Final

from ssot_lint.keys import printable

# An empty value switches the file monitor off for every git; old ones take "false" for the name of a program.
_HARDENED: Final = (
    *("--no-pager", "-c", "core.fsmonitor=", "-c", "core.hooksPath=/dev/null"),
    *("-c", "safe.bareRepository=explicit"),
)

_SECONDS = 10
"""How long git may take. A FIFO in the place of one of its files would keep it waiting for ever."""

_PROGRAM: Final = "git.exe" if os.name == "nt" else "git"


class Unusable(Exception):
    """Git gives no answer. Its text is a fragment of a sentence, fit for a terminal, that says why."""


class _Refused(Unusable):
    """Git ran, and ended with an error."""


def repository(folder: str) -> str | None:
    """The nearest folder, from ``folder`` upwards, that holds a ``.git``; None when there is none.

    Whether git can use it is another question. ``folder`` is absolute and free of links.
    """
    if not os.path.isdir(folder):
        return None
    while not os.path.lexists(os.path.join(folder, ".git")):
        folder, below = os.path.dirname(folder), folder
        if folder == below:
            return None
    return folder


def python_files(folder: str) -> tuple[list[str], str]:
    """The ``.py`` and ``.pyi`` files below ``folder`` that git tracks or does not ignore, and the first line
    of its warnings.

    Paths are relative to ``folder``, with forward slashes, in git's order, and may repeat. Some may be gone
    from the disk, some may be links. Files of submodules and of other repositories are not among them.
    """
    question = ("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "*.py", "*.pyi")
    listed, warning = _run(folder, *question)
    return [path for path in os.fsdecode(listed).split("\0") if path], warning


def ignores(folder: str) -> bool:
    """Whether the repository around ``folder`` ignores the folder itself."""
    try:
        _run(folder, "check-ignore", "-q", "--", ".")
    except _Refused:
        # It says "no" and "I cannot" alike, and neither makes the folder an ignored one.
        return False
    return True


def _run(folder: str, *arguments: str) -> tuple[bytes, str]:
    """What git prints when it is run in ``folder``, and the first line of what it complains about."""
    import subprocess

    around = repository(folder) or folder
    program = _program(around)
    if program is None:
        raise Unusable("there is none on the PATH outside of the project")
    try:
        done = subprocess.run(
            [program, *_HARDENED, *arguments],
            cwd=folder,
            env=_environment(around),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unusable(f"it did not answer within {_SECONDS} seconds") from None
    except OSError as error:
        raise Unusable(f"it does not start: {printable(str(error.strerror)).lower()}") from None
    complaint = printable(os.fsdecode(done.stderr.partition(b"\n")[0]))
    if done.returncode:
        raise _Refused(complaint.removeprefix("fatal: ") or f"it ended with status {done.returncode}")
    return done.stdout, complaint


def _program(around: str) -> str | None:
    """The first git on the PATH that lies neither in the working directory nor anywhere in the repository.

    Relative parts of the PATH lead to wherever the process happens to stand, and do not count.
    """
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        program = os.path.join(folder, _PROGRAM)
        if (
            os.path.isabs(folder)
            and os.path.isfile(program)
            and os.access(program, os.X_OK)
            and not _is_here(folder)
            and not any(_is_below(path, around) for path in (program, os.path.realpath(program)))
        ):
            return program
    return None


def _is_here(folder: str) -> bool:
    try:
        return os.path.samefile(folder, os.curdir)
    except OSError:
        # A working directory that is gone holds no program.
        return False


def _is_below(path: str, folder: str) -> bool:
    path, folder = os.path.normcase(path), os.path.normcase(folder)
    return path.startswith(folder if folder.endswith(os.sep) else folder + os.sep)


def _environment(around: str) -> dict[str, str]:
    """Our own environment without what would lead git elsewhere, make it write, or make it ask.

    ``GIT_DIR`` is not kept, though hooks export it: the repository is found from the folder, and a git that
    is told where it is would not ask whose it is. The configuration that a user hands to git by the
    environment is the user's own, and stays.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name.startswith("GIT_CONFIG_")
    }
    # Within a hook the index of the commit in the making may be another file of the same repository.
    index = os.environ.get("GIT_INDEX_FILE")
    if index:
        index = os.path.realpath(os.path.join(around, index))
        if os.path.dirname(index) == _folder_of_git(around):
            kept["GIT_INDEX_FILE"] = index
    return {
        **kept,
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }


def _folder_of_git(around: str) -> str:
    """Where the repository keeps its index: ``.git``, or what the file of that name says (worktrees). Empty
    when that cannot be told."""
    place = os.path.join(around, ".git")
    try:
        if os.path.isfile(place):
            with open(place, "rb") as stream:
                said = os.fsdecode(stream.read(4096)).strip()
            place = os.path.join(around, said.removeprefix("gitdir:").strip())
        return os.path.realpath(place)
    except (OSError, ValueError):
        return ""
