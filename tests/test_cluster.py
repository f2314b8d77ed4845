"""Workers of a Dask cluster: the same report as without, whatever becomes of them, and sentences about wrong ones."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hub import KEYED_CONTRACT, KEYED_HUB

from ssot_lint import __version__
from ssot_lint.engine import run as engine
from ssot_lint.engine.report import Report
from ssot_lint.gather import cluster, gather
from ssot_lint.gather.answers import Gathered, Source, Task
from ssot_lint.gather.questions import Question
from ssot_lint.model.errors import Unusable
from ssot_lint.model.options import RunOptions
from ssot_lint.model.rules import CODES
from ssot_lint.settings import loading
from ssot_lint.settings.settings import Settings

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
# Tests wait for what shall happen, and no longer than this for what shall not.
LIMIT = 60.0

BAD = """\
from app.{source} import {name} as OldHub


def build_{number}(user):
    hub = OldHub(user)
    return hub, make_hub(None)
"""
OTHER = "def total_{number}(rows):\n    return sum(rows)\n"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Three hundred files, of which a hundred and some matter; some of these are no Python."""
    root = tmp_path_factory.mktemp("project")
    app = root / "app"
    app.mkdir()
    (root / "ssot-lint.toml").write_text(KEYED_CONTRACT)
    (app / "__init__.py").write_text("")
    (app / "hub.py").write_text(KEYED_HUB)
    # A name that only linking learns, so that a second round asks for more files.
    (app / "shim.py").write_text("from app.hub import Hub as Nexus\n")
    for number in range(300):
        text = OTHER
        if number % 3 == 0:
            text = BAD.replace("{source}", "hub").replace("{name}", "Hub")
        elif number % 10 == 0:
            text = BAD.replace("{source}", "shim").replace("{name}", "Nexus").replace("OldHub", "Centre")
        (app / f"m{number}.py").write_text(text.replace("{number}", str(number)))
    (app / "broken.py").write_text("from app.hub import Hub as OldHub\ndef f(:\n")
    (app / "latin.py").write_bytes(
        b"# -*- coding: latin-1 -*-\nx = '\xe9'; from app.hub import Hub as OldHub\n"
    )
    (app / "deep.py").write_text("from app.hub import OldHub\nx = " + "(" * 5000 + ")" * 5000 + "\n")
    return loading.load(root / "ssot-lint.toml", codes=CODES)


@pytest.fixture(scope="module")
def expected(project: Settings) -> Report:
    report = engine.check(project, how=RunOptions(1))
    assert len({one.path for one in report.findings}) > 100
    assert {"SOT900", "SOT103", "SOT201", "SOT101"} <= {one.code for one in report.findings}
    return report


def started(workers: int) -> Any:
    return distributed.LocalCluster(
        n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=":0", scheduler_port=0
    )


@pytest.fixture(scope="module")
def crew() -> Iterator[Any]:
    """Three workers, each a process."""
    with started(3) as made:
        yield made


@pytest.fixture
def client(crew: Any) -> Iterator[Any]:
    """Somebody who looks at the cluster, and does what people do to it. Afterwards it is as it was."""
    with distributed.Client(crew, set_as_default=False) as made:
        made.wait_for_workers(3, timeout=LIMIT)
        yield made
        made.wait_for_workers(3, timeout=LIMIT)
        made.run(as_it_was)
        crew.scheduler.allowed_failures = 3


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many parts, though there are few files."""
    monkeypatch.setattr(gather, "FILES", 5)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files whose facts this process has made."""
    seen: list[str] = []
    own = gather.one

    def one(source: Source, question: Question, task: Task) -> Gathered:
        if not source.looking:
            seen.append(task.path)
        return own(source, question, task)

    monkeypatch.setattr(gather, "one", one)
    return seen


# In a worker.


def slow() -> None:
    own = gather.many_read
    gather.before = own  # type: ignore[attr-defined]

    def many_read(question: Question, tasks: Any) -> list[Gathered]:
        time.sleep(0.3)
        return own(question, tasks)

    # A worker finds it by its name.
    gather.many_read = many_read


def garbled() -> None:
    own = gather.many_read
    gather.before = own  # type: ignore[attr-defined]

    def many_read(question: Question, tasks: Any) -> list[Gathered]:
        got = own(question, tasks)
        return [got[-1], *got[1:-1], got[0]]

    gather.many_read = many_read


def foreign() -> None:
    cluster.who = lambda: ("0.0.9", 1, "", "3.10")


def foreign_later() -> None:
    cluster.before = cluster.signed  # type: ignore[attr-defined]
    cluster.signed = lambda work: (("0.0.9", 1, "", "3.10"), work())


def as_it_was() -> None:
    import importlib

    gather.many_read = getattr(gather, "before", gather.many_read)
    cluster.signed = getattr(cluster, "before", cluster.signed)
    if cluster.who.__module__ != cluster.__name__:
        importlib.reload(cluster)


def running(dask_worker: Any) -> tuple[int, bool]:
    tasks = [task for task in dask_worker.state.tasks.values() if task.state == "executing"]
    return os.getpid(), any("signed" in task.key for task in tasks)


# Here.


