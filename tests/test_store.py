"""The store: whatever is in its place, the findings are the same, and the next run has a store again."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import random
import shutil
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ssot_lint.cache import folder as cache_folder
from ssot_lint.cache import store
from ssot_lint.cache.memory import FOLDER
from ssot_lint.cache.store import Store
from ssot_lint.engine import run
from ssot_lint.engine.report import Report
from ssot_lint.gather.processes import forked
from ssot_lint.model.options import RunOptions
from ssot_lint.model.rules import CODES
from ssot_lint.settings import loading

ROOT = Path(__file__).parent.parent
POSIX = pytest.mark.skipif(os.name != "posix", reason="needs files and signals of POSIX")
CONTRACT = """\
[tool.ssot-lint.contracts.hub]
canonical = "app.hub.Hub"
factories = ["app.hub.make_hub"]
retired = ["OldHub"]
"""
FILES = {
    "pyproject.toml": CONTRACT,
    "app/__init__.py": "",
    "app/hub.py": "class Hub:\n    pass\n\n\ndef make_hub():\n    return Hub()\n",
    "app/bad.py": "from app.hub import Hub as OldHub\n\nhub = OldHub()\n",
    "app/more.py": "from app.bad import OldHub\n\nlist(map(OldHub, []))\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


def check(root: Path, *, cache: bool = True) -> Report:
    return run.check(loading.load(root / "pyproject.toml", codes=CODES), how=RunOptions(1, cache))


def judged(root: Path) -> bool:
    """Whether a run has to judge anything."""
    real, called = run._judged, []

    def note(*given: object) -> object:
        called.append(given)
        return real(*given)  # type: ignore[arg-type]

    run._judged = note  # type: ignore[assignment]
    try:
        check(root)
    finally:
        run._judged = real
    return bool(called)


def place(root: Path) -> Path:
    return root / FOLDER / cache_folder.NAME


def tree(root: Path) -> dict[str, bytes]:
    """All files of a project, but those of the store."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and FOLDER not in path.parts
    }


def start(root: Path, *more: str, code: str = "", before: Sequence[str] = ()) -> subprocess.Popen[str]:
    """A check in a process of its own, after some code."""
    return subprocess.Popen(
        [*before, sys.executable, "-c", f"{code}\nfrom ssot_lint.cli import entry; entry()", "check", *more],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=600)
    return process.returncode, out, err


# What keeps others out of it.


def test_nothing_is_changed_outside_of_the_folder(root: Path) -> None:
    before = tree(root)
    check(root)
    assert tree(root) == before
    assert sorted(os.listdir(root / FOLDER)) == [".gitignore", "CACHEDIR.TAG", cache_folder.NAME]
    assert (root / FOLDER / ".gitignore").read_text() == "*\n"
    assert (
        (root / FOLDER / "CACHEDIR.TAG")
        .read_bytes()
        .startswith(b"Signature: 8a477f597d28d172789f06886806bc55")
    )


@pytest.mark.parametrize("names", [[], [".gitignore"], ["CACHEDIR.TAG"]])
def test_a_folder_that_a_killed_run_has_left_is_completed(names: list[str], root: Path) -> None:
    (root / FOLDER).mkdir()
    for name in names:
        (root / FOLDER / name).touch()
    check(root)
    assert (root / FOLDER / ".gitignore").read_text() == "*\n"
    assert (root / FOLDER / "CACHEDIR.TAG").stat().st_size


def test_a_folder_with_other_things_stays_as_it_is(root: Path) -> None:
    (root / FOLDER).mkdir()
    (root / FOLDER / "mine").write_text("x")
    check(root)
    assert sorted(os.listdir(root / FOLDER)) == ["mine", cache_folder.NAME]


def test_without_a_cache_nothing_is_written(root: Path) -> None:
    check(root, cache=False)
    assert not (root / FOLDER).exists()


@POSIX
def test_processes_that_were_forked_read_it_at_once(tmp_path: Path) -> None:
    one = Store(str(tmp_path / "cache"))
    pieces = {f"key {number}": bytes([number]) * 50_000 for number in range(200)}
    for key, piece in pieces.items():
        one.put(key, piece)
    one.save()
    read = Store(str(tmp_path / "cache"))

    def all_read(keys: Sequence[str]) -> list[bool]:
        return [read.get(key) == pieces[key] for _ in range(20) for key in keys]

    assert all(forked(all_read, [*pieces] * 2, 4))


# Damage.


