"""The engine on whole projects: hostile files, any number of workers, unsaved text, and nothing ever executed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hub import KEYED_CONTRACT, KEYED_HUB
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ssot_lint.engine import run
from ssot_lint.facts.extract import extract
from ssot_lint.facts.parse import deep
from ssot_lint.model.options import RunOptions
from ssot_lint.model.rules import CODES
from ssot_lint.settings import loading

BAD = "from app.hub import Hub as OldHub\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "ssot-lint.toml").write_text(KEYED_CONTRACT)
    (tmp_path / "app").mkdir()
    (tmp_path / "app/__init__.py").write_text("")
    (tmp_path / "app/hub.py").write_text(KEYED_HUB)
    (tmp_path / "app/bad.py").write_text(BAD)
    return tmp_path


def found(root: Path, **options: object) -> list[tuple[str, int, str]]:
    read = loading.load(root / "ssot-lint.toml", codes=CODES)
    report = run.check(read, **options)  # type: ignore[arg-type]
    return [(one.path, one.span.line, one.code) for one in report.findings]


PLANTED = ("app/bad.py", 1, "SOT103")

HOSTILE = {
    "syntax": b"def f(:\n",
    "NUL": b"x = 1\0\n",
    "no UTF-8": b"x = '\xff'\n",
    "parentheses": b"x = " + b"(" * 5000 + b")" * 5000,
    "sum": b"x = " + b"+".join([b"a"] * 200_000),
    "attributes": b"x = a" + b".b" * 100_000,
    "calls": b"x = Hub" + b"()" * 50_000,
    "elif": b"if a: pass\n" + b"elif b: pass\n" * 10_000,
    "digits": b"x = " + b"9" * 5000,
    "cookie": b"# -*- coding: no-such-encoding -*-\n",
    "bytes": bytes(range(256)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_cannot_be_parsed_is_one_finding_and_stops_nothing(name: str, project: Path) -> None:
    data = HOSTILE[name]
    text = data if name == "cookie" else BAD.encode() + data
    (project / "app/hostile.py").write_bytes(text + (BAD.encode() if name == "cookie" else b""))
    got = found(project)
    assert PLANTED in got
    codes = {code for path, _, code in got if path == "app/hostile.py"}
    # How deep a nesting is read depends on the version of Python: then the file is judged like any other.
    deep_one = name in ("sum", "attributes", "calls", "elif")
    assert codes == {"SOT900"} or (deep_one and "SOT103" in codes)


TRICKY = {
    "mark": b"\xef\xbb\xbf" + BAD.encode(),
    "CRLF": BAD.replace("\n", "\r\n").encode(),
    "CR": BAD.replace("\n", "\r").encode(),
    "form feed": b"\x0c" + BAD.encode(),
    "compatibility letters": "from app.hub import Hub as Old\uff28ub\n".encode(),
    "utf-7": b"# -*- coding: utf-7 -*-\nfrom app.hub import Hub as OldH+AHU-b\n",
    "latin-1": b"# -*- coding: latin-1 -*-\nx = '\xe9'; from app.hub import Hub as OldHub\n",
    "backslash": b"from app.hub \\\n  import Hub \\\n  as OldHub\n",
}


@pytest.mark.parametrize("name", TRICKY)
def test_no_spelling_hides_a_name(name: str, project: Path) -> None:
    (project / "app/tricky.py").write_bytes(TRICKY[name])
    assert [code for path, _, code in found(project) if path == "app/tricky.py"] == ["SOT103"]


@pytest.mark.parametrize(
    "text",
    [
        "m = [OldHub] * 90000000\nm[0](1)\n",
        "t = (OldHub, OldHub)\n" + "t = (t, t)\n" * 60 + "t[0][0](1)\n",
        "class C0(OldHub): pass\n"
        + "".join(f"class C{i}(C{i - 1}): pass\n" for i in range(1, 500))
        + "C499(1)\n",
        "x = " + "lambda: " * 2000 + "OldHub\n",
        "a = OldHub\n" + "".join(f"a{i} = a{i - 1 if i else ''}\n" for i in range(300)),
    ],
)
def test_inference_is_bounded(text: str, project: Path) -> None:
    (project / "app/heavy.py").write_text(BAD + text)
    got = found(project)
    assert PLANTED in got
    assert ("app/heavy.py", 1, "SOT103") in got


def test_any_number_of_workers_gives_the_same(project: Path) -> None:
    for number in range(40):
        (project / f"app/m{number}.py").write_text(f"{BAD}\nhub_{number} = OldHub({number})\n")
    one = found(project, how=RunOptions(1))
    assert len(one) > 100
    assert found(project, how=RunOptions(2)) == one
    assert found(project, how=RunOptions(3)) == one


def test_unsaved_text_stands_for_the_file(project: Path) -> None:
    assert found(project, buffers={"app/bad.py": b"x = 1\n"}) == [("ssot-lint.toml", 1, "SOT903")]
    extra = found(project, buffers={"app/new.py": BAD.encode()})
    assert ("app/new.py", 1, "SOT103") in extra


def test_paths_narrow_the_report_and_not_the_index(project: Path) -> None:
    (project / "app/user.py").write_text("from app.bad import OldHub\n\nhub = OldHub(1)\n")
    whole = found(project)
    assert found(project, paths=["app/user.py"]) == [one for one in whole if one[0] == "app/user.py"]
    assert ("app/user.py", 3, "SOT201") in whole


@pytest.mark.parametrize(
    ("use", "more"),
    [
        ("", ", and remove it here"),
        ("hub: Hub\n", ""),
        ("def serve(hub: 'Hub') -> None: ...\n", ""),
        ("print(Hub.create)\n", ""),
        ("Hub()\n", ""),
        ("class Sub(Hub): ...\n", ""),
        ("try: ...\nexcept Hub: ...\n", ""),
        ("@Hub\ndef serve() -> None: ...\n", ""),
        ("__all__ = ['Hub']\n", ", and remove it here"),
        ("__all__ = ['Hub']\nhub: Hub\n", ", and take it out of `__all__`"),
    ],
)
def test_nobody_is_told_to_remove_a_name_that_the_file_needs(use: str, more: str, project: Path) -> None:
    (project / "app/api.py").write_text(f"from app.hub import Hub\n{use}")
    (project / "app/user.py").write_text("from app.api import Hub\n")
    read = loading.load(project / "ssot-lint.toml", codes=CODES)
    advice = [one.advice for one in run.check(read).findings if one.code == "SOT105"]
    assert advice == [f"let importers take it from app.hub{more}"]


def test_what_a_facade_itself_needs_may_be_a_cycle(project: Path) -> None:
    (project / "ssot-lint.toml").write_text('[contracts.hub]\ncanonical = "app.Hub"\n')
    (project / "app/__init__.py").write_text("from app.early import first\nfrom app.hub import Hub\n")
    (project / "app/early.py").write_text("from app.hub import Hub\n\n\ndef first() -> Hub: ...\n")
    (project / "app/bad.py").unlink()
    (project / "main.py").write_text("from app.hub import Hub\n")
    read = loading.load(project / "ssot-lint.toml", codes=CODES)
    assert {one.path: one.advice for one in run.check(read).findings} == {
        "app/early.py": "import it from app; where that is a cycle, name this path in `also-at`",
        "main.py": "import it from app",
    }


@pytest.mark.parametrize(
    ("more", "advice"),
    [
        ('factories = ["app.make", "app.hub.hub_for"]', "call app.hub.hub_for"),
        ('factories = ["app.make"]\nbuild-in = ["app.main"]', "build it in app.main"),
        ('factories = ["app.make"]', "correct the contract's `factories`, and call one"),
        ('factories = ["app.make.KINDS"]', "correct the contract's `factories`, and call one"),
        ('factories = ["app.make.one"]', "correct the contract's `factories`, and call one"),
    ],
)
def test_what_cannot_be_called_is_not_recommended(more: str, advice: str, project: Path) -> None:
    (project / "ssot-lint.toml").write_text(f'[contracts.hub]\ncanonical = "app.hub.Hub"\n{more}\n')
    (project / "app/make.py").write_text("from app.hub import Hub\n\nKINDS = {}\none = Hub('ada')\n")
    (project / "app/bad.py").write_text("from app.hub import Hub\n\nprint(Hub('ada'))\n")
    read = loading.load(project / "ssot-lint.toml", codes=CODES)
    found = run.check(read).findings
    assert [one.advice for one in found if (one.path, one.code) == ("app/bad.py", "SOT201")] == [advice]


@pytest.mark.parametrize(
    ("home", "advice"),
    [
        ("app.hub", "go through app.hub"),
        ("app.*", "go through a module of app"),
        ("app.hub.**", "go through app.hub or a module below it"),
    ],
)
def test_a_pattern_of_modules_is_said_in_words(home: str, advice: str, project: Path) -> None:
    (project / "ssot-lint.toml").write_text(
        f'[contracts.env]\nkind = "gateway"\nprimitives = ["os.environ"]\nhome = ["{home}"]\n'
    )
    (project / "main.py").write_text("import os\n\nprint(os.environ)\n")
    read = loading.load(project / "ssot-lint.toml", codes=CODES)
    assert [one.advice for one in run.check(read).findings if one.code == "SOT502"] == [advice]


def test_why_also_says_why_nothing_is_reported(project: Path) -> None:
    (project / "app/good.py").write_text("from app.hub import Hub\n")
    read = loading.load(project / "ssot-lint.toml", codes=CODES)
    texts = [step.text for step in run.why(read, "app/good.py", 1)]
    assert texts[0].startswith("`Hub` is app.hub.Hub itself")
    assert "nothing is reported here" in texts
    assert "holds none of the names" in run.why(read, "app/__init__.py", 1)[0].text
    assert "not part of the project" in run.why(read, "app/gone.py", 1)[0].text


def test_nothing_of_the_project_is_imported_or_executed(project: Path) -> None:
    mark = project / "mark"
    trap = f"open({str(mark)!r}, 'w').close()\n"
    names = [
        "functools",
        "copy",
        "json",
        "typing",
        "sitecustomize",
        "astroid",
        "conftest",
        "setup",
        "app/trap",
    ]
    for name in names:
        (project / f"{name}.py").write_text(
            trap + BAD + "import functools, copy\nfrom typing import cast\nh = functools.partial(OldHub)\n"
            "g = copy.copy(h())\nk = getattr(g, 'x')\nk()\n"
        )
    code = "from ssot_lint.cli import entry; entry()"
    environment = {**os.environ, "PYTHONPATH": ""}
    result = subprocess.run(
        [sys.executable, "-I", "-c", code, "check", "--format", "concise"],
        cwd=project,
        capture_output=True,
        text=True,
        timeout=600,
        env=environment,
        check=False,
    )
    assert result.returncode == 1, result.stderr
    assert "app/trap.py:2" in result.stdout
    assert not mark.exists()


SOURCE = Path(os.__file__).read_bytes()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.integers(0, len(SOURCE) - 2000),
    st.lists(st.tuples(st.integers(0, 1999), st.binary(max_size=3)), max_size=5),
)
def test_facts_are_had_of_any_bytes(start: int, changes: list[tuple[int, bytes]]) -> None:
    data = SOURCE[start : start + 2000]
    for place, new in changes:
        data = data[:place] + new + data[place + len(new) :]
    asked = frozenset({"name", "path", "environ", "fspath"})
    facts = deep(lambda: extract(data, asked))
    assert facts.problem or facts == deep(lambda: extract(data, asked))
