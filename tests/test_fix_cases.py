"""What `ssot-lint fix` once did wrong, each as a small project."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_cli import run

CONTRACT = """\
[tool.ssot-lint.contracts.hub]
canonical = "app.hub.Hub"
retired = ["OldHub"]
"""
FILES = {
    "pyproject.toml": CONTRACT,
    "app/__init__.py": "",
    "app/hub.py": "class Hub:\n    VERSION = 3\n",
    "app/old.py": "from app.hub import Hub as OldHub\n",
}


def fixed(folder: Path, path: str, text: str, *options: str, contract: str = CONTRACT, **others: str) -> str:
    """What becomes of a file beside others, whose paths have ``__`` for ``/``."""
    more = {f"{name.replace('__', '/')}.py": one for name, one in others.items()}
    for name, one in {**FILES, "pyproject.toml": contract, **more, path: text}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if one or not (folder / name).exists():
            (folder / name).write_bytes(one.encode("utf-8"))
    done = run("fix", "--no-cache", *options, cwd=folder)
    assert done.returncode in (0, 1), done.stderr
    return (folder / path).read_bytes().decode("utf-8")


def test_what_follows_the_symbol_in_a_path_stays(tmp_path: Path) -> None:
    text = (
        "from app import old\n\n\ndef show(call):\n    call(old.OldHub.VERSION.real)\n    return old.OldHub\n"
    )
    new = "from app.hub import Hub\n\n\ndef show(call):\n    call(Hub.VERSION.real)\n    return Hub\n"
    assert fixed(tmp_path, "app/user.py", text) == new


def test_what_follows_the_symbol_in_a_path_of_modules_stays(tmp_path: Path) -> None:
    text = "import app.old\n\n\ndef show():\n    return app.old.OldHub.VERSION.real\n"
    new = "import app.hub\n\n\ndef show():\n    return app.hub.Hub.VERSION.real\n"
    assert fixed(tmp_path, "app/user.py", text) == new


def test_what_goes_at_the_end_of_a_file_leaves_no_gap(tmp_path: Path) -> None:
    text = "from app.hub import Hub\n\nKINDS = [Hub]\n\n\n_alias = Hub"
    assert fixed(tmp_path, "app/user.py", text) == "from app.hub import Hub\n\nKINDS = [Hub]"
    assert fixed(tmp_path, "app/user.py", f"{text}\n") == "from app.hub import Hub\n\nKINDS = [Hub]\n"


def test_what_a_test_puts_in_the_place_of_the_own_name_is_seen_by_no_other(tmp_path: Path) -> None:
    text = "from app.hub import Hub\nfrom app.old import OldHub\n\n\ndef show():\n    return Hub, OldHub\n"
    test = "import app.user\n\n\ndef test(monkeypatch):\n    monkeypatch.setattr(app.user, 'Hub', 4)\n"
    assert fixed(tmp_path, "app/user.py", text, tests__test_user=test) == text


def test_a_name_that_a_function_has_from_outside_is_not_bound_in_it(tmp_path: Path) -> None:
    text = (
        "from app.hub import Hub\n\n\ndef show(old):\n    if old:\n"
        "        from app.old import OldHub\n\n        return OldHub\n    return Hub\n"
    )
    assert fixed(tmp_path, "app/user.py", text) == text


def test_what_is_kept_to_be_put_back_stays(tmp_path: Path) -> None:
    text = (
        "import app.hub\n\n\ndef test():\n    kept = app.hub.Hub\n    app.hub.Hub = 3\n"
        "    try:\n        assert app.hub.Hub == 3\n    finally:\n        app.hub.Hub = kept\n"
    )
    assert fixed(tmp_path, "tests/test_user.py", text) == text


def test_what_is_kept_before_a_patch_stays(tmp_path: Path) -> None:
    text = (
        "from unittest import mock\n\nfrom app.hub import Hub\n\n\ndef test():\n    real = Hub\n"
        "    with mock.patch('tests.test_user.Hub'):\n        assert Hub is not real\n"
    )
    assert fixed(tmp_path, "tests/test_user.py", text) == text


def test_who_sees_what_a_test_assigns_to_a_module_goes_on_to(tmp_path: Path) -> None:
    text = "def show():\n    from app.old import OldHub\n\n    return OldHub\n"
    test = "import app.old\n\n\ndef test():\n    app.old.OldHub = 3\n"
    assert fixed(tmp_path, "app/user.py", text, tests__test_user=test) == text


def test_who_does_not_see_what_a_test_puts_at_home_does_not_later(tmp_path: Path) -> None:
    text = "import app.old\n\n\ndef show():\n    return app.old.OldHub\n"
    test = "from unittest import mock\n\n\ndef test():\n    with mock.patch('app.hub.Hub'):\n        pass\n"
    assert fixed(tmp_path, "app/user.py", text, tests__test_user=test) == text
    by_name = "import app.old as old\n\n\ndef show():\n    return old.OldHub\n"
    new = "from app.hub import Hub\n\n\ndef show():\n    return Hub\n"
    assert fixed(tmp_path, "app/user.py", by_name, tests__test_user=test) == new


def test_the_name_of_a_module_of_the_package_is_not_taken(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": CONTRACT.replace("Hub", "hub").replace("Old", "old_"),
        "app/hub.py": "def hub():\n    pass\n",
        "app/old.py": "",
    }
    text = "from app.hub import hub as old_hub\n"
    for name, one in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(one, encoding="utf-8")
    (tmp_path / "app/__init__.py").write_text(text, encoding="utf-8")
    run("fix", "--no-cache", cwd=tmp_path)
    assert (tmp_path / "app/__init__.py").read_text(encoding="utf-8") == text


def test_a_fallback_stays_where_an_import_finds_no_name(tmp_path: Path) -> None:
    text = "try:\n    from app.hub import Hub\nexcept ImportError:\n    Hub = None\n"
    more = {
        "app__hub": "import app.more\n\n\nclass Hub:\n    pass\n",
        "app__more": "from app import nothing\n",
    }
    assert fixed(tmp_path, "app/user.py", text, **more) == text
    more["app__more"] = "from app import old\n"
    assert fixed(tmp_path, "app/user.py", text, **more) == text
    more["app__more"] = "from app import other\n"
    more["app__other"] = ""
    assert fixed(tmp_path, "app/user.py", text, **more) == "from app.hub import Hub\n"


def test_a_shim_without_importers_is_another_name_and_no_new_finding(tmp_path: Path) -> None:
    text = "from app.old import OldHub\n\nprint(OldHub)\n"
    other = "from app.hub import Hub as H9\n\nprint(H9)\n"
    contract = CONTRACT.replace('retired = ["OldHub"]\n', "")
    new = "from app.hub import Hub\n\nprint(Hub)\n"
    assert fixed(tmp_path, "app/user.py", text, contract=contract, app__second=text, app__third=other) == new
    for path in ("app/second.py", "app/third.py"):
        assert (tmp_path / path).read_text(encoding="utf-8") == new
    # Nobody needs the other name any more.
    assert (tmp_path / "app/old.py").read_text(encoding="utf-8") == "from app.hub import Hub\n"


def test_what_is_said_of_a_name_stays_with_it(tmp_path: Path) -> None:
    text = "from app.hub import Other  # the other\nfrom app.old import OldHub  # the thing\n\nprint(OldHub, Other)\n"
    new = (
        "from app.hub import Hub  # the thing\nfrom app.hub import Other  # the other\n\nprint(Hub, Other)\n"
    )
    hub = f"{FILES['app/hub.py']}\n\nclass Other:\n    pass\n"
    old = f"{FILES['app/old.py']}one = 1\n"
    assert fixed(tmp_path, "app/user.py", text, app__hub=hub, app__old=old) == new
    text = "from app.old import (\n    OldHub,  # the thing\n    one,  # a number\n)\n\nprint(OldHub, one)\n"
    new = "from app.hub import Hub  # the thing\nfrom app.old import (\n    one,  # a number\n)\n\nprint(Hub, one)\n"
    assert fixed(tmp_path, "app/user.py", text, app__hub=hub, app__old=old) == new
    text = "from app.hub import Other\nfrom app.old import OldHub  # noqa: F401\n\nprint(OldHub, Other)\n"
    new = "from app.hub import Hub, Other\n\nprint(Hub, Other)\n"
    assert fixed(tmp_path, "app/user.py", text, app__hub=hub, app__old=old) == new


def test_a_module_stays_imported_where_a_string_reaches_it(tmp_path: Path) -> None:
    text = "import operator\nimport app.old\n\n\ndef show(this):\n    print(app.old.OldHub)\n"
    by_string = '    return operator.attrgetter("app.old.OldHub.VERSION")(this)\n'
    new = "import operator\n{}import app.hub\n\n\ndef show(this):\n    print(app.hub.Hub)\n"
    assert fixed(tmp_path, "app/user.py", text) == new.format("")
    # The other name goes where it is bound, and with it in the string.
    kept = new.format("import app.old\n") + by_string.replace("OldHub", "Hub")
    assert fixed(tmp_path, "app/user.py", text + by_string) == kept


def test_a_fallback_stays_where_a_package_around_what_is_imported_closes_a_cycle(tmp_path: Path) -> None:
    text = (
        "try:\n    from app.hub import Hub\nexcept (ImportError, AttributeError):\n"
        "    class Hub:\n        pass\n"
    )
    files = {
        "app__hub": "from app.sub.two import two\n\n\nclass Hub:\n    VERSION = 3\n",
        "app__old": "from app.hub import Hub\n",
        "app__sub__two": "two = 2\n",
    }
    around = tmp_path / "app" / "sub" / "__init__.py"
    around.parent.mkdir(parents=True)
    around.write_text("from ..old import *\n")
    assert fixed(tmp_path, "app/user.py", text, **files) == text
    # A package around it that imports nothing of this is no reason.
    around.write_text("import json\n")
    assert fixed(tmp_path, "app/user.py", text, **files) == "from app.hub import Hub\n"


@pytest.mark.parametrize(("first", "is_mended"), [("from app.user import go\n\n", False), ("", True)])
def test_a_module_that_imports_the_file_may_lack_the_name(
    first: str, is_mended: bool, tmp_path: Path
) -> None:
    text = "from app import hub as old\n\n\ndef go():\n    return old._Hub.VERSION\n"
    files = {
        "app___impl": "class _Hub:\n    VERSION = 3\n",
        "app__hub": f"{first}from app._impl import _Hub\n\nHub = _Hub\n",
    }
    mended = "from app.hub import Hub\n\n\ndef go():\n    return Hub.VERSION\n"
    contract = CONTRACT + 'implementation = "app._impl._Hub"\n'
    got = fixed(tmp_path, "app/user.py", text, contract=contract, **files)
    assert got == (mended if is_mended else text)


def test_what_a_handler_tries_is_no_fallback_of_its_own(tmp_path: Path) -> None:
    inner = "    try:\n        from app.hub import Hub\n    except ImportError:\n        Hub = None\n"
    text = f"try:\n    from fast.hub import Hub\nexcept ImportError:\n{inner}"
    left = "try:\n    from fast.hub import Hub\nexcept ImportError:\n    from app.hub import Hub\n"
    fixed(tmp_path, "app/user.py", text, "--diff")
    found = json.loads(run("check", "--no-cache", "--format", "json", cwd=tmp_path).stdout)["findings"]
    tiers = [one["fix"]["applicability"] for one in found if one["code"] == "SOT106"]
    assert tiers == ["display", "safe"]
    assert fixed(tmp_path, "app/user.py", text) == left


USER = "from app.old import OldHub\n\n\ndef show():\n    return OldHub\n"


@pytest.mark.parametrize(
    "text",
    [
        "import importlib\n\nuser = importlib.import_module('app.user')\n\nprint(user.OldHub.VERSION)\n",
        "import app.user\n\n\ndef take(module):\n    return module.OldHub\n\n\ntake(app.user)\n",
        "from . import user\n\n\ndef show():\n    module = user\n    return module.OldHub.VERSION\n",
        "import app.user\n\n\ndef show():\n    return app.user.OldHub.VERSION  # ssot: allow[SOT103] it stays\n",
        "import app.user\n\nprint(eval('OldHub', vars(app.user)))\n",
    ],
)
def test_a_name_stays_that_another_file_may_take(tmp_path: Path, text: str) -> None:
    assert fixed(tmp_path, "app/user.py", USER, app__other=text) == USER


def test_a_name_stays_that_an_attrgetter_takes(tmp_path: Path) -> None:
    text = f"import operator\nimport sys\n\n{USER}\n\noperator.attrgetter('OldHub.VERSION')(sys.modules[__name__])\n"
    assert fixed(tmp_path, "app/user.py", text) == text


def test_a_pattern_does_not_become_one_that_matches_everything(tmp_path: Path) -> None:
    text = "from app import old\n\n\ndef show(it):\n    match it:\n        case old.OldHub:\n            return 1\n"
    assert fixed(tmp_path, "app/user.py", text) == text


@pytest.mark.parametrize(
    "text",
    [
        "    if old:\n        kind = Hub\n    return kind\n",
        "    for _ in old:\n        print(kind)\n        kind = Hub\n",
        "    try:\n        kind = Hub\n    finally:\n        print(kind)\n",
    ],
)
def test_an_alias_stays_that_may_have_no_value_yet(tmp_path: Path, text: str) -> None:
    whole = f"from app.hub import Hub\n\n\ndef show(old):\n{text}"
    assert fixed(tmp_path, "app/user.py", whole) == whole


@pytest.mark.parametrize("text", ["OldHub.VERSION=", "isinstance(1, OldHub) = !r"])
def test_what_an_f_string_shows_stays(tmp_path: Path, text: str) -> None:
    whole = f"from app.old import OldHub\n\nprint(f'{{{text}}}')\n"
    assert fixed(tmp_path, "app/user.py", whole) == whole


@pytest.mark.parametrize("rest", ["__all__ = ['lib']", "print(eval('lib.old'))"])
def test_an_import_stays_by_whose_name_something_else_reads(tmp_path: Path, rest: str) -> None:
    text = f"import lib.old\n\nprint(lib.old.OldHub)\n{rest}\n"
    new = f"import app.hub\nimport lib.old\n\nprint(app.hub.Hub)\n{rest}\n"
    assert fixed(tmp_path, "app/user.py", text, lib__old=FILES["app/old.py"]) == new


def test_an_import_stays_in_a_function_that_reads_names_when_it_runs(tmp_path: Path) -> None:
    factory = "\n\ndef get(user):\n    return Hub()\n"
    more = {"app__hub": FILES["app/hub.py"] + factory}
    contract = CONTRACT + 'factories = ["app.hub.get"]\nisolated-by = ["user"]\n'
    text = "def show(user):\n    from app.hub import Hub\n\n    return Hub(), eval('Hub')\n"
    new = text.replace("Hub\n", "Hub, get\n").replace("Hub(),", "get(user=user),")
    assert fixed(tmp_path, "app/user.py", text, "--unsafe-fixes", contract=contract, **more) == new


def test_the_comment_of_an_import_stays(tmp_path: Path) -> None:
    text = "import app.old  # why\n\nprint(app.old.OldHub)\n"
    assert fixed(tmp_path, "app/user.py", text) == "import app.hub  # why\n\nprint(app.hub.Hub)\n"
    text = "import app.old as old  # why\n\nprint(old.OldHub)\n"
    assert fixed(tmp_path, "app/user.py", text) == "from app.hub import Hub  # why\n\nprint(Hub)\n"


def test_a_circle_of_imports_is_not_begun_at_another_place(tmp_path: Path) -> None:
    more = {
        "app__hub": "import app.more\n\n\nclass Hub:\n    pass\n",
        "app__more": "from app.old import *\n",
        "app__old": "import app.hub\n\nOldHub = app.hub.Hub\n",
    }
    text = "from app.old import OldHub\n\nprint(OldHub)\n"
    assert fixed(tmp_path, "app/user.py", text, **more) == text


def test_a_shim_stays_by_which_a_module_is_loaded(tmp_path: Path) -> None:
    text = 'from .hub import Hub\n\n__all__ = ["Hub"]\n'
    user = "import app\n\nprint(app.hub.Hub)\n"
    assert fixed(tmp_path, "app/__init__.py", text, "--remove-shims", app__user=user) == text
    user = "import app.hub\n\nprint(app.hub.Hub)\n"
    assert fixed(tmp_path, "app/__init__.py", text, "--remove-shims", app__user=user) == "__all__ = []\n"


def test_a_circle_is_seen_though_the_package_imports_the_home(tmp_path: Path) -> None:
    more = {
        "app__impl": "class Hub:\n    pass\n",
        "app__hub": "import app.user\nfrom app.impl import Hub\n",
    }
    text = "from app.impl import Hub\n\nprint(Hub)\n"
    (tmp_path / "app").mkdir()
    (tmp_path / "app/__init__.py").write_text("from .hub import Hub\n", encoding="utf-8")
    assert fixed(tmp_path, "app/user.py", text, **more) == text


def test_a_package_is_not_asked_before_it_has_bound_the_name(tmp_path: Path) -> None:
    contract = CONTRACT.replace('"app.hub.Hub"', '"app.data.Hub"\nimplementation = "app.data.impl.Hub"')
    more = {
        "app__data__impl": "class Hub:\n    pass\n\n\nfrom .. import tool\n",
        "app__tool": "from . import data as parts\n\n\ndef make():\n    return parts.Hub()\n",
    }
    text = "from .impl import Hub\n\nKINDS = [Hub]\n"
    (tmp_path / "app/data").mkdir(parents=True)
    (tmp_path / "app/__init__.py").write_text("from .data import Hub\n", encoding="utf-8")
    package = tmp_path / "app/data/__init__.py"
    package.write_text("from .kinds import KINDS\nfrom .impl import Hub\n", encoding="utf-8")
    assert fixed(tmp_path, "app/data/kinds.py", text, contract=contract, **more) == text
    assert "app.data.kinds imports app.data imports app.data.kinds" in run("fix", cwd=tmp_path).stdout


def test_a_module_is_not_asked_while_it_imports_who_asks(tmp_path: Path) -> None:
    more = {
        "app__hub": "import app.user\n\n\nclass Hub:\n    pass\n",
        "app__old": "from app.hub import Hub as OldHub\n",
    }
    (tmp_path / "app").mkdir()
    (tmp_path / "app/__init__.py").write_text("from . import old\n", encoding="utf-8")
    text = "from app import old\n\n\ndef show():\n    return old.OldHub\n"
    assert fixed(tmp_path, "app/user.py", text, **more) == text


def test_a_module_is_asked_that_has_handed_the_name_on(tmp_path: Path) -> None:
    more = {
        "app__hub": "class Hub:\n    pass\n\n\nimport app.user\n",
        "app__old": "from app.hub import Hub as OldHub\n",
    }
    (tmp_path / "app").mkdir()
    (tmp_path / "app/__init__.py").write_text("from . import hub\n", encoding="utf-8")
    text = "from app.old import OldHub\n\nprint(OldHub)\n"
    assert fixed(tmp_path, "app/user.py", text, **more) == "from app.hub import Hub\n\nprint(Hub)\n"


def test_a_package_is_asked_that_is_imported_before_its_modules(tmp_path: Path) -> None:
    contract = CONTRACT.replace('"app.hub.Hub"', '"app.Hub"\nimplementation = "app.hub.Hub"')
    hub = "import app\n\n\nclass Hub:\n    def more(self):\n        return app.Hub\n"
    (tmp_path / "app").mkdir()
    (tmp_path / "app/__init__.py").write_text("from app.hub import Hub\n", encoding="utf-8")
    text = "from app.hub import Hub\n\nprint(Hub)\n"
    new = "from app import Hub\n\nprint(Hub)\n"
    assert fixed(tmp_path, "tests/test_user.py", text, contract=contract, app__hub=hub) == new


@pytest.mark.parametrize(
    ("excuse", "kept"),
    [
        ("  # noqa: E402", "  # noqa: E402"),
        ("  # noqa: F401, E402 it is so", "  # noqa: E402"),
        ("  # noqa: E402  isort:skip", "  # noqa: E402  # isort: skip"),
        ("  # isort: skip", "  # isort: skip"),
        ("  # noqa: F401", ""),
        ("  # isort: skip_file", ""),
    ],
)
def test_what_excuses_the_place_of_an_import_excuses_the_one_beside_it(
    excuse: str, kept: str, tmp_path: Path
) -> None:
    head = "import sys\n\nsys.path.append('.')\n\n"
    text = f"{head}from app.old import LIMIT, OldHub{excuse}\n\nprint(LIMIT, OldHub)\n"
    new = f"{head}from app.hub import Hub{kept}\nfrom app.old import LIMIT{excuse}\n\nprint(LIMIT, Hub)\n"
    assert fixed(tmp_path, "app/user.py", text) == new
    text = f"{head}import app.old{excuse}\n\nprint(app.old.LIMIT, app.old.OldHub)\n"
    new = f"{head}import app.hub{kept}\nimport app.old{excuse}\n\nprint(app.old.LIMIT, app.hub.Hub)\n"
    assert fixed(tmp_path, "app/user.py", text) == new
    text = f"{head}from app.old import (LIMIT,{excuse}\n    OldHub)\n\nprint(LIMIT, OldHub)\n"
    assert f"\nfrom app.hub import Hub{kept}\n" in fixed(tmp_path, "app/user.py", text)


PLACES = {
    "chains": ["Chain"],
    "env": ["Env", "Tool"],
    "routes.map": ["Map"],
    "routes.rules": ["Rule"],
    "zoo": ["Ace"],
}
SEVERAL = "".join(
    f'[tool.ssot-lint.contracts.{name.lower()}]\ncanonical = "app.{module}.{name}"\n'
    for module, names in PLACES.items()
    for name in names
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("hub:Hub routes:Map routes:Rule zest:Z", "hub:Hub routes.map:Map routes.rules:Rule zest:Z"),
        ("api:Chain api:Env cold:C hub:Hub", "chains:Chain cold:C env:Env hub:Hub"),
        ("api:Chain api:Env api:Map dear:D", "chains:Chain dear:D env:Env routes.map:Map"),
        ("api:Map api:Rule base:B", "base:B routes.map:Map routes.rules:Rule"),
        ("api:Ace api:Env api:Tool base:B hub:Hub zest:Z", "base:B env:Env env:Tool hub:Hub zest:Z zoo:Ace"),
    ],
)
def test_imports_that_were_sorted_are_sorted_when_several_change(old: str, new: str, tmp_path: Path) -> None:
    def spelled(words: str) -> str:
        rows = [one.split(":") for one in words.split()]
        return "".join(f"from app.{module} import {name}\n" for module, name in rows) + "\nVALUE = 1\n"

    more = {
        f"app__{module.replace('.', '__')}": "\n\n".join(f"class {name}:\n    pass\n" for name in names)
        for module, names in PLACES.items()
    }
    more["app__api"] = "".join(f"from app.{module} import {', '.join(PLACES[module])}\n" for module in PLACES)
    (tmp_path / "app/routes").mkdir(parents=True)
    package = "from app.routes.map import Map\nfrom app.routes.rules import Rule\n"
    (tmp_path / "app/routes/__init__.py").write_text(package, encoding="utf-8")
    assert fixed(tmp_path, "tests/test_user.py", spelled(old), contract=SEVERAL, **more) == spelled(new)


@pytest.mark.parametrize(
    "spelled",
    [
        "f'{MODULE}.OldHub'",
        "f'{MODULE}.OldHub.VERSION'",
        "MODULE + '.OldHub'",
        "'%s.OldHub' % MODULE",
        "'{}.OldHub'.format(MODULE)",
        "f'{PACKAGE}.user.OldHub'",
        "f'{str(PACKAGE)}.user.OldHub'",
    ],
)
def test_a_name_stays_that_a_string_may_be_put_together_to(spelled: str, tmp_path: Path) -> None:
    test = (
        "from unittest import mock\n\nimport app.user\n\nPACKAGE = 'app'\nMODULE = f'{PACKAGE}.user'\n\n\n"
        f"def test():\n    with mock.patch({spelled}):\n        app.user.show()\n"
    )
    assert fixed(tmp_path, "app/user.py", USER, tests__test_user=test) == USER
    assert "tests/test_user.py:10 may name `app.user.OldHub`" in run("fix", cwd=tmp_path).stdout


@pytest.mark.parametrize(
    "spelled",
    [
        "f'{PACKAGE}.OldHub'",
        "PACKAGE + '.other.' + 'OldHub'",
        "f'{str(PACKAGE)}.other.OldHub'",
        "f'{str(PACKAGE)}.user.OldHubs'",
        "f'{str(PACKAGE)}: OldHub'",
    ],
)
def test_a_string_that_is_put_together_to_something_else_is_no_reason(spelled: str, tmp_path: Path) -> None:
    test = f"PACKAGE = 'app'\n\nprint({spelled})\n"
    new = USER.replace("app.old", "app.hub").replace("OldHub", "Hub")
    assert fixed(tmp_path, "app/user.py", USER, tests__test_user=test) == new


def test_an_f_string_without_a_hole_is_a_plain_string(tmp_path: Path) -> None:
    def test(name: str, module: str) -> str:
        return (
            "from unittest import mock\n\nimport app.user\n\n\ndef test():\n"
            f"    with mock.patch(f'app.user.{name}'), mock.patch(f'app.{module}.{name}.join'):\n"
            "        app.user.show()\n"
        )

    new = USER.replace("app.old", "app.hub").replace("OldHub", "Hub")
    assert fixed(tmp_path, "app/user.py", USER, tests__test_user=test("OldHub", "old")) == new
    assert (tmp_path / "tests/test_user.py").read_text(encoding="utf-8") == test("Hub", "hub")


@pytest.mark.parametrize(
    "row", ["({}, {})", "[3, {}, {}]", "pytest.param({}, {})", "dict(old={}, new={})", "{{{}: {}}}"]
)
def test_what_a_test_puts_beside_the_canonical_name_stays(row: str, tmp_path: Path) -> None:
    rows = row.format("old.OldHub", "hub.Hub")
    text = f"import pytest\n\nfrom app import hub, old\n\nROWS = [{rows}]\n\nKINDS = [old.OldHub]\n"
    assert fixed(tmp_path, "tests/test_user.py", text) == text
    assert "line 5 puts two names of one thing beside each other" in run("fix", cwd=tmp_path).stdout
    rows = row.format("OldHub", "Hub")
    text = f"import pytest\n\nfrom app.hub import Hub\nfrom app.old import OldHub\n\nROWS = [{rows}]\n"
    assert fixed(tmp_path, "tests/test_user.py", text) == text


def test_what_a_test_names_alike_twice_goes(tmp_path: Path) -> None:
    text = "from app.old import OldHub\n\nROWS = [(OldHub, OldHub), OldHub.VERSION]\n"
    new = "from app.hub import Hub\n\nROWS = [(Hub, Hub), Hub.VERSION]\n"
    assert fixed(tmp_path, "tests/test_user.py", text) == new


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("LIMIT, \\\n    OldHub", "LIMIT"),
        ("LIMIT \\\n    , OldHub", "LIMIT"),
        ("LIMIT, \\\n    OldHub  # why", "LIMIT  # why"),
        ("OldHub, \\\n    LIMIT", "LIMIT"),
        ("OldHub \\\n    , LIMIT", "LIMIT"),
        ("\\\n    OldHub, \\\n    LIMIT", "\\\n    LIMIT"),
        ("LIMIT, \\\n    OldHub, \\\n    MORE", "LIMIT, \\\n    MORE"),
        ("LIMIT, OldHub, \\\n    MORE", "LIMIT, \\\n    MORE"),
        ("LIMIT, \\\n    OldHub, MORE", "LIMIT, \\\n    MORE"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_name_goes_from_a_continued_line(newline: str, old: str, new: str, tmp_path: Path) -> None:
    more = {"app__old": f"{FILES['app/old.py']}LIMIT = MORE = 1\n"}
    text = f"from app.old import {old}\n\nprint(OldHub)\n".replace("\n", newline)
    done = f"from app.hub import Hub\nfrom app.old import {new}\n\nprint(Hub)\n".replace("\n", newline)
    assert fixed(tmp_path, "app/user.py", text, **more) == done


ONCE = "from app.hub import Hub\n"
OLD = f"{FILES['app/old.py']}other = 1\n"
NO_IMPORT = "except ImportError:  # never\n    # there is none\n    Hub = None  # so\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            f"{ONCE}from app.old import (  # why\n    # about it\n    OldHub,\n)\n\nprint(Hub, OldHub)\n",
            f"{ONCE}# why\n# about it\n\nprint(Hub, Hub)\n",
        ),
        (
            "from app.hub import get\nfrom app.old import (  # why\n    # about it\n"
            "    OldHub,\n    # end\n)\n\nprint(get, OldHub)\n",
            "from app.hub import Hub, get\n# why\n# about it\n# end\n\nprint(get, Hub)\n",
        ),
        (
            f"{ONCE}from app.old import (  # why\n    # about it\n"
            f"    OldHub,  # it\n    other,\n)\n\nprint(Hub, OldHub, other)\n",
            f"{ONCE}# about it\n# it\nfrom app.old import (  # why\n    other,\n)\n\nprint(Hub, Hub, other)\n",
        ),
        (
            "from app.hub import (\n    Hub,  # a, b\n    Hub as H\n)\n\nprint(H, Hub)\n",
            "from app.hub import (\n    Hub  # a, b\n)\n\nprint(Hub, Hub)\n",
        ),
        (
            f"{ONCE}from app.old import OldHub  # why\n\nprint(Hub, OldHub)\n",
            f"{ONCE}# why\n\nprint(Hub, Hub)\n",
        ),
        (
            f"{ONCE}from app.old import OldHub  # noqa: F401\n\nprint(Hub, OldHub)\n",
            f"{ONCE}\nprint(Hub, Hub)\n",
        ),
        (
            "from app import (  # why\n    # about it\n    old,\n)\n"
            "from app.hub import Hub\n\nprint(old.OldHub, Hub)\n",
            f"# why\n# about it\n{ONCE}\nprint(Hub, Hub)\n",
        ),
        (
            "import app.old  # why\nimport app.hub\n\nprint(app.old.OldHub, app.hub.Hub)\n",
            "# why\nimport app.hub\n\nprint(app.hub.Hub, app.hub.Hub)\n",
        ),
        (
            "def show():\n    from app.hub import Hub\n\n"
            "    if Hub:\n        from app.old import (  # why\n            OldHub,\n        )\n    return OldHub\n",
            "def show():\n    from app.hub import Hub\n\n    if Hub:\n        # why\n        pass\n    return Hub\n",
        ),
        (
            f"try:\n    # first\n    {ONCE}{NO_IMPORT}\nprint(Hub)\n",
            f"# first\n{ONCE}# never\n# there is none\n# so\n\nprint(Hub)\n",
        ),
        (
            f"from app.hub import get\n\ntry:\n    from app.hub import Hub  # it\n{NO_IMPORT}\nprint(Hub, get)\n",
            "from app.hub import Hub, get\n\n# it\n# never\n# there is none\n# so\n\nprint(Hub, get)\n",
        ),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_no_comment_is_lost(newline: str, old: str, new: str, tmp_path: Path) -> None:
    hub = f"{FILES['app/hub.py']}\n\ndef get(): ...\n"
    text = old.replace("\n", newline)
    assert fixed(tmp_path, "app/user.py", text, app__hub=hub, app__old=OLD) == new.replace("\n", newline)


def test_a_comment_of_an_alias_goes_only_where_a_person_looks(tmp_path: Path) -> None:
    said = f"{ONCE}\n# for the old client\n_Alias = Hub\n\n\ndef f():\n    kind = Hub  # why\n    return _Alias, kind\n"
    plain = said.replace("# for the old client\n", "").replace("  # why", "")
    assert fixed(tmp_path / "said", "app/user.py", said) == said
    assert "Alias" not in fixed(tmp_path / "plain", "app/user.py", plain)


TYPES = "from typing import TYPE_CHECKING\n\n"
FOR_TYPES = "if TYPE_CHECKING:\n    from app.hub import Hub\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (f"from app.old import OldHub\n{ONCE}\nprint(Hub, OldHub)\n", f"{ONCE}\nprint(Hub, Hub)\n"),
        (f"from app.shim import Hub\n{ONCE}\nprint(Hub)\n", f"{ONCE}\nprint(Hub)\n"),
        (
            f"from app.old import (\n    OldHub,  # it\n    other,\n)\n{ONCE}\nprint(Hub, OldHub, other)\n",
            f"# it\nfrom app.old import (\n    other,\n)\n{ONCE}\nprint(Hub, Hub, other)\n",
        ),
        (
            "from app.old import OldHub\n\nx = OldHub\n\nfrom app.hub import Hub, get\n\nprint(x, Hub, get)\n",
            f"{ONCE}\nx = Hub\n\nfrom app.hub import get\n\nprint(x, Hub, get)\n",
        ),
        (
            f"{TYPES}from app.old import OldHub\n\n{FOR_TYPES}\nprint(OldHub)\n",
            f"{TYPES}{ONCE}\nprint(Hub)\n",
        ),
        (
            f"{TYPES}{FOR_TYPES}\nfrom app.old import OldHub\n\nprint(OldHub)\n",
            f"{TYPES}{ONCE}\nprint(Hub)\n",
        ),
        (
            f"{TYPES}from app.old import OldHub\n\n{FOR_TYPES}    import os\n\nprint(OldHub)\n",
            f"{TYPES}{ONCE}\nif TYPE_CHECKING:\n    import os\n\nprint(Hub)\n",
        ),
        (
            f"try:\n    {ONCE}except ImportError:\n    Hub = None\n{ONCE}\nprint(Hub)\n",
            f"{ONCE}\nprint(Hub)\n",
        ),
        (
            f"{ONCE}try:\n    {ONCE}except ImportError:\n    Hub = None\n\nprint(Hub)\n",
            f"{ONCE}\nprint(Hub)\n",
        ),
    ],
)
def test_the_symbol_is_imported_once(old: str, new: str, tmp_path: Path) -> None:
    hub = f"{FILES['app/hub.py']}\n\ndef get(): ...\n"
    assert (
        fixed(
            tmp_path,
            "app/user.py",
            old,
            app__hub=hub,
            app__old=OLD,
            app__shim="from app.hub import Hub as Hub\n",
        )
        == new
    )


def test_what_needs_its_own_import_keeps_it(tmp_path: Path) -> None:
    """What an earlier branch imports for itself is not seen where only a later statement imports it."""
    text = (
        "import sys\n\nif sys.argv:\n    from app.hub import Hub\n\n    print(Hub)\n\n"
        "from app.old import OldHub\n\nprint(OldHub)\n"
    )
    new = text.replace("app.old", "app.hub").replace("OldHub", "Hub")
    assert fixed(tmp_path, "app/user.py", text) == new