def test_a_store_that_is_whole_is_used(root: Path) -> None:
    check(root)
    assert not judged(root)


class Files:
    """A project whose store is whole, in one file or in two, of which one is to be damaged."""

    def __init__(self, root: Path, name: str) -> None:
        check(root)
        if name == cache_folder.NEWS:
            # Only beside a store that is larger anything is news.
            large = Store(str(root / FOLDER))
            large.put("large", bytes(100_000))
            large.save()
            (root / "app/more.py").write_text("from app.bad import OldHub\n\nOldHub()\n")
            check(root)
        self.root = root
        self.place = root / FOLDER / name
        self.all = {path: path.read_bytes() for path in (root / FOLDER).iterdir()}
        self.cold = check(root, cache=False)

    @property
    def data(self) -> bytes:
        return self.all[self.place]

    def damage(self, data: bytes) -> None:
        """Puts data in the place of the file, and demands that nobody notices."""
        self.place.write_bytes(data)
        assert check(self.root) == self.cold
        assert check(self.root) == self.cold
        assert not judged(self.root)
        # What nobody has asked for is still damaged. On top of that a second damage could make data of the right type,
        # under the right checksum, and such data is believed.
        for path, whole in self.all.items():
            path.write_bytes(whole)


@pytest.fixture(params=[cache_folder.NAME, cache_folder.NEWS])
def whole(root: Path, request: pytest.FixtureRequest) -> Files:
    return Files(root, request.param)


def test_two_files_that_are_whole_are_used(root: Path) -> None:
    files = Files(root, cache_folder.NEWS)
    assert not judged(root)
    assert [path.name for path in files.all if path.read_bytes() != files.all[path]] == []


def test_what_says_the_same_is_not_written_again(root: Path) -> None:
    check(root)
    large = Store(str(root / FOLDER))
    large.put("large", bytes(100_000))
    large.save()
    (root / "app/more.py").write_text(FILES["app/more.py"] + "# more\n")
    check(root)
    written = {key[32:] for key in parts((root / FOLDER / cache_folder.NEWS).read_bytes())[0]}
    assert "disk" in written
    assert "verdict" not in written
    assert not judged(root)


def test_news_of_another_store_are_none(root: Path) -> None:
    files = Files(root, cache_folder.NEWS)
    shutil.rmtree(root / FOLDER)
    other = Files(root, cache_folder.NEWS)
    assert other.all[root / FOLDER / cache_folder.NAME] != files.all[root / FOLDER / cache_folder.NAME]
    other.damage(files.data)


def test_news_that_have_grown_become_part_of_the_store(tmp_path: Path) -> None:
    pieces = {f"key {number}": bytes([number]) * 1000 for number in range(1, 30)}
    sizes = set()
    for number, (key, piece) in enumerate(pieces.items(), 1):
        one = Store(str(tmp_path / "cache"))
        assert [one.get(key) for key in list(pieces)[: number - 1]] == list(pieces.values())[: number - 1]
        one.put(key, piece)
        one.save()
        names = sorted(path.name for path in (tmp_path / "cache").iterdir())
        sizes.add((cache_folder.NEWS in names, (tmp_path / "cache" / cache_folder.NAME).stat().st_size))
    assert 3 < len({size for _, size in sizes}) < 12
    assert {news for news, _ in sizes} == {True, False}


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(number=st.integers(0, 10**9), other=st.integers(1, 255))
def test_a_byte_that_is_another(number: int, other: int, whole: Files) -> None:
    data = bytearray(whole.data)
    data[number % len(data)] ^= other
    whole.damage(bytes(data))