def soon(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + LIMIT
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@contextlib.contextmanager
def meanwhile(deed: Callable[[], None]) -> Iterator[None]:
    """Something happens while the body runs; it has happened at the end, or the test fails."""
    errors: list[BaseException] = []

    def work() -> None:
        try:
            deed()
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    yield
    thread.join(LIMIT)
    assert not errors
    assert not thread.is_alive()


def killer(client: Any, killed: list[int]) -> Callable[[], None]:
    def kill() -> None:
        assert soon(lambda: any(busy for _, busy in client.run(running).values()))
        process = next(process for process, busy in client.run(running).values() if busy)
        os.kill(process, signal.SIGKILL)
        killed.append(process)

    return kill


def check(project: Settings, crew: Any) -> Report:
    return engine.check(project, how=RunOptions(crew.scheduler_address))


def test_a_cluster_says_the_same(project: Settings, expected: Report, crew: Any, here: list[str]) -> None:
    assert check(project, crew) == expected
    # What is wrong with a file is not taken from others.
    assert set(here) == {"app/broken.py", "app/deep.py"}
    assert soon(lambda: not crew.scheduler.tasks)
    assert not any("ssot-lint" in name for name in crew.scheduler.clients)


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
def test_a_worker_may_die(
    project: Settings, expected: Report, crew: Any, client: Any, here: list[str]
) -> None:
    client.run(slow)
    killed: list[int] = []
    with meanwhile(killer(client, killed)):
        got = check(project, crew)
    assert killed
    assert got == expected
    # Another worker has done it anew.
    assert set(here) == {"app/broken.py", "app/deep.py"}
    assert killed[0] not in [process for process, _ in client.run(running).values()]


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
def test_what_kills_workers_is_answered_here(
    project: Settings, expected: Report, crew: Any, client: Any, here: list[str]
) -> None:
    client.run(slow)
    # For Dask one dead worker is as good as four.
    crew.scheduler.allowed_failures = 0
    killed: list[int] = []
    with meanwhile(killer(client, killed)):
        got = check(project, crew)
    assert killed
    assert got == expected
    # What the dead worker had in hand, which may be one file, besides what is always answered here.
    assert {*here} > {"app/broken.py", "app/deep.py"}


def test_answers_about_other_files_are_not_taken(
    project: Settings, expected: Report, crew: Any, client: Any, here: list[str]
) -> None:
    client.run(garbled)
    assert check(project, crew) == expected
    assert len(here) > 40


@pytest.mark.parametrize("change", [foreign, foreign_later])
def test_another_version_is_not_believed(
    change: Callable[[], None], project: Settings, crew: Any, client: Any
) -> None:
    client.run(change)
    with pytest.raises(Unusable) as caught:
        check(project, crew)
    python = "{}.{}".format(*sys.version_info[:2])
    assert str(caught.value) == (
        f"the Dask cluster at {crew.scheduler_address} has ssot-lint 0.0.9 on Python 3.10, and here is "
        f"ssot-lint {__version__} on Python {python}: install the same on both sides"
    )


@pytest.mark.parametrize("end", ["scale", "close"])
def test_a_cluster_may_go_away(
    end: str,
    project: Settings,
    expected: Report,
    here: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 2.0)
    with started(1) as other:
        with distributed.Client(other, set_as_default=False) as client:
            client.run(slow)

        def go() -> None:
            assert soon(lambda: any("signed" in str(key) for key in list(other.scheduler.tasks)))
            other.scale(0) if end == "scale" else other.close()

        with meanwhile(go):
            got = check(project, other)
    assert got == expected
    assert len(here) > 40


# The command.


def run(project: Settings, address: str, patience: float = LIMIT) -> subprocess.CompletedProcess[str]:
    code = f"import ssot_lint.gather.cluster as c; c.PATIENCE = {patience}; from ssot_lint.cli import entry; entry()"
    return subprocess.run(
        [sys.executable, "-c", code, "check", "--no-cache", "--statistics", "--workers", f"dask:{address}"],
        cwd=project.root,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
        capture_output=True,
        timeout=LIMIT,
        check=False,
    )


def test_command_reports_as_ever(project: Settings, crew: Any) -> None:
    result = run(project, crew.scheduler_address)
    assert (result.returncode, result.stderr) == (1, "")
    assert "SOT201" in result.stdout


def test_command_without_a_scheduler(project: Settings) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = "tcp://{}:{}".format(*silent.getsockname())
        result = run(project, address, patience=1)
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"ssot-lint: no Dask scheduler answers at {address}: ")
    assert (result.returncode, result.stdout) == (2, "")
    # Now nobody listens.
    again = run(project, address, patience=1)
    (line,) = again.stderr.splitlines()
    assert line.startswith(f"ssot-lint: no Dask scheduler answers at {address}: ")
    assert (again.returncode, again.stdout) == (2, "")


def test_command_without_workers(project: Settings) -> None:
    with started(0) as empty:
        result = run(project, empty.scheduler_address, patience=3)
        at = empty.scheduler_address
    assert (result.returncode, result.stdout, result.stderr) == (
        2,
        "",
        f"ssot-lint: the Dask cluster at {at} has no workers: start some with `dask worker {at}`\n",
    )


def test_command_with_workers_of_another_version(project: Settings, crew: Any, client: Any) -> None:
    client.run(foreign)
    result = run(project, crew.scheduler_address)
    (line,) = result.stderr.splitlines()
    assert "has ssot-lint 0.0.9 on Python 3.10" in line
    assert (result.returncode, result.stdout) == (2, "")


@pytest.mark.skipif(os.name != "posix", reason="needs SIGINT")
def test_interrupted_it_leaves_nothing_behind(project: Settings, crew: Any, client: Any) -> None:
    client.run(slow)
    words = ["check", "--no-cache", "--workers", f"dask:{crew.scheduler_address}"]
    process = subprocess.Popen(
        [sys.executable, "-c", "from ssot_lint.cli import entry; entry()", *words],
        cwd=project.root,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        assert soon(lambda: any(busy for _, busy in client.run(running).values()))
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=LIMIT) == (b"", b"")
        assert process.returncode == 130
    finally:
        process.kill()
        process.wait()
    assert soon(lambda: not any("ssot-lint" in name for name in list(crew.scheduler.clients)))
    assert soon(lambda: not crew.scheduler.tasks)
