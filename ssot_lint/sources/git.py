"""A folder → what git says of it, or ``GitUnusable`` with the reason; the only caller of git.

A repository is not trusted: its configuration may name programs to run. Each call switches off what would
run one or write to the repository, and asks only for what needs no other. Paths are as ``os.fsdecode``
makes them.
"""

from __future__ import annotations

import contextlib
import os
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from ssot_lint.model.errors import GitRefused, GitUnusable
from ssot_lint.model.wording import printable, shown, suggestion

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Sequence

# An empty value switches the file monitor off for every git; old ones take "false" for the name of a program.
_HARDENED: Final = (
    *("--no-pager", "-c", "core.fsmonitor=", "-c", "core.hooksPath=/dev/null"),
    *("-c", "safe.bareRepository=explicit"),
)

_SECONDS = 10
"""How long git may take. A FIFO in the place of one of its files would keep it waiting for ever."""

_FATAL: Final = "fatal: "

_PROMISED: Final = "from promisor remote"
"""What git says of an object that it would have to fetch."""

_PROGRAM: Final = "git.exe" if os.name == "nt" else "git"


class _No(GitRefused):
    """Git says that there is no such thing; of any other error it says the reason."""


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


def other_files(folder: str) -> list[str]:
    """All files but Python's below ``folder`` that git tracks or does not ignore, as ``python_files`` has them."""
    question = ("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ".")
    listed, _ = _run(folder, *question)
    paths = dict.fromkeys(os.fsdecode(listed).split("\0"))
    return [path for path in paths if path and not path.endswith((".py", ".pyi"))]


def left_out(folder: str) -> frozenset[str]:
    """The files below ``folder`` that git tracks and was told not to check out: a sparse checkout has them."""
    listed, _ = _run(folder, "ls-files", "-z", "-t", "--", "*.py", "*.pyi")
    return frozenset(line[2:] for line in os.fsdecode(listed).split("\0") if line.startswith("S "))


def ignores_file(folder: str, path: str) -> bool:
    """Whether git ignores a file below ``folder``, there or not. What it tracks it does not ignore."""
    try:
        _run(folder, "check-ignore", "-q", "--", f"./{path}")
    except _No:
        return False
    return True


def ignores(folder: str) -> bool:
    """Whether the repository around ``folder`` ignores the folder itself."""
    try:
        _run(folder, "check-ignore", "-q", "--", ".")
    except GitRefused:
        # It says "no" and "I cannot" alike, and neither makes the folder an ignored one.
        return False
    return True


class TreeEntry(NamedTuple):
    """A file in a tree of git: its mode (octal, as git prints it), the id of its blob, and its path relative to the
    folder that was asked about."""

    mode: str
    blob: str
    path: str


def is_bare(folder: str) -> bool:
    """Whether the folder itself looks like a repository without a working tree, as git would see it."""
    return os.path.isfile(os.path.join(folder, "HEAD")) and all(
        os.path.isdir(os.path.join(folder, name)) for name in ("objects", "refs")
    )


def commit(folder: str, ref: str) -> str:
    """The id of the commit that a user means by a branch, a tag or an id. GitUnusable says what is wrong with it."""
    if not ref or ref.startswith("-") or "\0" in ref:
        raise GitUnusable(f"{shown(ref)} cannot name a commit")
    try:
        found, _ = _run(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    except _No:
        raise GitUnusable(_no_commit(folder, ref)) from None
    return found.decode("ascii", "replace").strip()


def _no_commit(folder: str, ref: str) -> str:
    names: list[str] = []
    with contextlib.suppress(_No):
        listed, _ = _run(folder, "for-each-ref", "--format=%(refname:short)")
        names = os.fsdecode(listed).split()
    if ref == "HEAD" or not names:
        return f"{shown(ref)} names no commit: there is none yet"
    with contextlib.suppress(_No):
        _run(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", ref)
        return f"{shown(ref)} names no commit, but something else"
    return f"there is no commit {shown(ref)}{suggestion(ref, names)}{depth(folder)}"


def depth(folder: str) -> str:
    """What to do about a clone that lacks a part of the history; nothing where it has all of it."""
    with contextlib.suppress(GitRefused):
        if _run(folder, "rev-parse", "--is-shallow-repository")[0].strip() == b"true":
            return (
                "; this clone is shallow: fetch more of the history (`fetch-depth: 0` of actions/checkout, "
                "`GIT_DEPTH: 0` of GitLab, `git fetch --unshallow`)"
            )
    return ""


@lru_cache(maxsize=16)
def is_partial(folder: str) -> bool:
    """Whether the clone was made without some contents, which git would fetch when they are asked for."""
    with contextlib.suppress(_No):
        return bool(_run(folder, "config", "--get-regexp", r"^remote\..*\.promisor$")[0])
    return False


def merge_base(folder: str, one: str, other: str, otherwise: str = "") -> str:
    """The id of the commit from which two commits have parted. GitUnusable where there is none; ``otherwise`` is what
    can be done then."""
    try:
        found, _ = _run(folder, "merge-base", one, other)
    except _No:
        more = depth(folder) or otherwise
        raise GitUnusable(f"the two commits have no common ancestor here{more}") from None
    return found.decode("ascii", "replace").strip()


def tree(folder: str, id: str) -> list[TreeEntry]:
    """All that a commit has below ``folder``, or in a bare repository all that it has."""
    listed, _ = _run(folder, "ls-tree", "-r", "-z", id)
    entries = []
    for line in os.fsdecode(listed).split("\0"):
        if line:
            about, _, path = line.partition("\t")
            mode, _, blob = about.split(" ")
            entries.append(TreeEntry(mode, blob, path))
    return entries


def index(folder: str) -> list[TreeEntry]:
    """All that is staged below ``folder``. GitUnusable while a merge has left conflicts in it."""
    listed, _ = _run(folder, "ls-files", "-z", "--stage", "--", ".")
    entries = []
    for line in os.fsdecode(listed).split("\0"):
        if line:
            about, _, path = line.partition("\t")
            mode, blob, stage = about.split(" ")
            if stage != "0":
                raise GitUnusable(f"{shown(path)} is not merged: solve its conflict and stage it")
            entries.append(TreeEntry(mode, blob, path))
    return entries


def content(folder: str, blob: str, limit: int) -> bytes | None:
    """The bytes of a blob; nothing more than its beginning where it has more than ``limit`` bytes, and None where
    the repository lacks it (a partial clone; nothing is fetched)."""
    process = _batch(folder, os.getpid())
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(f"{blob}\n".encode())
        process.stdin.flush()
        said = process.stdout.readline().split()
        if len(said) != 3:
            if not said:
                _batch.cache_clear()
                # We forbid git to fetch. It then ends at an object that it lacks, and does not say so.
                if is_partial(folder):
                    return None
                raise OSError("git has ended")
            return None
        left = int(said[2])
        data = process.stdout.read(min(left, limit + 1))
        left -= len(data)
        while left >= 0:
            # The rest and the line end that follows it.
            piece = process.stdout.read(min(left + 1, 1 << 20))
            if not piece:
                raise OSError("git has ended")
            left -= len(piece)
    except (OSError, ValueError) as error:
        _batch.cache_clear()
        raise GitUnusable(f"it stopped answering: {printable(str(error))}") from None
    return data


@lru_cache(maxsize=1)
def _batch(folder: str, process: int) -> subprocess.Popen[bytes]:
    """A git that answers for one blob after the other. Each process has its own: a forked one must not read what
    another has asked for."""
    import subprocess

    program, options, environment = _call(folder)
    try:
        return subprocess.Popen(
            [program, *options, "cat-file", "--batch"],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError as error:
        raise GitUnusable(f"it does not start: {printable(str(error.strerror)).lower()}") from None


def asked(folder: str, *arguments: str, seconds: int | None = None) -> bytes:
    """What git says to a question that neither writes nor runs anything of the repository's. ``seconds``: it may take
    so long, and not as long as any other."""
    return _run(folder, *arguments, seconds=seconds)[0]


def _call(folder: str) -> tuple[str, tuple[str, ...], dict[str, str]]:
    """The program, the options and the environment of each call in ``folder``."""
    found = repository(folder)
    around = found or folder
    program = _program(around)
    if program is None:
        raise GitUnusable("there is none on the PATH outside of the project")
    # A repository without a working tree is used only where it is named: see safe.bareRepository.
    bare = (f"--git-dir={folder}",) if found is None and is_bare(folder) else ()
    return program, (*_HARDENED, *bare), _environment(around)


def _run(folder: str, *arguments: str, seconds: int | None = None) -> tuple[bytes, str]:
    """What git prints when it is run in ``folder``, and the first line of what it complains about."""
    import subprocess

    program, options, environment = _call(folder)
    seconds = _SECONDS if seconds is None else seconds
    try:
        done = subprocess.run(
            [program, *options, *arguments],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise GitUnusable(f"it did not answer within {seconds} seconds") from None
    except OSError as error:
        raise GitUnusable(f"it does not start: {printable(str(error.strerror)).lower()}") from None
    said = os.fsdecode(done.stderr).split("\n")
    if done.returncode:
        raise _refused(said, done.returncode)
    return done.stdout, printable(said[0])


def _refused(said: Sequence[str], status: int) -> GitRefused:
    """Why git has ended with an error, by what it has complained about; warnings may stand before the reason."""
    reason = next((line for line in said if line.startswith(_FATAL)), None)
    if reason is None:
        return _No(printable(said[0]) or f"it ended with status {status}")
    # What git advises stands in lines of its own, indented.
    advice = "".join(f"; git advises `{printable(line.strip())}`" for line in said if line.startswith("\t"))
    if _PROMISED in reason:
        advice = "; this clone was made without it; `git fetch --refetch --filter=blob:none` gets all trees"
    return GitRefused(printable(reason.removeprefix(_FATAL)) + advice)


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