def test_a_file_cut_off_anywhere(whole: Files) -> None:
    data = whole.data
    lengths = {*range(0, 80, 3), *range(80, len(data), len(data) // 40), len(data) - 1}
    for length in lengths:
        whole.damage(data[:length])


@pytest.mark.parametrize("name", [cache_folder.NAME, cache_folder.NEWS])
def test_each_byte_and_each_length(name: str, tmp_path: Path) -> None:
    """Each piece is what was put there, or a miss."""
    folder = tmp_path / "cache"
    pieces = {f"key {number}": bytes([number]) * number * 7 for number in range(1, 6)}
    old = {"large": bytes(2000), "key 1": b"old"} if name == cache_folder.NEWS else {}
    for some in filter(None, (old, pieces)):
        one = Store(str(folder))
        for key, piece in some.items():
            one.put(key, piece)
        one.save()
    data = (folder / name).read_bytes()
    for number in range(len(data)):
        other = bytes([data[number] ^ 1 << number % 8])
        for damaged in (data[:number], data[:number] + other + data[number + 1 :]):
            (folder / name).write_bytes(damaged)
            found = Store(str(folder))
            got = {key: found.get(key) for key in pieces}
            assert all(got[key] in (None, piece, old.get(key)) for key, piece in pieces.items())
            found.close()


FOREIGN = {
    "nothing": b"",
    "text": b"Hello\n" * 100,
    "zeros": bytes(100_000),
    "brackets": b"[" * 100_000,
    "first line": store._MAGIC,
    "first line and brackets": store._MAGIC + b" 100000 0 1".ljust(48) + b"[" * 100_000,
    "numbers that are none": b"%s x y z" % store._MAGIC,
    "numbers below zero": b"%s -1 -1 -1" % store._MAGIC,
    "pickle": b"cos\nsystem\n(S'touch mark'\ntR.",
}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_is_no_store(name: str, whole: Files) -> None:
    whole.damage(FOREIGN[name])


def forged(whole: Files, index: bytes, pieces: bytes = b"") -> bytes:
    """A file whose index has a checksum that is right."""
    basis = whole.data.split()[6]
    head = b"%s %d %d %d %s" % (store._MAGIC, len(index), zlib.crc32(index), 1, basis)
    return head.ljust(store._HEAD - 1) + b"\n" + index + pieces


INDICES = {
    "brackets": b"[" * 100_000,
    "list": b"[]",
    "number": b"1",
    "digits": b'{"a":[' + b"9" * 5000 + b",1,1,1]}",
    "words": b'{"a":"b"}',
    "short": b'{"a":[1]}',
    "negative": b'{"a":[-1,1,1,1]}',
    "truth": b'{"a":[true,1,1,1]}',
    "fraction": b'{"a":[0.5,1,1,1]}',
    "no UTF-8": b'{"\xff":[0,1,1,1]}',
}


@pytest.mark.parametrize("name", INDICES)
def test_an_index_that_is_none(name: str, whole: Files) -> None:
    whole.damage(forged(whole, INDICES[name]))


def parts(data: bytes) -> tuple[dict[str, list[int]], bytes]:
    length = int(data[: store._HEAD].split()[3])
    return json.loads(data[store._HEAD :][:length]), data[store._HEAD + length :]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 1 << 32))
def test_an_index_with_wrong_numbers(seed: int, whole: Files) -> None:
    draw = random.Random(seed)
    index, pieces = parts(whole.data)
    for row in index.values():
        if draw.random() < 0.4:
            row[draw.randrange(3)] = draw.choice([0, 1, row[0] + 1, len(pieces), 1 << 70])
    whole.damage(forged(whole, json.dumps(index).encode(), pieces))


def test_pieces_in_the_place_of_others(whole: Files) -> None:
    index, pieces = parts(whole.data)
    keys = sorted(index)
    for shift in range(1, len(keys)):
        rows = [index[key] for key in keys]
        changed = dict(zip(keys, rows[shift:] + rows[:shift], strict=True))
        whole.damage(forged(whole, json.dumps(changed).encode(), pieces))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(draw=st.randoms(use_true_random=False), other=JSON, levels=st.integers(0, 3))
def test_other_data_under_the_right_checksum(
    draw: random.Random, other: object, levels: int, whole: Files
) -> None:
    """Other data somewhere in a piece: what does not fit its type is not believed."""
    index, pieces = parts(whole.data)
    key = draw.choice(sorted(index))
    row = index[key]
    lines = pieces[row[0] : row[0] + row[1]].split(b"\n")
    number = draw.randrange(len(lines))
    value = json.loads(lines[number])
    if isinstance(value, list) and value and levels:
        inner, at = value, draw.randrange(len(value))
        for _ in range(levels):
            if isinstance(inner[at], list) and inner[at]:
                inner = inner[at]
                at = draw.randrange(len(inner))
        inner[at] = _unlike(inner[at], other)
    else:
        value = _unlike(value, other)
    lines[number] = json.dumps(value).encode()
    piece = b"\n".join(lines)
    index[key] = [len(pieces), len(piece), store._checksum(key, piece), 1]
    whole.damage(forged(whole, json.dumps(index).encode(), pieces + piece))


def _unlike(old: object, new: object) -> object:
    """Something of another type: who puts other findings there under the right checksums is believed."""
    return [{}] if type(new) is type(old) or new is None else new


