"""A project that stays in memory: after each change what it says is what a run says that knows nothing."""

from __future__ import annotations

import contextlib
import gc
import os
import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ssot_lint.cache import packed
from ssot_lint.cache.store import Store
from ssot_lint.engine import run
from ssot_lint.engine.half_typed import moved, moves
from ssot_lint.engine.session import ProjectState, Session
from ssot_lint.engine.warm import Unsaved, Warm
from ssot_lint.gather.gather import ENOUGH
from ssot_lint.links.conclusions import Conclusion
from ssot_lint.model.finding import Finding, Span
from ssot_lint.model.options import RunOptions
from ssot_lint.model.rules import CODES
from ssot_lint.settings import workspace

ROOT = Path(__file__).parent.parent
CHAT = ROOT / "examples" / "chat"
SETTINGS = """\
[contracts.hub]
canonical = "app.hub.Hub"
factories = ["app.hub.make"]
retired = ["Relay"]
"""
FILES = {
    "ssot-lint.toml": SETTINGS,
    "app/__init__.py": "",
    "app/hub.py": "class Hub: ...\n\n\ndef make():\n    return Hub()\n",
    "app/jobs.py": "from app.hub import Hub as H\n\nhub = H()\n",
    "app/other.py": "import os\n\nprint(os.name)\n",
}


def written(folder: Path) -> Path:
    for path, text in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def cold(folder: Path, buffers: dict[str, bytes] | None = None) -> tuple[Finding, ...]:
    settings = workspace.load(next(iter(sorted(folder.glob("*.toml")))), codes=CODES)
    return run.check(settings, buffers=buffers, how=RunOptions(workers=1)).findings


def places(found: tuple[Finding, ...]) -> list[tuple[str, int, str]]:
    return [(one.path, one.span.line, one.code) for one in found]


# Random edits.

LINES = (
    "from chat.channels import ChannelManager as Other",
    "from chat.channels import *",
    "import chat.channels as hub",
    "Alias = ChannelManager",
    "SHARED = ChannelManager()",
    "from chat.alias import Alias",
    "def f(x): return ChannelManager(x)",
    "x = (",
    "# ssot: allow[SOT201] as it was",
    "class Sub(ChannelManager): ...",
    "",
)


