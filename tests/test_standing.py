"""A project that is edited again and again: what stays in memory says the same as a run that knows nothing."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

import pytest

from ssot_lint.engine import run
from ssot_lint.engine.judgements import Judge
from ssot_lint.engine.standing import StandingVerdict
from ssot_lint.engine.warm import Unsaved, Warm
from ssot_lint.model.finding import Finding
from ssot_lint.model.options import RunOptions
from ssot_lint.model.rules import CODES
from ssot_lint.settings import workspace

CHAT = Path(__file__).parent.parent / "examples" / "chat"
SETTINGS = """\
[contracts.hub]
canonical = "app.hub.Hub"
factories = ["app.hub.make"]
retired = ["Relay", "Old*"]
"""
FILES = {
    "ssot-lint.toml": SETTINGS,
    "app/__init__.py": "",
    "app/hub.py": "class Hub:\n    users = {}\n\n\ndef make():\n    return Hub()\n",
    "app/shim.py": "from app.hub import Hub as Kin\n",
    "app/jobs.py": "from app.shim import Kin\n\nhub = Kin()\n",
    "app/star.py": "from app.shim import *\n\n\ndef job():\n    return Kin()\n",
    "app/other.py": "import os\n\nprint(os.name)\n",
    "app/deeper.py": "from app.jobs import Kin as Deep\n\n\nclass Deeper(Deep): ...\n",
}
LINES = (
    "from app.hub import Hub",
    "from app.hub import Hub as {name}",
    "from app.shim import *",
    "from app.shim import Kin as {name}",
    "from app.jobs import {name}",
    "from app.star import {name}",
    "from app import shim as {name}",
    "import app.hub as {name}",
    "{name} = Hub",
    "{name} = Kin()",
    "class {name}(Hub): ...",
    "class Hub: ...",
    "def {name}(): return Hub()",
    "def __getattr__(name): return Hub",
    "__all__ = ['{name}', 'Hub']",
    "SHARED = {name}()",
    "    _typed = {name}",
    "Hub.users[1] = 2",
    "def put(hub: {name}): hub.users.update(one=1)",
    "    def keep(self): self.users[2] = 1",
    "x = (",
    "# ssot: allow[SOT201] as it was",
    "try:\n    from app.hub import Hub\nexcept ImportError:\n    Hub = {name}",
    "del {name}",
    "",
)
NAMES = ("Kin", "Deep", "Deeper", "Fresh", "Relay", "OldHub", "Hub", "hub")


def written(folder: Path) -> Path:
    for path, text in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def edited(chance: random.Random, text: str) -> str:
    lines = text.split("\n")
    match chance.randrange(5):
        case 0 | 1:
            at = chance.choice((0, len(lines) - 1, chance.randrange(len(lines))))
            lines.insert(at, chance.choice(LINES).format(name=chance.choice(NAMES)))
        case 2:
            del lines[chance.randrange(len(lines))]
        case 3:
            at = chance.randrange(len(lines))
            lines[at] = lines[at].replace(chance.choice(NAMES), chance.choice(NAMES))
        case _:
            lines.append(chance.choice(LINES).format(name=chance.choice(NAMES)))
    return "\n".join(lines)


def cold(folder: Path, buffers: dict[str, bytes]) -> tuple[Finding, ...]:
    settings = workspace.load(folder / "ssot-lint.toml", codes=CODES)
    return run.check(settings, buffers=buffers, how=RunOptions(workers=1)).findings


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many files each edit took in, where nothing was put together anew."""
    found: list[int] = []
    real = StandingVerdict.edited

    def edited(*given: object) -> object:
        verdict = real(*given)  # type: ignore[arg-type]
        found.append(len(given[2]))  # type: ignore[arg-type]
        return verdict

    monkeypatch.setattr(StandingVerdict, "edited", edited)
    return found


def _of(found: Iterable[Finding], paths: set[str], *, inside: bool = True) -> list[Finding]:
    """The findings in some files, or in all others; those in settings are about all files."""
    own = [one for one in found if one.path.endswith(".py")]
    return [one for one in own if (one.path in paths) == inside]


