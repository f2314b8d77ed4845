"""The files of a project: which are listed, what their modules are called, how they are read, and that git is
asked without letting the repository do anything."""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ssot_lint.model.errors import Unreadable
from ssot_lint.settings.patterns import role_is_tests
from ssot_lint.settings.settings import Settings
from ssot_lint.sources import git
from ssot_lint.sources import listing as files
from ssot_lint.sources.disk import path_in, read
from ssot_lint.sources.listing import listing
from ssot_lint.sources.walking import admits

LIMIT = 1000

posix = pytest.mark.skipif(os.name == "nt", reason="names and kinds of files that Windows does not have")
linux = pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse names that are no text")
not_root = pytest.mark.skipif(
    hasattr(os, "geteuid") and os.geteuid() == 0, reason="nothing is unreadable for root"
)
only_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a file to somebody else"
)
patient = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


@pytest.fixture(autouse=True)
def _own_git(monkeypatch: pytest.MonkeyPatch) -> None:
    """A git that knows nothing of the user's settings, nor of a hook that may run these tests."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "somebody")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "somebody@example.org")


def call(folder: Path, *arguments: str) -> bytes:
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def repository(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    call(folder, "init", "-q")
    return folder


def plain(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


both = pytest.mark.parametrize("make", [repository, plain], ids=["git", "walk"])
Make = Callable[[Path], Path]


def write(root: Path, *paths: str, text: str = "x = 1\n") -> None:
    for path in paths:
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")


def project(root: Path, **more: object) -> Settings:
    return Settings(root=root, file=root / "pyproject.toml", **more)  # type: ignore[arg-type]


def listed(root: Path, extra: Sequence[str] = (), **more: object) -> list[str]:
    """The paths, when there is nothing to remark."""
    result = listing(project(root, **more), extra)
    assert result.notes == ()
    return [file.path for file in result.files]


def modules(paths: Sequence[str], root: Path = Path("/nowhere/at/all"), **more: object) -> dict[str, str]:
    """The module of each path, of files that need not be on disk."""
    result = listing(project(root, **more), paths)
    assert result.notes == ()
    return {file.path: file.module for file in result.files}


def refusal(root: Path, path: str, limit: int = LIMIT) -> str:
    """What is said of a file that cannot be read."""
    with pytest.raises(Unreadable) as caught:
        read(root, path, limit)
    return str(caught.value)


# Which files.


@both
def test_python_files_of_all_folders_sorted(tmp_path: Path, make: Make) -> None:
    root = make(tmp_path / "p")
    write(root, "b.py", "a/z.py", "a.py", "a/b/c.pyi", "a-b.py")
    write(root, "README.md", "a/x.pyc", "a/x.PY", "py", "a/x.py.txt", "x.pyx")
    assert listed(root) == ["a-b.py", "a.py", "a/b/c.pyi", "a/z.py", "b.py"]


def test_git_says_what_is_ignored_tracked_and_gone(tmp_path: Path) -> None:
    root = repository(tmp_path)
    (root / ".gitignore").write_text("generated/\n*_local.py\n", encoding="utf-8")
    write(root, "tracked.py", "gone.py", "lost/gone.py", "generated/kept.py", ".hooks/x.py", "build/x.py")
    call(root, "add", "-f", ".")
    (root / "gone.py").unlink()
    shutil.rmtree(root / "lost")
    write(root, "untracked.py", "generated/ignored.py", "my_local.py")
    expected = [".hooks/x.py", "build/x.py", "generated/kept.py", "tracked.py", "untracked.py"]
    assert listed(root) == expected


def test_a_walk_leaves_out_what_holds_no_source(tmp_path: Path) -> None:
    write(tmp_path, ".hidden/x.py", "build/x.py", "a/dist/x.py", "a/_build/x.py", "buck-out/x.py")
    write(tmp_path, "a/builds.py", "build.py", ".x.py")
    assert listed(tmp_path) == [".x.py", "a/builds.py", "build.py"]


@both
def test_what_others_wrote_is_left_out(tmp_path: Path, make: Make) -> None:
    root = make(tmp_path)
    write(root, "env/pyvenv.cfg", "env/bin/activate_this.py", "conda/conda-meta/history", "conda/lib/x.py")
    write(root, "node_modules/gyp/x.py", "lib/site-packages/x.py", "__pycache__/x.py", ".tox/py/x.py", "a.py")
    assert listed(root) == ["a.py"]


@both
def test_a_root_that_is_an_environment_is_still_the_project(tmp_path: Path, make: Make) -> None:
    root = make(tmp_path)
    write(root, "pyvenv.cfg", "lib/python3/site-packages/x.py", "app/x.py")
    assert listed(root) == ["app/x.py"]


@both
def test_the_settings_exclude(tmp_path: Path, make: Make) -> None:
    root = make(tmp_path)
    write(root, "vendor/a/b.py", "vendor.py", "app/x_pb2.py", "app/x.py")
    assert listed(root, exclude=("vendor", "**/*_pb2.py")) == ["app/x.py", "vendor.py"]
    assert listed(root, ["vendor/new.py"], exclude=("vendor", "**/*_pb2.py")) == ["app/x.py", "vendor.py"]


@both
def test_unsaved_buffers_are_listed(tmp_path: Path, make: Make) -> None:
    root = make(tmp_path)
    (root / ".gitignore").write_text("ignored.py\n", encoding="utf-8")
    write(root, "a.py")
    extra = ["a.py", "./b.py", "new/c.py", "ignored.py", "bin/tool", "../out.py", "/etc/x.py", "..", "."]
    assert listed(root, extra) == ["a.py", "b.py", "bin/tool", "ignored.py", "new/c.py"]


@pytest.mark.parametrize("around", ["git", "walk", "ignored", "broken"])
def test_what_is_not_there_is_admitted_where_it_would_be_listed(tmp_path: Path, around: str) -> None:
    top = plain(tmp_path) if around == "walk" else repository(tmp_path)
    root = top / "p"
    repository(root / "checkout")
    write(root, "env/pyvenv.cfg", ".gitignore", text="ignored*\n")
    if around == "ignored":
        (top / ".gitignore").write_text("p/\n", encoding="utf-8")
    if around == "broken":
        (top / ".git" / "HEAD").write_text("nothing\n", encoding="utf-8")
    folders = ["", "app/", "build/", ".hidden/", "app/ignored/", "node_modules/x/", "env/lib/", "checkout/a/"]
    folders += ["checkout/.git/"]
    paths = [f"{folder}{name}" for folder in folders for name in ("a.py", "ignored.py", ":b.py", "c[d]*.py")]
    admitted = {path for path in paths if admits(str(root), path)}
    write(root, *paths)
    assert admitted == {one.path for one in listing(project(root)).files}


@both
def test_other_repositories_within(tmp_path: Path, make: Make) -> None:
    root = make(tmp_path / "p")
    repository(root / "checkout")
    write(root, "checkout/x.py", "checkout/sub/y.py", "a.py")
    inside = ["checkout/sub/y.py", "checkout/x.py"] if make is plain else []
    assert listed(root) == ["a.py", *inside]


def test_submodules_are_not_listed(tmp_path: Path) -> None:
    other = repository(tmp_path / "other")
    write(other, "x.py")
    call(other, "add", ".")
    call(other, "commit", "-qm", "one")
    root = repository(tmp_path / "p")
    call(root, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other), "sub")
    write(root, "a.py")
    assert (root / "sub/x.py").is_file()
    assert listed(root) == ["a.py"]


@pytest.mark.parametrize("folder", ["app", "a[b]*", "-x"])
def test_root_in_a_folder_of_the_repository(tmp_path: Path, folder: str) -> None:
    top = repository(tmp_path)
    write(top, "outside.py", f"{folder}/a.py", f"{folder}/b/c.py", f"{folder}/ignored.py", "ab/x.py")
    (top / ".gitignore").write_text("ignored.py\n", encoding="utf-8")
    call(top, "add", "ab")
    assert listed(top / folder) == ["a.py", "b/c.py"]


def test_worktree(tmp_path: Path) -> None:
    top = repository(tmp_path / "main")
    write(top, "a.py")
    call(top, "add", ".")
    call(top, "commit", "-qm", "one")
    call(top, "worktree", "add", "-q", str(tmp_path / "other"))
    write(tmp_path / "other", "b.py", "c.py")
    (tmp_path / "other" / ".gitignore").write_text("c.py\n", encoding="utf-8")
    assert listed(tmp_path / "other") == ["a.py", "b.py"]


def test_files_in_conflict_are_listed_once(tmp_path: Path) -> None:
    root = repository(tmp_path)
    write(root, "a.py", text="one")
    call(root, "add", ".")
    call(root, "commit", "-qm", "one")
    call(root, "branch", "left")
    call(root, "branch", "right")
    for branch in ("left", "right"):
        call(root, "checkout", "-q", branch)
        write(root, "a.py", text=branch)
        call(root, "commit", "-qam", branch)
    merge = subprocess.run(["git", "merge", "left"], cwd=root, capture_output=True, check=False)
    assert merge.returncode == 1
    assert call(root, "ls-files", "a.py").count(b"a.py") == 3
    assert listed(root) == ["a.py"]


def test_a_sparse_checkout_lists_what_is_there(tmp_path: Path) -> None:
    root = repository(tmp_path)
    write(root, "a.py", "in/x.py", "out/y.py")
    call(root, "add", ".")
    call(root, "commit", "-qm", "one")
    call(root, "sparse-checkout", "set", "--cone", "--sparse-index", "in")
    assert listed(root) == ["a.py", "in/x.py"]


def test_a_root_that_is_ignored_is_walked(tmp_path: Path) -> None:
    top = repository(tmp_path)
    (top / ".gitignore").write_text("scratch/\n", encoding="utf-8")
    write(top, "scratch/p/a.py", "scratch/p/build/b.py")
    repository(top / "scratch/p/checkout")
    write(top, "scratch/p/checkout/c.py")
    result = listing(project(top / "scratch/p"))
    assert [file.path for file in result.files] == ["a.py", "checkout/c.py"]
    assert result.notes == ("git ignores the project as a whole: its folders are walked instead",)
    # Unless git has files of it all the same.
    call(top, "add", "-f", "scratch/p/build/b.py")
    assert listed(top / "scratch/p") == ["build/b.py"]


def test_a_repository_without_python_files_is_not_walked(tmp_path: Path) -> None:
    root = repository(tmp_path)
    (root / ".gitignore").write_text("*.py\n", encoding="utf-8")
    write(root, "a.py")
    assert listed(root) == []


@both
def test_an_empty_root_and_one_that_is_not_there(tmp_path: Path, make: Make) -> None:
    root = make(tmp_path)
    assert listed(root) == []
    assert listed(root / "not" / "there") == []


def test_deep_folders(tmp_path: Path) -> None:
    depth = sys.getrecursionlimit() + 200
    folders = [tmp_path / ("d/" * level) for level in range(1, depth + 1)]
    for folder in folders:
        folder.mkdir()
    (folders[-1] / "x.py").write_bytes(b"")
    try:
        assert listed(tmp_path) == ["d/" * depth + "x.py"]
    finally:
        # What clears away after the tests would not get so deep.
        (folders[-1] / "x.py").unlink()
        for folder in reversed(folders):
            folder.rmdir()


@not_root
@both
def test_a_folder_that_cannot_be_read_is_said(tmp_path: Path, make: Make) -> None:
    root = make(tmp_path)
    write(root, "a.py", "locked/x.py", "shut/known.py")
    if make is repository:
        call(root, "add", ".")
    (root / "locked").chmod(0)
    # Who knows a name may open it: git does.
    (root / "shut").chmod(0o111)
    try:
        result = listing(project(root))
    finally:
        (root / "locked").chmod(0o700)
        (root / "shut").chmod(0o700)
    known = ["shut/known.py"] if make is repository else []
    assert [file.path for file in result.files] == ["a.py", *known]
    assert result.notes[-1] == "the folder `locked` cannot be read: Permission denied (1 more)"


# Links and other things that are no regular files.


@both
@posix
def test_each_real_file_is_listed_once(tmp_path: Path, make: Make) -> None:
    root = make(tmp_path / "p")
    write(root, "a.py", "lib/b.py", "template.txt")
    (root / "same.py").symlink_to("a.py")
    (root / "lib/chain.py").symlink_to("../same.py")
    (root / "absolute.py").symlink_to(root / "lib/b.py")
    # The target goes by no name of its own: the first link stands for it.
    (root / "y.py").symlink_to("template.txt")
    (root / "z.py").symlink_to("template.txt")
    if make is repository:
        call(root, "add", ".")
    assert listed(root) == ["a.py", "lib/b.py", "y.py"]
    assert read(root, "y.py", LIMIT) == b"x = 1\n"


@both
@posix
def test_links_that_lead_nowhere_out_or_to_folders(tmp_path: Path, make: Make) -> None:
    write(tmp_path, "outside.py", "other/x.py", "prefix-and-more/x.py")
    root = make(tmp_path / "prefix")
    write(root, "a/x.py")
    (root / "out.py").symlink_to("../outside.py")
    (root / "near.py").symlink_to("../prefix-and-more/x.py")
    (root / "dangling.py").symlink_to("none.py")
    (root / "loop1.py").symlink_to("loop2.py")
    (root / "loop2.py").symlink_to("loop1.py")
    (root / "to_folder").symlink_to("a")
    (root / "folder.py").symlink_to("a")
    (root / "out").symlink_to("../other")
    (root / "a" / "up").symlink_to("..")
    (root / "a" / "self").symlink_to("self")
    assert listed(root) == ["a/x.py"]
    for path in ("out.py", "near.py"):
        assert refusal(root, path) == "is a link that leads out of the project"


@posix
def test_tracked_files_that_became_links_out(tmp_path: Path) -> None:
    write(tmp_path, "other/x.py", "other/deep/y.py", "secret.py")
    root = repository(tmp_path / "p")
    write(root, "a.py", "was/x.py", "was/deep/y.py", "file.py")
    call(root, "add", ".")
    shutil.rmtree(root / "was")
    (root / "was").symlink_to("../other")
    (root / "file.py").unlink()
    (root / "file.py").symlink_to("../secret.py")
    assert listed(root) == ["a.py"]


@both
@posix
def test_what_is_no_regular_file_is_neither_listed_nor_waited_for(tmp_path: Path, make: Make) -> None:
    root = make(tmp_path)
    write(root, "a.py", "was.py", "folder.py/inner.py")
    if make is repository:
        call(root, "add", ".")
    (root / "was.py").unlink()
    os.mkfifo(root / "was.py")
    os.mkfifo(root / "fifo.py")
    (root / "to_fifo.py").symlink_to("fifo.py")
    with socket.socket(socket.AF_UNIX) as server:
        here = os.getcwd()
        os.chdir(root)  # The path of a socket must be short.
        try:
            server.bind("socket.py")
        finally:
            os.chdir(here)
        assert listed(root) == ["a.py", "folder.py/inner.py"]
        for path in ("was.py", "fifo.py", "to_fifo.py", "socket.py", "folder.py"):
            assert refusal(root, path) == "is not a regular file"


@posix
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/tty"])
def test_devices_are_not_read(device: str) -> None:
    assert refusal(Path("/"), device[1:]) == "is not a regular file"


# Names.

HOSTILE = (
    b"new\nline.py",
    b"quote'\".py",
    b"-rf.py",
    b"--output=x.py",
    b"back\\slash.py",
    b"sp ace .py",
    b"\xff\xfe.py",
    b"caf\xc3\xa9.py",
    b"\xf0\x9f\x90\x8d.py",
    b"\x1b[31mred.py",
    b"*.py",
    b"[a].py",
    b":(top)x.py",
    b"..py",
    b".py",
    b"%0a.py",
    b"100644 e69de29bb2d1d6434b8b29ae775ad8c2e48c5391 0\tx.py",
)


@both
@linux
def test_hostile_names(tmp_path: Path, make: Make) -> None:
    root = make(tmp_path)
    for name in HOSTILE:
        for folder in (b"", b"d" + name):
            os.makedirs(os.path.join(os.fsencode(root), folder), exist_ok=True)
            with open(os.path.join(os.fsencode(root), folder, name), "wb") as stream:
                stream.write(name)
    result = listing(project(root))
    assert result.notes == ()
    assert {os.fsencode(file.path) for file in result.files} == {
        *HOSTILE,
        *(b"d" + name + b"/" + name for name in HOSTILE),
    }
    for file in result.files:
        assert read(root, file.path, LIMIT) == os.fsencode(file.path).rpartition(b"/")[2]


@linux
@settings(patient, max_examples=40)
@given(
    names=st.sets(
        st.binary(min_size=1, max_size=40).map(
            lambda name: name.replace(b"/", b"").replace(b"\0", b"") + b".py"
        ),
        max_size=8,
    )
)
def test_any_listed_path_names_a_file_and_both_ways_agree(names: set[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            with open(os.path.join(os.fsencode(folder), name), "wb") as stream:
                stream.write(name)
        root = Path(folder)
        walked = listing(project(root))
        assert {os.fsencode(file.path) for file in walked.files} == names
        assert all(read(root, file.path, LIMIT) == os.fsencode(file.path) for file in walked.files)
        repository(root)
        assert listing(project(root)) == walked


# Reading.


def test_read_gives_the_bytes(tmp_path: Path) -> None:
    data = bytes(range(256)) + b"\r\n\x1a\0"
    (tmp_path / "a.py").write_bytes(data)
    (tmp_path / "empty.py").write_bytes(b"")
    assert read(tmp_path, "a.py", LIMIT) == data
    assert read(tmp_path, "empty.py", LIMIT) == b""


def test_read_has_a_limit(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"x" * LIMIT)
    assert len(read(tmp_path, "a.py", LIMIT)) == LIMIT
    (tmp_path / "a.py").write_bytes(b"x" * (LIMIT + 1))
    assert refusal(tmp_path, "a.py") == "is larger than 1000 bytes"


def test_a_huge_file_is_refused_by_its_size(tmp_path: Path) -> None:
    with open(tmp_path / "a.py", "wb") as stream:
        stream.truncate(1 << 40)
    assert refusal(tmp_path, "a.py", 1 << 30) == f"is larger than {1 << 30} bytes"


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="needs files that do not tell their size")
def test_a_file_larger_than_it_says() -> None:
    root = Path("/proc/self").resolve()
    assert os.stat(root / "status").st_size == 0
    assert read(root, "status", 1 << 20).startswith(b"Name:")
    assert refusal(root, "status", 10) == "is larger than 10 bytes"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("gone.py", "cannot be read: no such file or directory"),
        ("gone/x.py", "cannot be read: no such file or directory"),
        ("a.py/x.py", "cannot be read: not a directory"),
        ("x" * 5000, "cannot be read: file name too long"),
        ("nul\0.py", "cannot be read: no file can have this name"),
        ("half\ud800.py", "cannot be read: no file can have this name"),
    ],
)
@posix
def test_unreadable_says_why(tmp_path: Path, path: str, text: str) -> None:
    write(tmp_path, "a.py")
    assert refusal(tmp_path, path) == text


@posix
def test_links_are_read_only_within_the_project(tmp_path: Path) -> None:
    write(tmp_path, "p/a.py", "secret.py")
    (tmp_path / "p/in.py").symlink_to("a.py")
    (tmp_path / "p/loop.py").symlink_to("loop.py")
    (tmp_path / "alias").symlink_to("p")
    for root in (tmp_path / "p", tmp_path / "alias"):
        assert read(root, "in.py", LIMIT) == b"x = 1\n"
        assert refusal(root, "loop.py") == "is not a regular file"


@not_root
def test_a_file_without_permission(tmp_path: Path) -> None:
    write(tmp_path, "a.py")
    (tmp_path / "a.py").chmod(0)
    assert refusal(tmp_path, "a.py") == "cannot be read: permission denied"


# Paths as users give them.


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("app/x.py", "app/x.py"),
        ("./app//x.py", "app/x.py"),
        ("app/../app/./x.py", "app/x.py"),
        ("app", "app"),
        ("app/", "app"),
        (".", "."),
        ("", None),
        ("..", None),
        ("../outside.py", None),
        ("../p/app/x.py", "app/x.py"),
        ("../p-and-more/x.py", None),
        ("not/there/yet.py", "not/there/yet.py"),
        ("/etc/passwd", None),
        ("nul\0.py", None),
        ("half\ud800.py", None),
        ("\udcff.py", "\udcff.py"),
        ("new\nline.py", "new\nline.py"),
    ],
)
@posix
def test_relative(tmp_path: Path, given: str, expected: str | None) -> None:
    root = plain(tmp_path / "p")
    write(root, "app/x.py")
    assert path_in(root, given, root) == expected
    assert path_in(root, os.path.join(root, given) if given else "", Path("/")) == expected


def test_relative_from_elsewhere(tmp_path: Path) -> None:
    write(tmp_path, "p/app/x.py")
    assert path_in(tmp_path / "p", "x.py", tmp_path / "p/app") == "app/x.py"
    assert path_in(tmp_path / "p", "../x.py", tmp_path / "p/app") == "x.py"
    assert path_in(tmp_path / "p", "p/app/x.py", tmp_path) == "app/x.py"
    assert path_in(tmp_path / "p", "..", tmp_path / "p/app") == "."


@posix
def test_relative_through_links(tmp_path: Path) -> None:
    root = tmp_path / "p"
    write(root, "app/x.py")
    write(tmp_path, "other/x.py")
    (tmp_path / "alias").symlink_to("p")
    (root / "linked").symlink_to("app")
    (root / "out").symlink_to("../other")
    (root / "app/same.py").symlink_to("x.py")
    for one in (root, tmp_path / "alias"):
        for other in (root, tmp_path / "alias"):
            assert path_in(one, str(other / "app/x.py"), tmp_path) == "app/x.py"
            assert path_in(one, "new.py", other) == "new.py"
            assert path_in(one, str(other), tmp_path) == "."
    assert path_in(root, "linked/x.py", root) == "app/x.py"
    assert path_in(root, "linked/new.py", root) == "app/new.py"
    assert path_in(root, "linked", root) == "app"
    assert path_in(root, "linked/../y.py", root) == "y.py"
    assert path_in(root, "out/x.py", root) is None
    assert path_in(root, "out/../y.py", root) is None
    # A file goes by its own name, as it is listed.
    assert path_in(root, "linked/same.py", root) == "app/same.py"


@both
@posix
def test_every_listed_path_is_found_again(tmp_path: Path, make: Make) -> None:
    root = make(tmp_path / "p")
    write(root, "a.py", "b/c.py", "t.txt")
    (root / "link.py").symlink_to("t.txt")
    (tmp_path / "alias").symlink_to("p")
    for one in (root, tmp_path / "alias"):
        for path in listed(one):
            assert path_in(one, path, root) == path_in(one, str(one / path), tmp_path) == path


# Git, and what a repository may try.


WALKED = "): files that it ignores are checked too"


def test_without_a_repository_git_is_not_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    write(tmp_path, "a.py")
    assert listed(tmp_path) == ["a.py"]


def test_without_git_the_folders_are_walked_and_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = repository(tmp_path)
    repository(root / "checkout")
    (root / ".gitignore").write_text("ignored.py\n", encoding="utf-8")
    write(root, "a.py", "ignored.py", "checkout/x.py")
    monkeypatch.setenv("PATH", "")
    result = listing(project(root))
    assert [file.path for file in result.files] == ["a.py", "ignored.py"]
    assert result.notes == (f"git cannot be used (there is none on the PATH outside of the project{WALKED}",)


def test_a_broken_repository_is_walked_and_it_is_said(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    write(tmp_path, "a.py")
    result = listing(project(tmp_path))
    assert [file.path for file in result.files] == ["a.py"]
    (note,) = result.notes
    assert note.startswith("git cannot be used (not a git repository")
    assert note.endswith(WALKED)


def test_a_broken_index_is_said(tmp_path: Path) -> None:
    root = repository(tmp_path)
    write(root, "a.py")
    (root / ".git/index").write_bytes(b"DIRC\x1b[31m")
    result = listing(project(root))
    assert [file.path for file in result.files] == ["a.py"]
    (note,) = result.notes
    assert note.startswith("git cannot be used (")
    assert note.isprintable()


@linux
def test_a_folder_of_git_itself_is_no_work_tree(tmp_path: Path) -> None:
    root = repository(tmp_path / "\udcff")
    write(root, ".git/hooks/x.py")
    result = listing(project(root / ".git/hooks"))
    assert [file.path for file in result.files] == ["x.py"]
    (note,) = result.notes
    assert note.isprintable()
    assert note.startswith("git cannot be used (")


def test_a_bare_repository_is_a_folder_like_others(tmp_path: Path) -> None:
    call(tmp_path, "init", "-q", "--bare")
    write(tmp_path, "hooks/x.py")
    assert listed(tmp_path) == ["hooks/x.py"]


@only_root
def test_a_repository_of_somebody_else_is_walked_and_it_is_said(tmp_path: Path) -> None:
    root = repository(tmp_path / "p")
    write(root, "a.py")
    for place in (root, root / ".git"):
        os.chown(place, 65534, 65534)
    result = listing(project(root))
    assert [file.path for file in result.files] == ["a.py"]
    (note,) = result.notes
    assert "detected dubious ownership" in note


def script(place: Path, mark: Path, then: str = "exit 1") -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(f"#!/bin/sh\n: > {mark}\n{then}\n", encoding="utf-8")
    place.chmod(0o755)
    return place


@posix
def test_a_git_of_the_project_or_the_working_directory_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = tmp_path / "mark"
    top = repository(tmp_path / "p")
    root = top / "app"
    write(root, "a.py")
    script(root / "git", mark)
    script(top / "bin/git", mark)
    elsewhere = script(tmp_path / "elsewhere/git", mark).parent
    (tmp_path / "linked").symlink_to(top / "bin")
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools/git").symlink_to(top / "bin/git")
    (top / "own").mkdir()
    (top / "own/git").symlink_to(script(tmp_path / "other/tool", mark))
    folders = (root, top / "bin", top / "own", tmp_path / "linked", tmp_path / "tools")
    parts = ["", ".", "../bin", *map(str, folders)]
    monkeypatch.setenv("PATH", os.pathsep.join([*parts, str(elsewhere), os.environ["PATH"]]))
    monkeypatch.chdir(elsewhere)
    assert listed(root) == ["a.py"]
    assert not mark.exists()
    monkeypatch.chdir(root)
    monkeypatch.setenv("PATH", os.pathsep.join(parts))
    assert len(listing(project(root)).notes) == 1
    assert not mark.exists()


@posix
def test_nothing_that_a_repository_configures_is_run(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    root = repository(tmp_path / "p")
    write(root, "a.py", "b.py")
    (root / ".gitattributes").write_text("* filter=evil diff=evil merge=evil\n", encoding="utf-8")
    call(root, "add", ".")
    call(root, "commit", "-qm", "one")
    evil = str(script(tmp_path / "evil", mark))
    for name in ("post-index-change", "post-checkout", "fsmonitor-watchman", "pre-auto-gc"):
        script(tmp_path / "hooks" / name, mark)
    for key, value in {
        "core.fsmonitor": evil,
        "core.hooksPath": str(tmp_path / "hooks"),
        "core.pager": evil,
        "core.sshCommand": evil,
        "core.editor": evil,
        "core.askPass": evil,
        "core.untrackedCache": "true",
        "core.splitIndex": "true",
        "pager.ls-files": evil,
        "alias.ls-files": f"!{evil}",
        "alias.check-ignore": f"!{evil}",
        "diff.external": evil,
        "diff.evil.textconv": evil,
        "diff.evil.command": evil,
        "filter.evil.clean": evil,
        "filter.evil.smudge": evil,
        "filter.evil.process": evil,
        "filter.evil.required": "true",
        "credential.helper": evil,
        "extensions.partialClone": "origin",
        "remote.origin.url": f"ext::{evil}",
        "remote.origin.promisor": "true",
        "protocol.ext.allow": "always",
    }.items():
        call(root, "config", "core.repositoryFormatVersion", "1")
        call(root, "config", key, value)
    write(root, "b.py", text="changed = 1\n")
    write(root, "c.py")
    # What this test relies on: a git that is not held back does run the monitor.
    subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, check=False)
    assert mark.exists()
    mark.unlink()
    assert listed(root) == ["a.py", "b.py", "c.py"]
    assert git.ignores(str(root)) is False
    assert not mark.exists()


def snapshot(folder: Path) -> dict[str, tuple[int, int, int, bytes]]:
    found = {}
    for place in sorted(folder.rglob("*")):
        status = place.lstat()
        data = place.read_bytes() if stat.S_ISREG(status.st_mode) else b""
        found[str(place)] = (status.st_mode, status.st_mtime_ns, status.st_ino, data)
    return found


def test_nothing_on_disk_is_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = repository(tmp_path / "p")
    write(root, "a.py", "b.py", "sub/pyproject.toml", "sub/src/x.py")
    call(root, "add", ".")
    # The index no longer knows the files' times: git would like to write it anew.
    os.utime(root / "a.py", (1, 1))
    monkeypatch.setenv("GIT_TRACE", str(root / "trace"))
    monkeypatch.setenv("GIT_TRACE2_EVENT", str(root / "trace2"))
    before = snapshot(tmp_path)
    assert listed(root) == ["a.py", "b.py", "sub/src/x.py"]
    assert snapshot(tmp_path) == before


def test_the_environment_does_not_lead_to_another_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, other = repository(tmp_path / "p"), repository(tmp_path / "other")
    write(root, "a.py", "b.py")
    write(other, "o.py")
    for one in (root, other):
        call(one, "add", ".")
    # It is listed as long as the index is asked that has it.
    (root / ".git/info/exclude").write_text("a.py\n", encoding="utf-8")
    (other / ".git/info/exclude").write_text("*.py\n", encoding="utf-8")
    for name, value in {
        "GIT_DIR": str(other / ".git"),
        "GIT_WORK_TREE": str(other),
        "GIT_COMMON_DIR": str(other / ".git"),
        "GIT_INDEX_FILE": str(other / ".git/index"),
        "GIT_PREFIX": "sub/",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_CEILING_DIRECTORIES": str(tmp_path),
        "GIT_EXEC_PATH": str(tmp_path),
    }.items():
        monkeypatch.setenv(name, value)
    assert listed(root) == ["a.py", "b.py"]


def test_the_settings_of_the_user_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = repository(tmp_path / "p")
    write(root, "a.py", "scratch.py")
    (tmp_path / "ignore").write_text("scratch.py\n", encoding="utf-8")
    (tmp_path / "gitconfig").write_text(f"[core]\nexcludesFile = {tmp_path}/ignore\n", encoding="utf-8")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    assert listed(root) == ["a.py"]


@posix
@pytest.mark.parametrize("worktree", [False, True], ids=["repository", "worktree"])
@pytest.mark.parametrize("arguments", [["-a"], ["a.py"]], ids=["all", "named"])
def test_within_a_hook_the_index_is_that_of_the_commit(
    tmp_path: Path, worktree: bool, arguments: list[str]
) -> None:
    top = repository(tmp_path / "main")
    write(top, "a.py", "ignored.py", "app/b.py")
    call(top, "add", ".")
    call(top, "commit", "-qm", "one")
    if worktree:
        call(top, "worktree", "add", "-q", str(tmp_path / "other"))
    root = tmp_path / "other" if worktree else top
    # An ignored file is listed only while the index has it: it tells which index was asked.
    (root / ".git-ignore").write_text("ignored.py\n", encoding="utf-8")
    call(root, "config", "core.excludesFile", str(root / ".git-ignore"))
    call(root, "rm", "-q", "--cached", "ignored.py")
    write(root, "a.py", text="changed = 1\n")
    code = (
        "import sys; from pathlib import Path; from ssot_lint.settings.settings import Settings; "
        "from ssot_lint.sources.listing import listing; root = Path(sys.argv[1]); "
        "result = listing(Settings(root=root, file=root / 'x')); "
        "print(*(file.path for file in result.files), *result.notes, sep='\\n', file=open(sys.argv[2], 'w'))"
    )
    hook = tmp_path / "main/.git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    python = (
        f"PYTHONPATH={shlex.quote(str(Path(files.__file__).parent.parent))} {shlex.quote(sys.executable)}"
    )
    hook.write_text(
        "#!/bin/sh\n"
        f"echo $GIT_INDEX_FILE > {shlex.quote(str(tmp_path / 'index'))}\n"
        f'cd app && {python} -c "{code}" {shlex.quote(str(root))} {shlex.quote(str(tmp_path / "seen"))}\n',
        encoding="utf-8",
    )
    hook.chmod(0o755)
    call(root, "commit", "-qm", "two", *arguments)
    # With "a.py" alone the index of the commit still has what was taken out of the other one.
    kept = ["ignored.py"] if arguments == ["a.py"] else []
    assert (tmp_path / "index").read_text(encoding="utf-8").strip()
    assert (tmp_path / "seen").read_text(encoding="utf-8").split("\n") == ["a.py", "app/b.py", *kept, ""]


@posix
def test_git_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git, "_SECONDS", 1)
    root = repository(tmp_path)
    write(root, "a.py")
    os.mkfifo(root / ".gitignore")
    result = listing(project(root))
    assert [file.path for file in result.files] == ["a.py"]
    assert result.notes == (f"git cannot be used (it did not answer within 1 seconds{WALKED}",)


def test_a_work_tree_elsewhere_is_not_listed(tmp_path: Path) -> None:
    write(tmp_path, "other/a.py", "other/secret.py")
    root = repository(tmp_path / "p")
    write(root, "a.py")
    call(root, "config", "core.worktree", str(tmp_path / "other"))
    assert {file.path for file in listing(project(root)).files} <= {"a.py"}


def test_paths_of_a_forged_index_do_not_lead_out(tmp_path: Path) -> None:
    write(tmp_path, "outside.py")
    root = repository(tmp_path / "p")
    write(root, "xx/outside.py", "a.py")
    call(root, "add", ".")
    index = root / ".git/index"
    forged = index.read_bytes()[:-20].replace(b"xx/outside.py", b"../outside.py")
    index.write_bytes(forged + hashlib.sha1(forged).digest())
    shutil.rmtree(root / "xx")
    assert b"../outside.py" in call(root, "ls-files", "-z")
    assert listed(root) == ["a.py"]


# Roots and modules.


def test_a_file_right_below_the_root_is_a_module() -> None:
    assert modules(["main.py", "app/x.py"]) == {"main.py": "main", "app/x.py": "app.x"}


@pytest.mark.parametrize(
    ("path", "module", "package"),
    [
        ("app/__init__.py", "app", True),
        ("app/__init__.pyi", "app", True),
        ("app/core/__init__.py", "app.core", True),
        ("app/x.pyi", "app.x", False),
        ("no/init/here/x.py", "no.init.here.x", False),
        ("tests/unit/test_x.py", "tests.unit.test_x", False),
        ("app/__main__.py", "app.__main__", False),
        ("__init__.py", "", True),
        ("my-tool/x.py", "", False),
        ("app/my-script.py", "app.my-script", False),
        ("app/2nd.py", "app.2nd", False),
        ("app/class.py", "app.class", False),
        ("app/my script.py", "", False),
        ("lambda/x.py", "", False),
        ("app/match.py", "app.match", False),
        ("app/x.y.py", "", False),
        ("app/.py", "", False),
        (".hidden/x.py", "", False),
        ("app/X.py", "app.X", False),
        ("bin/tool", "", False),
        ("bin/__init__", "", False),
        ("naïve/größe.py", "naïve.größe", False),
        ("nai\u0308ve/x.py", "naïve.x", False),
        ("\ufb01x/\uff46ull.py", "fix.full", False),
        ("\udcff/x.py", "", False),
        ("new\nline.py", "", False),
    ],
)
def test_module_and_package(path: str, module: str, package: bool) -> None:
    (file,) = listing(project(Path("/nowhere/at/all")), [path]).files
    assert (file.path, file.module, file.package) == (path, module, package)


def test_src_is_a_root_beside_the_root() -> None:
    result = listing(project(Path("/nowhere")), ["src/app/x.py", "src/app/__init__.py", "tests/test_x.py"])
    assert result.roots == (".", "src")
    assert [(file.module, file.also) for file in result.files] == [
        ("app", ("src.app",)),
        ("app.x", ("src.app.x",)),
        ("tests.test_x", ()),
    ]


@pytest.mark.parametrize(
    ("paths", "roots"),
    [
        (["src/__init__.py", "src/x.py"], (".",)),
        (["src/__init__.pyi", "src/x.py"], (".",)),
        (["src/x.py"], (".", "src")),
        (["lib/src/x.py"], (".",)),
        (["srcs/x.py"], (".",)),
        ([], (".",)),
    ],
)
def test_when_src_is_a_root(paths: list[str], roots: tuple[str, ...]) -> None:
    assert listing(project(Path("/nowhere")), paths).roots == roots


def test_declared_roots(tmp_path: Path) -> None:
    write(tmp_path, "lib/app/x.py", "lib/app/plugins/y.py", "tests/test_x.py", "empty/README")
    (tmp_path / "current").symlink_to("lib")
    result = listing(project(tmp_path, src=("lib/app/plugins/", "./lib", "empty", "current")))
    assert result.notes == ()
    assert result.roots == ("lib/app/plugins", "lib", "empty")
    assert [(file.module, file.also) for file in result.files] == [
        ("y", ("app.plugins.y",)),
        ("app.x", ()),
        ("", ()),
    ]


def test_an_init_right_below_a_root_has_the_name_from_the_next(tmp_path: Path) -> None:
    assert modules(["src/__init__.py", "src/x.py"], src=(".", "src")) == {
        "src/__init__.py": "src",
        "src/x.py": "x",
    }


def test_a_root_is_no_prefix_of_a_name() -> None:
    assert modules(["lib/x.py", "library/x.py"], src=("lib",)) == {"lib/x.py": "x", "library/x.py": ""}


def test_declared_roots_that_are_missing_or_outside(tmp_path: Path) -> None:
    write(tmp_path / "p", "source/app/x.py")
    (tmp_path / "p/out").symlink_to("..")
    result = listing(project(tmp_path / "p", src=("sources", "out", "source/app/x.py", ".")))
    assert result.roots == (".",)
    assert result.notes == (
        "`src` names `sources`, and there is no such folder; did you mean `source`?",
        "`src` names `out`, which leads out of the project",
        "`src` names `source/app/x.py`, and there is no such folder; did you mean `source/app`?",
    )


PROJECT = "[project]\nname = 'x'\n"


@both
def test_monorepo(tmp_path: Path, make: Make) -> None:
    root = make(tmp_path)
    write(root, "packages/one/pyproject.toml", "services/api/pyproject.toml", text=PROJECT)
    write(root, "packages/two/setup.py", text="from setuptools import setup\nsetup()\n")
    write(root, "packages/three/setup.cfg", text="[metadata]\nname = three\n")
    write(root, "backend/manage.py", text="import django\n")
    write(root, "packages/one/src/acme/one/x.py", "packages/two/src/acme/two/x.py")
    write(
        root, "packages/three/three/__init__.py", "services/api/api/__init__.py", "backend/shop/__init__.py"
    )
    write(root, "services/api/api/x.py", "packages/one/scripts/run.py")
    result = listing(project(root))
    assert result.notes == ()
    assert result.roots == (
        ".",
        "backend",
        "packages/one/src",
        "packages/three",
        "packages/two/src",
        "services/api",
    )
    assert {file.path: file.module for file in result.files} == {
        "backend/manage.py": "manage",
        "backend/shop/__init__.py": "shop",
        "packages/one/scripts/run.py": "packages.one.scripts.run",
        "packages/one/src/acme/one/x.py": "acme.one.x",
        "packages/three/three/__init__.py": "three",
        "packages/two/setup.py": "packages.two.setup",
        "packages/two/src/acme/two/x.py": "acme.two.x",
        "services/api/api/__init__.py": "api",
        "services/api/api/x.py": "api.x",
    }
    also = {file.path: file.also for file in result.files}
    assert also["services/api/api/x.py"] == ("services.api.api.x",)
    assert also["packages/one/src/acme/one/x.py"] == ("packages.one.src.acme.one.x",)


@pytest.mark.parametrize(
    ("marker", "text", "files_there"),
    [
        # A script, and settings of tools.
        ("scripts/setup.py", "def setup(): ...\n", ["scripts/lib/__init__.py"]),
        ("scripts/pyproject.toml", "[tool.ruff]\n", ["scripts/lib/__init__.py"]),
        ("scripts/setup.cfg", "[flake8]\n", ["scripts/lib/__init__.py"]),
        # No package in it.
        ("tools/pyproject.toml", PROJECT, ["tools/x.py", "tools/lib/x.py"]),
        # Within a package.
        ("app/template/pyproject.toml", PROJECT, ["app/__init__.py", "app/template/src/x.py"]),
        ("app/pyproject.toml", PROJECT, ["app/__init__.py", "app/core/__init__.py"]),
        # Test data.
        ("tests/data/pyproject.toml", PROJECT, ["tests/data/src/x.py"]),
        ("lib/tests/data/pyproject.toml", PROJECT, ["lib/tests/data/src/x.py"]),
        ("checks/data/pyproject.toml", PROJECT, ["checks/data/src/x.py"]),
        # Its src is a package.
        ("tools/pyproject.toml", PROJECT, ["tools/src/x.py", "tools/src/__init__.pyi"]),
    ],
)
def test_what_is_no_project_of_its_own(
    tmp_path: Path, marker: str, text: str, files_there: list[str]
) -> None:
    write(tmp_path, *files_there)
    write(tmp_path, marker, text=text)
    expected = (".", "tools") if "tools/src/__init__.pyi" in files_there else (".",)
    result = listing(project(tmp_path, tests=("checks/**", "tests/**")))
    assert (result.roots, result.notes) == (expected, ())


def write_rivals(root: Path) -> None:
    for service in ("a", "b"):
        write(root, f"services/{service}/pyproject.toml", text=PROJECT)
        for package in ("app", f"only_{service}", "tests"):
            write(root, f"services/{service}/{package}/__init__.py")


def test_packages_of_one_name_in_two_projects_are_not_mixed_up(tmp_path: Path) -> None:
    write_rivals(tmp_path)
    result = listing(project(tmp_path))
    assert result.roots == (".", "services/a", "services/b")
    assert {file.path: file.module for file in result.files} == {
        "services/a/app/__init__.py": "services.a.app",
        "services/a/only_a/__init__.py": "only_a",
        "services/a/tests/__init__.py": "services.a.tests",
        "services/b/app/__init__.py": "services.b.app",
        "services/b/only_b/__init__.py": "only_b",
        "services/b/tests/__init__.py": "services.b.tests",
    }
    assert result.notes == (
        "an import of `app` could mean `services/a/app` or `services/b/app` and is taken for none of them: "
        "name the roots of import paths in `src`",
    )
    write(tmp_path, "app/__init__.py")
    result = listing(project(tmp_path))
    assert result.files[0].module == "app"
    assert result.files[1].module == "services.a.app"
    assert result.notes == (
        "an import of `app` could mean `app` or `services/a/app` or `services/b/app` and is taken for the "
        "first: name the roots of import paths in `src`",
    )


names = st.sampled_from(["app", "apps", "src", "core", "x", "y", "my-tool", "class", "tests"])
stems = st.sampled_from(["__init__", "x", "y", "app", "two words"])
paths = st.builds(
    lambda folders, stem, suffix: "/".join([*folders, stem + suffix]),
    st.lists(names, max_size=4),
    stems,
    st.sampled_from([".py", ".pyi"]),
)


@patient
@given(st.sets(paths, max_size=12), st.none() | st.lists(st.sampled_from([".", "src", "app", "app/core"])))
def test_any_name_of_a_file_leads_back_to_it(given_paths: set[str], src: list[str] | None) -> None:
    result = listing(project(Path("/nowhere"), src=None if src is None else tuple(src)), given_paths)
    assert [file.path for file in result.files] == sorted(given_paths)
    for file in result.files:
        known = [name for name in (file.module, *file.also) if name]
        assert len(known) == len(set(known))
        assert file.module or not file.also
        for name in known:
            ends = [f"{name.replace('.', '/')}{suffix}" for suffix in (".py", ".pyi")]
            ends = [end.replace(".py", "/__init__.py") for end in ends] if file.package else ends
            homes = [os.path.normpath(os.path.join(root, end)) for root in result.roots for end in ends]
            assert file.path in homes
        # The nearest root gives the shortest name.
        assert all(len(file.module) < len(name) for name in file.also)


def test_the_role_of_tests(tmp_path: Path) -> None:
    write(tmp_path, "app/x.py", "app/test_x.py", "tests/helpers.py", "conftest.py", "app/conftest.py")
    result = listing(project(tmp_path))
    assert [file.path for file in result.files if not file.tests] == ["app/x.py"]
    result = listing(project(tmp_path, tests=("app/**",)))
    assert [file.path for file in result.files if file.tests] == [
        "app/conftest.py",
        "app/test_x.py",
        "app/x.py",
    ]
    assert role_is_tests("app/new.py", project(tmp_path, tests=("app/**",)))


@both
def test_the_same_disk_gives_the_same_listing(tmp_path: Path, make: Make) -> None:
    root = make(tmp_path)
    write_rivals(root)
    code = (
        "import sys; from pathlib import Path; from ssot_lint.settings.settings import Settings; "
        "from ssot_lint.sources.listing import listing; root = Path(sys.argv[1]); "
        "print(listing(Settings(root=root, file=root / 'x'), sys.argv[2:]))"
    )
    extra = ["b.py", "a.py", "z/y.py"]
    seen = {
        subprocess.run(
            [sys.executable, "-c", code, str(root), *order],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(files.__file__).parent.parent)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, order in (("1", extra), ("2", extra[::-1]), ("3", extra))
    }
    assert len(seen) == 1