def edited(chance: random.Random, text: str) -> str:
    lines = text.split("\n")
    for _ in range(chance.choice((1, 1, 2))):
        # At the ends of a file a line of its own can stand; between others it mostly cannot.
        at = chance.choice((0, len(lines) - 1, chance.randrange(len(lines))))
        match chance.randrange(4):
            case 0 | 1:
                lines.insert(at, chance.choice(LINES))
            case 2:
                del lines[at : at + chance.choice((1, 1, 3))]
                lines = lines or [""]
            case _:
                lines[at] = lines[at].replace("ChannelManager", "Manager").replace("import", "import ", 1)
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(4))
def test_equal_to_a_cold_run_after_each_edit(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    folder = tmp_path / "chat"
    shutil.copytree(CHAT, folder, ignore=shutil.ignore_patterns(".ssot_lint_cache"))
    settings = workspace.load(folder / "pyproject.toml", codes=CODES)
    files = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*.py"))]
    warm = Warm(str(folder))
    buffers: dict[str, str] = {}
    seen = set()
    for step in range(20):
        path = chance.choice([*files, "chat/alias.py"])
        match chance.randrange(8):
            case 0 if path in buffers:
                del buffers[path]
            case 1:
                # On the disk, and told.
                target = folder / path
                if target.exists() and chance.random() < 0.4:
                    target.unlink()
                else:
                    target.write_text(edited(chance, target.read_text() if target.exists() else ""))
                warm.disk.look_again()
            case _:
                there = (folder / path).read_text() if (folder / path).exists() else ""
                buffers[path] = edited(chance, buffers.get(path, there))
        new = {path: text.encode() for path, text in buffers.items()}
        added = [path for path in new if not (folder / path).exists()]
        got = warm.judged(settings, Unsaved(new, added)).report().findings
        assert got == run.check(settings, buffers=new, how=RunOptions(workers=1)).findings, (seed, step)
        seen.add(tuple(places(got)))
    assert len(seen) > 5


# Sessions.


def said(state: ProjectState) -> list[tuple[str, int, str]]:
    return places(state.findings)


def test_buffers_are_over_the_disk(tmp_path: Path) -> None:
    folder = written(tmp_path)
    session = Session(folder / "ssot-lint.toml")
    assert said(session.update({})) == places(cold(folder))
    place = str(folder / "app" / "other.py")
    buffers = {place: b"from app.hub import Hub as Unsaved\n"}
    assert ("app/other.py", 1, "SOT101") in said(session.update(buffers))
    assert said(session.update(buffers)) == places(cold(folder, {"app/other.py": buffers[place]}))
    assert said(session.update({})) == places(cold(folder))


@pytest.mark.parametrize("text", ["x = 1\n", "x = (\n"])
def test_a_text_that_is_too_large_is_not_read(text: str, tmp_path: Path) -> None:
    settings = written(tmp_path) / "ssot-lint.toml"
    settings.write_text(f"max-file-size = 2000\n{SETTINGS}")
    session = Session(settings)
    session.update({})
    file = str(tmp_path / "app/other.py")
    large = session.update({file: (text * 1000).encode()})
    assert [one.code for one in large.findings if one.path == "app/other.py"] == ["SOT900"]
    small = session.update({file: b"x = 1\n"})
    assert not [one for one in small.findings if one.path == "app/other.py"]


def test_what_is_prepared_changes_nothing(tmp_path: Path) -> None:
    folder = written(tmp_path)
    session = Session(folder / "ssot-lint.toml")
    session.prepare()
    found = said(session.update({}))
    for _ in range(3):
        session.prepare()
        assert said(session.update({})) == found
    place = str(folder / "app" / "other.py")
    buffers = {place: b"from app.hub import Hub as Unsaved\n"}
    session.update(buffers)
    session.prepare()
    assert said(session.update(buffers)) == places(cold(folder, {"app/other.py": buffers[place]}))


def test_a_store_that_holds_something_else(tmp_path: Path) -> None:
    """Its checksums are right, and the verdict is; of the facts nothing can be made."""
    folder = written(tmp_path)
    config = workspace.load(folder / "ssot-lint.toml", codes=CODES)
    run.check(config, how=RunOptions(workers=1, cache=True))
    with contextlib.closing(Store(run.own_folder(config.root))) as store:
        keys = [*store._main.rows, *store._news.rows]
        facts = {
            key: piece
            for key in keys
            if (piece := store.get(key)) and piece.count(b"\n") == len(packed.LINES) - 1
        }
        assert facts
        for key, piece in facts.items():
            store.put(key, piece.partition(b"\n")[2])
        store.save()
    session = Session(folder / "ssot-lint.toml")
    found = said(session.update({}))
    assert found == places(cold(folder))
    while session.prepare():
        pass
    place = str(folder / "app" / "jobs.py")
    buffers = {place: b"from app.hub import Hub as Unsaved\n"}
    assert said(session.update(buffers)) == places(cold(folder, {"app/jobs.py": buffers[place]}))


def test_old_names_leave_nothing_behind(tmp_path: Path) -> None:
    folder = tmp_path / "chat"
    shutil.copytree(CHAT, folder, ignore=shutil.ignore_patterns(".ssot_lint_cache"))
    session = Session(folder / "pyproject.toml")
    files = sorted(folder.rglob("*.py"))
    after = []
    for number in range(24):
        file = files[number % 4]
        session.update({str(file): file.read_bytes() + b"\nvalue_%d = 1\n" % number})
        session.prepare()
        if number in (11, 23):
            gc.collect()
            after.append(sum(type(one) is Conclusion for one in gc.get_objects()))
    assert after[0] == after[1]


def test_what_is_waited_for_comes_first_and_the_rest_stays_as_it_was_shown(tmp_path: Path) -> None:
    folder = written(tmp_path)
    session = Session(folder / "ssot-lint.toml")
    home, jobs = (str(folder / "app" / name) for name in ("hub.py", "jobs.py"))
    session.update({home: FILES["app/hub.py"].encode()})
    while session.prepare():
        pass
    text = f"# a remark\n{FILES['app/hub.py']}Twin = Hub\n"
    buffers = {home: text.encode()}
    before = [one for one in session.state.findings if one.path == "app/jobs.py"]
    right = cold(folder, {"app/hub.py": buffers[home]})
    assert [one for one in right if one.path == "app/jobs.py"] != before
    part = session.update(buffers, first=[home])
    assert part.open == {"app/jobs.py"}
    assert [one for one in part.findings if one.path == "app/jobs.py"] == before
    assert [one for one in part.findings if one.path == "app/hub.py"] == [
        one for one in right if one.path == "app/hub.py"
    ]
    whole = session.update(buffers, first=[jobs])
    assert not whole.open
    assert whole.findings == right


# The first look.


def large(folder: Path) -> Path:
    """The same project with so many files that several processes are worth it."""
    written(folder)
    for number in range(ENOUGH):
        (folder / "app" / f"more{number}.py").write_text(FILES["app/jobs.py"])
    return folder


def children() -> set[str]:
    """The processes that this one has started, where the system tells."""
    tasks = Path("/proc/self/task").glob("*/children")
    return {number for task in tasks for number in task.read_text().split()}


def processor_time_of_children() -> float:
    times = os.times()
    return times.children_user + times.children_system


@pytest.mark.slow
@pytest.mark.parametrize("settings", [SETTINGS, SETTINGS.replace("Relay", "more1")])
def test_the_first_look_at_many_files_is_that_of_other_processes(settings: str, tmp_path: Path) -> None:
    session = Session(large(tmp_path) / "ssot-lint.toml")
    heard: list[tuple[str, int, int]] = []
    before = processor_time_of_children()
    buffers = {str(session.file): settings.encode()} if settings != SETTINGS else {}
    state = session.update(buffers, lambda *news: heard.append(news))
    if os.name == "posix":
        assert processor_time_of_children() > before
    assert "index" in {stage for stage, _, _ in heard}
    # Where they have read the same settings, nothing is left to be judged here.
    judged = [of for stage, through, of in heard if stage == "check" and through == 0 and of > 0]
    assert len(judged) == (2 if buffers else 1)
    (tmp_path / "ssot-lint.toml").write_text(settings)
    assert state.findings == cold(tmp_path)
    assert len(state.findings) > ENOUGH


@pytest.mark.slow
def test_the_first_look_can_be_given_up(tmp_path: Path) -> None:
    class Enough(Exception): ...

    def progress(stage: str, through: int, of: int) -> None:
        raise Enough

    session = Session(large(tmp_path) / "ssot-lint.toml")
    before = children()
    with pytest.raises(Enough):
        session.update({}, progress)
    assert not session.is_begun
    assert children() <= before
    assert session.update({}).findings == cold(tmp_path)


def test_the_disk_is_looked_at_when_that_is_told(tmp_path: Path) -> None:
    folder = written(tmp_path)
    session = Session(folder / "ssot-lint.toml")
    session.update({})
    (folder / "app" / "new.py").write_text("from app.hub import Hub as New\n")
    session.disk_changed()
    assert ("app/new.py", 1, "SOT101") in said(session.update({}))
    (folder / "app" / "new.py").unlink()
    (folder / "app" / "jobs.py").write_text("\n")
    session.disk_changed()
    assert said(session.update({})) == places(cold(folder))
    assert {code for *_, code in said(session.state)} == {"SOT903"}


def test_a_file_that_is_not_on_the_disk(tmp_path: Path) -> None:
    folder = written(tmp_path)
    session = Session(folder / "ssot-lint.toml")
    place = str(folder / "app" / "unsaved.py")
    buffers = {
        place: b"from app.hub import Hub as Alias\n",
        str(folder / "app" / "other.py"): b"from app.unsaved import Alias\n",
    }
    own = {Path(path).relative_to(folder).as_posix(): data for path, data in buffers.items()}
    found = said(session.update(buffers))
    assert found == places(cold(folder, own))
    assert ("app/unsaved.py", 1, "SOT105") in found
    assert "app/unsaved.py" not in {path for path, *_ in said(session.update({}))}


def test_settings_that_are_wrong_leave_the_last_good_ones(tmp_path: Path) -> None:
    folder = written(tmp_path)
    file = folder / "ssot-lint.toml"
    session = Session(file)
    good = said(session.update({}))
    session.settings_changed()
    state = session.update({str(file): SETTINGS.replace("factories", "factory").encode()})
    assert [(one.file, one.line) for one in state.mistakes] == [("ssot-lint.toml", 3)]
    assert said(state) == good
    session.settings_changed()
    state = session.update({str(file): SETTINGS.replace('"Relay"', '"H"').encode()})
    assert not state.mistakes
    assert ("app/jobs.py", 1, "SOT103") in said(state)


def test_a_text_that_does_not_parse_keeps_what_its_lines_had(tmp_path: Path) -> None:
    folder = written(tmp_path)
    session = Session(folder / "ssot-lint.toml")
    session.update({})
    place = str(folder / "app" / "jobs.py")
    session.update({place: FILES["app/jobs.py"].encode()})
    assert said(session.update({place: b"import os\nfrom app.hub import Hub as H\n\nhub = H(\n"})) == [
        ("app/jobs.py", 2, "SOT101"),
        ("app/jobs.py", 4, "SOT900"),
    ]
    # Opened like that, it is as it was saved.
    other = Session(folder / "ssot-lint.toml")
    assert said(other.update({place: b"\n" + FILES["app/jobs.py"].encode() + b"x = ("})) == [
        ("app/jobs.py", 2, "SOT101"),
        ("app/jobs.py", 4, "SOT201"),
        ("app/jobs.py", 4, "SOT301"),
        ("app/jobs.py", 5, "SOT900"),
    ]
    # What others find in a file that is half typed is not gone.
    home = str(folder / "app" / "hub.py")
    session.update({home: FILES["app/hub.py"].encode()})
    state = session.update({home: FILES["app/hub.py"].replace("return Hub()", "return Hub(").encode()})
    assert {path for path, *_ in said(state)} == {"app/hub.py", "app/jobs.py"}
    assert {code for path, _, code in said(state) if path == "app/hub.py"} == {"SOT900"}
    assert said(session.update({})) == places(cold(folder))


def of_lines(*lines: int) -> Iterator[Finding]:
    for line in lines:
        yield Finding("SOT201", "direct-construction", "", "a.py", Span(line, 0, line, 1))


@pytest.mark.parametrize(
    ("new", "lines"),
    [
        ("a\nb\nc", [1, 2, 3]),
        ("x\na\nb\nc", [2, 3, 4]),
        ("a\nc", [1, 2]),
        ("a\nb (\nc", [1, 3]),
        ("x\na\ny\nc", [2, 4]),
        ("", []),
    ],
)
def test_moved(new: str, lines: list[int]) -> None:
    found = moved(of_lines(1, 2, 3), moves(b"a\nb\nc", new.encode()))
    assert [one.span.line for one in found] == lines


@pytest.mark.parametrize(
    ("new", "lines"),
    [
        ("a\nb\nc", [1, 2, 3]),
        ("x\na\nb (\nc", [2, 3, 4]),
        ("a\nc", [1, 1, 2]),
        ("x\ny", [1, 2, 2]),
        ("", [1, 1, 1]),
        ("c", [1, 1, 1]),
    ],
)
def test_lines_that_are_gone_have_a_place_still(new: str, lines: list[int]) -> None:
    there = moves(b"a\nb\nc", new.encode())
    assert [there.line(line) for line in (1, 2, 3)] == lines


def test_a_file_that_no_run_would_list_says_nothing(tmp_path: Path) -> None:
    folder = written(tmp_path)
    file = folder / "ssot-lint.toml"
    file.write_text(f'exclude = ["vendor"]\n{SETTINGS}')
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    (folder / ".gitignore").write_text("build/\n")
    text = "from app.hub import Hub as New\n"
    for path in ("vendor/saved.py", "build/saved.py"):
        (folder / path).parent.mkdir()
        (folder / path).write_text(text)
    session = Session(file)
    for path in ("vendor/saved.py", "build/saved.py", "vendor/new.py", "build/new.py", "node_modules/new.py"):
        place = str(folder / path)
        for data in (text, f"{text}x = (\n"):
            assert path not in {one for one, *_ in said(session.update({place: data.encode()}))}
    place = str(folder / "app" / "new.py")
    assert ("app/new.py", 1, "SOT101") in said(session.update({place: text.encode()}))