@POSIX
def test_things_in_the_place_of_the_store(root: Path) -> None:
    cold = check(root, cache=False)
    outside = root.parent / f"{root.name}-outside"
    outside.write_text("untouched")
    things: dict[str, Callable[[Path], object]] = {
        "folder": os.mkdir,
        "FIFO": os.mkfifo,
        "link": lambda path: os.symlink(outside, path),
        "dead link": lambda path: os.symlink("nowhere", path),
        "link to itself": lambda path: os.symlink(cache_folder.NAME, path),
        "device": lambda path: os.symlink("/dev/zero", path),
        "sparse": _sparse,
    }
    check(root)
    for name, make in things.items():
        place(root).unlink()
        make(place(root))
        assert check(root) == cold, name
        assert place(root).is_file(), name
        assert not place(root).is_symlink(), name
        assert place(root).stat().st_size < 1 << 20, name
        assert not judged(root), name
    assert outside.read_text() == "untouched"


def _sparse(path: Path) -> None:
    with open(path, "wb") as stream:
        stream.truncate(2 << 30)


def test_a_folder_with_something_in_it_stays(root: Path) -> None:
    place(root).mkdir(parents=True)
    (place(root) / "mine").write_text("x")
    report = check(root)
    assert report.findings == check(root, cache=False).findings
    assert len(report.notes) == 1
    assert (place(root) / "mine").read_text() == "x"


@POSIX
def test_a_large_file_that_is_no_store_is_not_read(root: Path) -> None:
    check(root)
    with open(place(root), "wb") as stream:
        stream.truncate(cache_folder.LARGEST - 1)
    limit = "import resource; resource.setrlimit(resource.RLIMIT_AS, (900 << 20, 900 << 20))"
    code, out, err = ended(start(root, "--format", "concise", code=limit))
    assert (code, err) == (1, "")
    assert "app/bad.py:1" in out


@pytest.mark.parametrize("what", ["_MAGIC", "__version__"])
def test_a_store_of_another_version(
    what: str, root: Path, monkeypatch: pytest.MonkeyPatch, whole: Files
) -> None:
    from ssot_lint.cache import key

    with monkeypatch.context() as patch:
        if what == "_MAGIC":
            patch.setattr(store, "_MAGIC", b"ssot-lint store 9")
        else:
            patch.setattr(key, "__version__", "0.0.0")
        shutil.rmtree(root / FOLDER)
        check(root)
        other = place(root).read_bytes()
    whole.damage(other)


# No room, no rights, no time.


def test_a_cache_that_is_no_folder_is_said_once(root: Path) -> None:
    for make in (lambda path: path.write_text("x"), lambda path: path.symlink_to(root / "app")):
        make(root / FOLDER)
        before = tree(root)
        code, out, err = ended(start(root, "--format", "concise"))
        assert code == 1
        assert "app/bad.py:1" in out
        assert err.count("\n") == 1
        assert "nothing is remembered" in err
        assert tree(root) == before
        (root / FOLDER).unlink()


@POSIX
def test_a_folder_that_may_not_be_written_is_said_once(root: Path) -> None:
    check(root)
    (root / "app/bad.py").write_text(FILES["app/bad.py"] + "\n")
    # The superuser may write everywhere, unless that is taken from him.
    bound = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.getuid() == 0 else []
    if bound and (not shutil.which("setpriv") or subprocess.run([*bound, "true"], check=False).returncode):
        pytest.skip("nothing is forbidden to the superuser here")
    for folder in (root / FOLDER, root):
        folder.chmod(0o555)
        try:
            code, out, err = ended(start(root, "--format", "concise", before=bound))
        finally:
            folder.chmod(0o755)
        assert code == 1
        assert "app/bad.py:1" in out
        assert err.count("\n") == 1
        assert "permission denied" in err
        shutil.rmtree(root / FOLDER, ignore_errors=True)