@pytest.mark.parametrize("seed", range(6))
def test_equal_to_a_cold_run_after_each_edit(seed: int, tmp_path: Path, counted: list[int]) -> None:
    chance = random.Random(seed)
    folder = written(tmp_path)
    warm = Warm(str(folder))
    buffers: dict[str, str] = {}
    new: dict[str, bytes] = {}
    added: list[str] = []
    settings = workspace.load(folder / "ssot-lint.toml", codes=CODES)
    seen = set()
    shown: tuple[Finding, ...] = ()
    open_after: list[int] = []
    for step in range(50):
        path = chance.choice([path for path in FILES if path.endswith(".py")])
        match chance.randrange(24):
            case 0:
                buffers.pop(path, None)
            case 1:
                # On the disk, and told.
                target = folder / chance.choice((path, "app/fresh.py", "fresh/__init__.py"))
                target.parent.mkdir(exist_ok=True)
                if target.exists() and chance.random() < 0.5:
                    target.unlink()
                else:
                    target.write_text(edited(chance, target.read_text() if target.exists() else ""))
                warm.disk.look_again()
            case 2:
                buffers["app/unsaved.py"] = edited(chance, buffers.get("app/unsaved.py", ""))
            case 3:
                text = SETTINGS.replace("Relay", chance.choice(NAMES[:6]))
                (folder / "ssot-lint.toml").write_text(text)
            case 4:
                warm.disk.look_again()
            case 5:
                warm.prepare(settings, Unsaved(new, added))
            case _:
                there = (folder / path).read_text() if (folder / path).exists() else ""
                buffers[path] = edited(chance, buffers.get(path, there))
        new = {path: text.encode() for path, text in buffers.items()}
        added = [path for path in new if not (folder / path).exists()]
        settings = workspace.load(folder / "ssot-lint.toml", codes=CODES)
        if chance.random() < 0.5:
            # Some files are waited for; of the others that are still to be judged everything stays as it was shown.
            first = {path, *chance.sample(sorted(FILES), chance.randrange(3))}
            part = warm.judged(settings, Unsaved(new, added), first=first)
            left = {*part.verdict.open}
            assert left.isdisjoint(first)
            by_now = part.report().findings
            right = cold(folder, new)
            assert _of(by_now, left, inside=False) == _of(right, left, inside=False), (seed, step, new)
            assert _of(by_now, left) == _of(shown, left), (seed, step, new)
            open_after.append(len(left))
            shown = by_now
            seen.add(shown)
            if chance.random() < 0.5:
                continue
        got = warm.judged(settings, Unsaved(new, added)).report().findings
        assert got == cold(folder, new), (seed, step, new)
        shown = got
        seen.add(got)
    assert len(seen) > 15
    assert len(counted) > 20
    assert any(open_after)


HOME = FILES["app/hub.py"]


@pytest.mark.parametrize(
    ("text", "most"),
    [
        (f"{HOME}# a remark\n", 1),
        (HOME.replace("def make", "# a remark\ndef make"), 2),
        # The evidence of all findings ends at the class.
        (f"# a remark\n{HOME}", 6),
        (f"{HOME}\n\nother = Hub()\n", 9),
    ],
)
def test_what_moves_in_the_home_is_judged_anew_where_it_is_shown(
    text: str, most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = written(tmp_path)
    warm = Warm(str(folder))
    settings = workspace.load(folder / "ssot-lint.toml", codes=CODES)
    new = {"app/jobs.py": b"from app.shim import Kin\n"}
    for texts in ({}, new):
        warm.judged(settings, Unsaved(texts))
    paths: list[str] = []
    real = Judge.judgement

    def judgement(judging: Judge, path: str) -> object:
        paths.append(path)
        return real(judging, path)

    monkeypatch.setattr(Judge, "judgement", judgement)
    new["app/hub.py"] = text.encode()
    found = warm.judged(settings, Unsaved(new)).report().findings
    number = len(paths)
    assert found == cold(folder, new)
    assert 0 < number <= most


def test_a_name_that_is_new_is_asked_of_other_files_without_a_look_at_everything(
    tmp_path: Path, counted: list[int]
) -> None:
    folder = written(tmp_path)
    warm = Warm(str(folder))
    settings = workspace.load(folder / "ssot-lint.toml", codes=CODES)
    new = {"app/jobs.py": b"from app.shim import Fresh\n\nhub = Fresh()\n"}
    for texts in ({}, new):
        warm.judged(settings, Unsaved(texts))
    counted.clear()
    new["app/shim.py"] = b"from app.hub import Hub as Fresh\n"
    found = warm.judged(settings, Unsaved(new)).report().findings
    assert found == cold(folder, new)
    assert "app/jobs.py" in {one.path for one in found}
    assert counted == [1]