FAULTY = """
import errno, os
real = os.{name}
def fail(*given, **more):
    if {condition}:
        raise OSError(errno.{error}, os.strerror(errno.{error}))
    return real(*given, **more)
os.{name} = fail
"""
FAULTS = {
    "open": ("open", "'.tmp' in str(given[0])", "ENOSPC"),
    "rename": ("replace", "'store' in str(given[1])", "ENOSPC"),
    "rename of marks": ("replace", "'CACHEDIR' in str(given[1])", "EACCES"),
    "mkdir": ("mkdir", "True", "EROFS"),
    "list": ("scandir", "'.ssot_lint_cache' in str(given[0])", "EIO"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_said_once_and_changes_nothing(name: str, root: Path) -> None:
    what, condition, error = FAULTS[name]
    code = FAULTY.format(name=what, condition=condition, error=error)
    for _ in range(2):
        status, out, err = ended(start(root, "--format", "concise", code=code))
        assert status == 1
        assert "app/bad.py:1" in out
        assert err.count("\n") == 1
        assert "nothing is remembered" in err
        assert not [*(root / FOLDER).glob("*.tmp")]
    assert check(root) == check(root, cache=False)
    assert not judged(root)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no full device")
def test_a_full_disk(root: Path) -> None:
    full = (
        "import os\nreal = os.open\n"
        "os.open = lambda path, *more: real('/dev/full', os.O_WRONLY) if '.tmp' in str(path) else real(path, *more)"
    )
    check(root)
    before = place(root).read_bytes()
    (root / "app/bad.py").write_text(FILES["app/bad.py"] + "\n")
    code, out, err = ended(start(root, "--format", "concise", code=full))
    assert code == 1
    assert "app/bad.py:1" in out
    assert "no space left" in err
    assert err.count("\n") == 1
    assert place(root).read_bytes() == before


KILLED = """
import os, signal, sys
from ssot_lint.cache.store import Store
folder, left, number = sys.argv[1], int(sys.argv[2]), sys.argv[2].encode()

def look(frame, event, what):
    global left
    left -= frame.f_code.co_filename.endswith(("store.py", "writing.py")) and event == "line"
    if not left:
        os.kill(os.getpid(), signal.{name})
    return look

signal.signal(signal.SIGINT, signal.default_int_handler)
sys.settrace(look)
store = Store(folder)
store.get("old")
store.put("new", number * 10_000)
store.save()
"""


@POSIX
@pytest.mark.parametrize("name", ["SIGKILL", "SIGINT"])
def test_killed_while_it_writes_leaves_the_old_or_the_new(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    first = Store(str(folder))
    first.put("old", b"old")
    first.save()
    ends: list[int] = []
    for number in itertools.count(1, 9):
        before = (folder / cache_folder.NAME).read_bytes()
        code = [sys.executable, "-c", KILLED.format(name=name), str(folder), str(number)]
        done = subprocess.run(
            code, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, timeout=600, check=False
        )
        ends.append(done.returncode)
        left = [*folder.glob("*.tmp")]
        assert len(left) <= (1 if name == "SIGKILL" else 0)
        if (folder / cache_folder.NAME).read_bytes() != before:
            assert Store(str(folder)).get("new") == str(number).encode() * 10_000
        for one in left:
            os.utime(one, (0, time.time() - 2 * cache_folder._STALE))
        later = Store(str(folder))
        assert later.get("old") == b"old"
        later.put("new", f"later {number}".encode())
        later.save()
        assert not [*folder.glob("*.tmp")]
        if done.returncode == 0:
            break
    assert len(ends) > 10


@POSIX
def test_interrupted_while_it_judges_leaves_what_was_there(root: Path) -> None:
    check(root)
    before = {path.name: path.read_bytes() for path in (root / FOLDER).iterdir()}
    (root / "app/bad.py").write_text(FILES["app/bad.py"] + "\n")
    code = (
        "import os, signal, ssot_lint.engine.judge as judge\nreal = judge.judged\n"
        "def judged(*given):\n    os.kill(os.getpid(), signal.SIGINT)\n    return real(*given)\n"
        "judge.judged = judged"
    )
    assert ended(start(root, code=code))[0] == 130
    now = {path.name: path.read_bytes() for path in (root / FOLDER).iterdir()}
    assert now == before or not judged(root)
    assert now.keys() == before.keys()


def test_two_runs_at_once_are_both_right(root: Path) -> None:
    cold = check(root, cache=False)
    wanted = ended(start(root, "--format", "concise", "--no-cache"))
    for number in range(2):
        shutil.rmtree(root / FOLDER, ignore_errors=True)
        (root / "app/more.py").write_text(FILES["app/more.py"] + "\n" * number)
        for process in [start(root, "--format", "concise") for _ in range(4)]:
            assert ended(process) == wanted
        assert check(root) == cold
        assert not judged(root)


# What is kept.


def test_what_is_used_stays_and_the_rest_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "KEPT", 10_000)
    folder = str(tmp_path / "cache")
    for number in range(100):
        one = Store(folder)
        assert one.get("used") == (b"u" * 5000 if number else None)
        one.put("used", b"u" * 5000)
        one.put(f"new {number}", bytes([number]) * 1000)
        one.save()
        assert one.trouble == ""
        assert (tmp_path / "cache" / cache_folder.NAME).stat().st_size < 20_000
    last = Store(folder)
    assert last.get("new 99") == b"\x63" * 1000
    assert last.get("new 98") == b"\x62" * 1000
    assert last.get("new 1") is None


def test_equal_checksums_are_not_equal_pieces(tmp_path: Path) -> None:
    one, other = b"plumless", b"buckeroo"
    assert zlib.crc32(one) == zlib.crc32(other)
    for piece in (one, other):
        written = Store(str(tmp_path / "cache"))
        written.put("key", piece)
        written.save()
    assert Store(str(tmp_path / "cache")).get("key") == other


# Several runs at once.


def opened_twice(folder: str, before: dict[str, bytes]) -> tuple[Store, Store]:
    """Two runs that begin with the same store."""
    first = Store(folder)
    for key, piece in before.items():
        first.put(key, piece)
    first.save()
    return Store(folder), Store(folder)


def kept(folder: str, *keys: str) -> list[bytes | None]:
    with contextlib.closing(Store(folder)) as found:
        return [found.get(key) for key in keys]


@pytest.mark.parametrize("size", [10, 100_000])
@pytest.mark.parametrize("before", [{}, {"large": bytes(50_000)}])
def test_a_run_that_ends_while_another_runs_loses_nothing(
    before: dict[str, bytes], size: int, tmp_path: Path
) -> None:
    """Whether they add to the news, or make one of both: the larger makes the store anew."""
    folder = str(tmp_path / "cache")
    for sizes in ((10, size), (size, 10)):
        shutil.rmtree(folder, ignore_errors=True)
        pieces = [b"x" * each for each in sizes]
        runs = opened_twice(folder, before)
        for number, run_ in enumerate(runs):
            run_.put(f"key {number}", pieces[number])
            run_.save()
        assert kept(folder, "key 0", "key 1", *before) == [*pieces, *before.values()]


@pytest.mark.parametrize("size", [10, 100_000])
def test_what_belongs_together_comes_from_one_run(size: int, tmp_path: Path) -> None:
    folder, group = str(tmp_path / "cache"), store.digest("a run")
    before = {f"{group}old": b"old", f"{group}both": b"old", "large": bytes(50_000)}
    first, second = opened_twice(folder, before)
    first.put(f"{group}old", b"of the first")
    first.put(f"{group}both", b"f" * size)
    first.put(f"{group}first", b"of the first")
    first.save()
    second.put(f"{group}both", b"of the second")
    second.save()
    words = ("old", "both", "first")
    assert kept(folder, *(group + word for word in words)) == [b"old", b"of the second", None]


def test_a_store_that_is_gone_or_damaged_when_a_run_ends_is_made_anew(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    for there in (None, b"", b"damaged"):
        shutil.rmtree(folder, ignore_errors=True)
        one, _ = opened_twice(str(folder), {"large": bytes(50_000)})
        (folder / cache_folder.NAME).unlink()
        if there is not None:
            (folder / cache_folder.NAME).write_bytes(there)
        one.put("new", b"new")
        one.save()
        assert one.trouble == ""
        assert kept(str(folder), "large", "new") == [bytes(50_000), b"new"]


MANY = """
import sys
from ssot_lint.cache.store import Store
for number in range(20):
    store = Store(sys.argv[1])
    store.put(f"{sys.argv[2]} {number}", bytes(3000))
    store.save()
    store.close()
    assert not store.trouble, store.trouble
"""


@POSIX
def test_many_runs_at_once_lose_nothing(tmp_path: Path) -> None:
    folder = str(tmp_path / "cache")
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", MANY, folder, name], env={**os.environ, "PYTHONPATH": str(ROOT)}
        )
        for name in "abcd"
    ]
    assert [process.wait(600) for process in processes] == [0] * 4
    assert None not in kept(folder, *(f"{name} {number}" for name in "abcd" for number in range(20)))


@POSIX
def test_a_lock_that_is_held_for_long_keeps_nobody_from_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    monkeypatch.setattr(cache_folder, "_PATIENCE", 0.05)
    folder = str(tmp_path / "cache")
    one, _ = opened_twice(folder, {"old": b"old"})
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        one.put("new", b"new")
        one.save()
    finally:
        os.close(held)
    assert one.trouble == ""
    assert kept(folder, "old", "new") == [b"old", b"new"]
