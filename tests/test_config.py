"""Settings: what is read, what each mistake is answered with, which file is found, and the JSON Schema."""

from __future__ import annotations

import datetime
import json
import os
import pickle
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import jsonschema
import pytest
import tomli
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ssot_lint.findings.selection import graded, is_selected
from ssot_lint.model.contracts import (
    KINDS,
    BaseContract,
    ClassContract,
    GatewayContract,
    VocabularyContract,
)
from ssot_lint.model.errors import ConfigError, Mistake, Unreadable
from ssot_lint.model.finding import Finding, Span
from ssot_lint.model.rules import ALL
from ssot_lint.settings import loading
from ssot_lint.settings.documents import Documents
from ssot_lint.settings.fields import Key, keys_of
from ssot_lint.settings.forms import FORMS
from ssot_lint.settings.members import Part
from ssot_lint.settings.schema import schema
from ssot_lint.settings.settings import Exemption, Settings

CODES = {rule.code: rule.name for rule in ALL}
ROOT = Path("/project")

FULL = """\
[project]
name = "chat"

[tool.ssot-lint]
src = [".", "src"]
exclude = ["vendor/**"]
tests = ["checks/**"]
select = ["SOT", "alias-import"]
ignore = ["SOT3"]
per-path-ignores = {"legacy/**" = ["SOT201", "retired-name"]}
severity = {SOT205 = "error", alias-import = "info"}
fail-on = "warning"
singletons = "all"
duplicates = "all"
similarity = 0.75
max-file-size = 1_000

[tool.ssot-lint.contracts.websocket-manager]
kind = "class"
canonical = "app.websocket.manager.WebSocketManager"
implementation = "app.websocket._unified._UnifiedManager"
retired = ["UnifiedWebSocketManager", "app.websocket.legacy.*", "*SocketMgr"]
factories = ["app.websocket.manager.get_websocket_manager"]
isolated-by = ["user_context"]
instances = "shared"
also-at = ["app.api.WebSocketManager"]
build-in = ["app.main", "wsgi"]
doubles = ["Mock*", "Fake*"]
local-rename = "allow"
references = ["load_backend", "settings.MANAGER_CLASS"]
duplicates = "similar"
similarity = 1
reason = "one manager"
suppressible = false

[tool.ssot-lint.contracts.config]
canonical = "app.config.Config"

[[tool.ssot-lint.exemptions]]
path = "legacy/**"
code = "direct-construction"
contract = "websocket-manager"
symbol = "WebSocketManager"
reason = "moves in spring"
until = 2027-03-01

[[tool.ssot-lint.exemptions]]
code = "SOT1"
reason = "later"
"""


# A slow machine is no failure.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def parse(
    text: str | bytes,
    name: str = "ssot-lint.toml",
    *,
    overrides: Mapping[str, object] | None = None,
    **files: str,
) -> Settings:
    """The settings of a file in the root; ``files`` are those that it can extend, without their ``.toml``."""
    others = {os.path.normpath(ROOT / f"{stem}.toml"): text.encode() for stem, text in files.items()}

    def read(file: Path) -> bytes:
        if os.path.normpath(file) not in others:
            raise Unreadable("cannot be read: it is not there")
        return others[os.path.normpath(file)]

    data = text.encode() if isinstance(text, str) else text
    return loading.parse(data, ROOT / name, overrides, codes=CODES, read=read)


def outcome(text: str | bytes, name: str = "ssot-lint.toml") -> Settings | ConfigError:
    try:
        return parse(text, name)
    except ConfigError as error:
        return error


def mistakes(text: str | bytes, name: str = "ssot-lint.toml", **more: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse(text, name, **more)
    assert str(caught.value).split("\n") == [str(mistake) for mistake in caught.value.mistakes]
    return [re.sub(r"^ssot-lint\.toml:(?=\d)", "", str(mistake)) for mistake in caught.value.mistakes]


# What is read.


def test_every_key_arrives() -> None:
    settings = parse(FULL, "pyproject.toml")
    assert settings == Settings(
        root=ROOT,
        file=ROOT / "pyproject.toml",
        src=(".", "src"),
        exclude=("vendor/**",),
        tests=("checks/**",),
        select=("SOT", "SOT101"),
        ignore=("SOT3",),
        per_path_ignores={"legacy/**": ("SOT201", "SOT103")},
        severity={"SOT205": "error", "SOT101": "info"},
        fail_on="warning",
        singletons="all",
        duplicates="all",
        similarity=0.75,
        max_file_size=1000,
        contracts=(
            ClassContract(
                name="websocket-manager",
                canonical="app.websocket.manager.WebSocketManager",
                implementation="app.websocket._unified._UnifiedManager",
                retired=("UnifiedWebSocketManager", "app.websocket.legacy.*", "*SocketMgr"),
                factories=("app.websocket.manager.get_websocket_manager",),
                isolated_by=("user_context",),
                instances="shared",
                also_at=("app.api.WebSocketManager",),
                build_in=("app.main", "wsgi"),
                doubles=("Mock*", "Fake*"),
                local_rename="allow",
                references=("load_backend", "settings.MANAGER_CLASS"),
                duplicates="similar",
                similarity=1.0,
                reason="one manager",
                suppressible=False,
            ),
            ClassContract(name="config", canonical="app.config.Config"),
        ),
        contract_lines={"websocket-manager": 18, "config": 36},
        exemptions=(
            Exemption(
                path="legacy/**",
                code="SOT201",
                contract="websocket-manager",
                symbol="WebSocketManager",
                reason="moves in spring",
                until=datetime.date(2027, 3, 1),
                line=39,
            ),
            Exemption(code="SOT1", reason="later", line=47),
        ),
        sources=settings.sources,
    )


def test_the_defaults() -> None:
    assert parse("") == Settings(root=ROOT, file=ROOT / "ssot-lint.toml")
    assert Settings(root=ROOT, file=ROOT).tests == ("tests/**", "**/test_*.py", "**/conftest.py")


def test_the_same_keys_stand_at_the_top_of_a_file_of_our_own() -> None:
    text = 'fail-on = "info"\n[contracts.a]\ncanonical = "a.B"\n'
    settings = parse(text)
    assert (settings.fail_on, settings.contracts[0].canonical, settings.contract_lines) == (
        "info",
        "a.B",
        {"a": 2},
    )


def test_a_byte_order_mark_is_no_mistake() -> None:
    assert parse(b"\xef\xbb\xbffail-on = 'info'").fail_on == "info"


@pytest.mark.parametrize(
    "text",
    [
        'contracts.a.canonical = "a.B"',
        'contracts = {a = {canonical = "a.B"}}',
        '[contracts]\na = {canonical = "a.B"}',
        '["contracts".\'a\']\n"canonical" = """a.B"""',
    ],
)
def test_toml_may_be_written_in_any_way(text: str) -> None:
    assert parse(text).contracts == (ClassContract(name="a", canonical="a.B"),)


def test_settings_travel_to_other_processes() -> None:
    settings = parse(FULL, "pyproject.toml")
    assert pickle.loads(pickle.dumps(settings)) == settings
    error = ConfigError([Mistake("a.toml", 3, "select", "is wrong")])
    assert pickle.loads(pickle.dumps(error)).mistakes == error.mistakes


# What is wrong: one example for each kind of mistake, with the whole of its answer.

NO_CODE = "is no code, prefix of codes or name of a rule"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("selct = []", "1: selct: unknown key; did you mean `select`?"),
        ("fail_on = 'info'", "1: fail_on: unknown key; did you mean `fail-on`?"),
        ("zzz = 1", "1: zzz: unknown key"),
        (
            "\nselect = 'SOT1'",
            '2: select: expected an array of strings, got the string `SOT1`; write `["SOT1"]`',
        ),
        ("select = [1]", "1: select[0]: expected a string, got the integer `1`"),
        ("select = [\n'SOT1',\n'SOT8',\n]", f"3: select[1]: `SOT8` {NO_CODE}"),
        ("select = ['sot101']", f"1: select[0]: `sot101` {NO_CODE}; did you mean `SOT101`?"),
        ("select = ['']", f"1: select[0]: `` {NO_CODE}"),
        ("select = ['S']", f"1: select[0]: `S` {NO_CODE}"),
        (
            "ignore = ['alias_import']",
            f"1: ignore[0]: `alias_import` {NO_CODE}; did you mean `alias-import`?",
        ),
        (
            "fail-on = 'errors'",
            "1: fail-on: `errors` is not one of `error`, `warning`, `info`; did you mean `error`?",
        ),
        ("singletons = true", "1: singletons: expected a string, got the boolean `true`"),
        ("singletons = 'every'", "1: singletons: `every` is not one of `contracts`, `all`"),
        (
            "duplicates = 'contract'",
            "1: duplicates: `contract` is not one of `contracts`, `all`; did you mean `contracts`?",
        ),
        ("duplicates = true", "1: duplicates: expected a string, got the boolean `true`"),
        ("duplicate = 'all'", "1: duplicate: unknown key; did you mean `duplicates`?"),
        (
            "canonical = 'a.B'",
            "1: canonical: belongs to a contract, and this is the top of the settings",
        ),
        ("until = 2030-01-01", "1: until: belongs to an exemption, and this is the top of the settings"),
        (
            "reason = 'x'",
            "1: reason: belongs to a contract or an exemption, and this is the top of the settings",
        ),
        ("similarity = '0.7'", "1: similarity: expected a number, got the string `0.7`"),
        ("similarity = true", "1: similarity: expected a number, got the boolean `true`"),
        ("similarity = 0.49", "1: similarity: is less than 0.5"),
        ("similarity = -inf", "1: similarity: is less than 0.5"),
        ("similarity = 1.01", "1: similarity: is greater than 1"),
        ("similarity = 0x" + "f" * 5000, "1: similarity: is greater than 1"),
        ("similarity = 70", "1: similarity: is greater than 1; write `0.7`"),
        ("similarity = nan", "1: similarity: is not a number"),
        ("max-file-size = 0", "1: max-file-size: is less than 1"),
        ("max-file-size = true", "1: max-file-size: expected an integer, got the boolean `true`"),
        ("max-file-size = 1.5", "1: max-file-size: expected an integer, got a float"),
        ("fail-on = 0x" + "f" * 5000, "1: fail-on: expected a string, got a very large integer"),
        ("severity = 'error'", "1: severity: expected a table of strings, got the string `error`"),
        (
            "[severity]\nSOT1 = 'error'\nSOT205 = 'warn'",
            "3: severity.SOT205: `warn` is not one of `error`, `warning`, `info`; did you mean `warning`?",
        ),
        ("[severity]\nSOT8 = 'info'", f"2: severity.SOT8: `SOT8` {NO_CODE}"),
        (
            "[severity]\nSOT101 = 'info'\nalias-import = 'error'",
            "3: severity.alias-import: is the same as `SOT101`, which has a value already",
        ),
        (
            "per-path-ignores = {'a/*' = 'SOT1'}",
            '1: per-path-ignores."a/*": expected an array of strings, got the string `SOT1`; '
            'write `["SOT1"]`',
        ),
        (
            "[per-path-ignores]\n'/a' = ['SOT1']",
            '2: per-path-ignores."/a": `/a` is absolute: '
            "write it relative to the folder of the settings file",
        ),
        ("exclude = ['']", "1: exclude[0]: is empty"),
        (
            "exclude = ['C:/a']",
            "1: exclude[0]: `C:/a` is absolute: write it relative to the folder of the settings file",
        ),
        ("exclude = ['a\\b']", "1: exclude[0]: `a\\b` has a backslash: write `a/b`"),
        ("exclude = ['a/../b']", "1: exclude[0]: `a/../b` leads out of the root with `..`"),
        ("exclude = ['./a/b']", "1: exclude[0]: `./a/b` has a part that is only a dot: write `a/b`"),
        ("exclude = ['.']", "1: exclude[0]: `.` is the root: write `**`"),
        ("exclude = ['!a']", "1: exclude[0]: `!a` begins with `!`: a glob cannot take back another"),
        ("tests = ['a//b']", "1: tests[0]: `a//b` has two slashes in a row"),
        ("src = ['../a']", "1: src[0]: `../a` leads out of the root with `..`"),
        ("src = ['a/*/src']", "1: src[0]: `a/*/src` is a pattern: name the folders one by one"),
        ("contracts = []", "1: contracts: expected a table of tables, got an array"),
        ("contracts.a = 'a.B'", "1: contracts.a: expected a table, got the string `a.B`"),
        (
            "[contracts.a]",
            "1: contracts.a: needs `canonical`: the one dotted path through which everyone shall use the symbol",
        ),
        ("exemptions = {}", "1: exemptions: expected an array of tables, got a table"),
        ("exemptions = [\n3]", "2: exemptions[0]: expected a table, got the integer `3`"),
        (
            "[tool.ssot-lint]",
            "1: the keys stand at the top of this file, not in a table `[tool.ssot-lint]`",
        ),
        (
            "reason = 'a\\nb'\n",
            "1: reason: belongs to a contract or an exemption, and this is the top of the settings",
        ),
        ("'a\\nb' = 1", '1: "a\\nb": unknown key'),
    ],
)
def test_a_mistake_at_the_top(text: str, expected: str) -> None:
    assert mistakes(text) == [expected]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("canonicl = 'x'", "canonicl: unknown key; did you mean `canonical`?"),
        ("isolated_by = ['x']", "isolated_by: unknown key; did you mean `isolated-by`?"),
        ("name = 'x'", "name: unknown key"),
        ("singletons = 'all'", "singletons: belongs to the top of the settings, and this is a contract"),
        ("fail_on = 'info'", "fail_on: belongs to the top of the settings, and this is a contract"),
        ("path = 'a/**'", "path: belongs to an exemption, and this is a contract"),
        ("sub = {canonical = 'a.B'}", "sub: unknown key; the name of a contract has no dot"),
        (
            "implementation = 'B'",
            "implementation: `B` has no dot: name the module too, as in `package.module.Name`",
        ),
        ("implementation = 'app..x'", "implementation: `app..x` is no dotted path: it has two dots in a row"),
        ("implementation = 'app.x.'", "implementation: `app.x.` is no dotted path: it ends with a dot"),
        ("implementation = '.x'", "implementation: `.x` is no dotted path: it begins with a dot"),
        ("implementation = 'app.x:Y'", "implementation: `app.x:Y` is no dotted path: write `app.x.Y`"),
        ("implementation = 'app/x.py:Y'", "implementation: `app/x.py:Y` is no dotted path: write `app.x.Y`"),
        (
            "implementation = 'app/x.py::Y'",
            "implementation: `app/x.py::Y` is no dotted path: write `app.x.Y`",
        ),
        (
            r"implementation = 'app\x.py:Y'",
            r"implementation: `app\x.py:Y` is no dotted path: write `app.x.Y`",
        ),
        (
            "implementation = 'app/__init__.py:Y'",
            "implementation: `app/__init__.py:Y` is no dotted path: write `app.Y`",
        ),
        (
            "implementation = 'app/x.py'",
            "implementation: `app/x.py` is a file: write the module's dotted path, as in `package.module`",
        ),
        ("implementation = 'a.1'", "implementation: `a.1` is no dotted path: `1` is not an identifier"),
        (
            "implementation = 'a.class'",
            "implementation: `a.class` is no dotted path: `class` is a keyword of Python",
        ),
        (
            "implementation = 'a.ﬁle'",
            "implementation: `a.ﬁle` is no dotted path: `ﬁle` is read by Python as `file`: write that",
        ),
        ("implementation = 'a.*'", "implementation: `a.*` is a pattern, and a pattern is not allowed here"),
        ("implementation = ' a.b'", "implementation: ` a.b` is no dotted path: ` a` has blanks around it"),
        ("implementation = ''", "implementation: is empty"),
        (
            "factories = ['get']",
            "factories[0]: `get` has no dot: name the module too, as in `package.module.Name`",
        ),
        ("build-in = ['app.x', 'app y']", "build-in[1]: `app y` is not an identifier"),
        ("also-at = ['a.B']", "also-at[0]: `a.B` is the canonical path itself"),
        ("retired = ['']", "retired[0]: is empty"),
        ("retired = ['*']", "retired[0]: `*` would match every name"),
        ("retired = ['*.*']", "retired[0]: `*.*` would match every name"),
        ("retired = ['C-D']", "retired[0]: `C-D` is not an identifier"),
        ("retired = ['C[ab]*']", "retired[0]: `C[ab]*` is no pattern of names: only names, dots and `*` are"),
        ("retired = ['c..*']", "retired[0]: `c..*` is no pattern of names: only names, dots and `*` are"),
        ("retired = ['C', 'B']", "retired[1]: `B` retires the canonical `a.B` itself"),
        ("retired = ['a.*']", "retired[0]: `a.*` retires the canonical `a.B` itself"),
        ("retired = ['*B']", "retired[0]: `*B` retires the canonical `a.B` itself"),
        ("doubles = ['a.Mock*']", "doubles[0]: `a.Mock*` has a dot: patterns of bare names stand here"),
        (
            "isolated-by = ['user']",
            "isolated-by: names parameters of the factories, and there are no `factories`",
        ),
        (
            "instances = 'share'",
            "instances: `share` is not one of `isolated`, `shared`; did you mean `shared`?",
        ),
        (
            "duplicates = 'all'",
            "duplicates: `all` is not one of `off`, `names`, `similar`",
        ),
        (
            "duplicates = 'simular'",
            "duplicates: `simular` is not one of `off`, `names`, `similar`; did you mean `similar`?",
        ),
        ("similarity = 0", "similarity: is less than 0.5"),
        ("similarity = 80", "similarity: is greater than 1; write `0.8`"),
        ("similarity = [0.8]", "similarity: expected a number, got an array"),
        ("similarty = 0.8", "similarty: unknown key; did you mean `similarity`?"),
        ("suppressible = 'no'", "suppressible: expected a boolean, got the string `no`"),
        ("kind = 'clas'", "kind: unknown kind `clas`; did you mean `class`?"),
        ("kind = 1", "kind: expected a string, got the integer `1`"),
    ],
)
def test_a_mistake_in_a_contract(line: str, expected: str) -> None:
    assert mistakes(f"[contracts.c]\ncanonical = 'a.B'\n{line}") == [f"3: contracts.c.{expected}"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("canonical = []", "canonical: is empty: name a class"),
        ("canonical = 1", "canonical: expected a string or an array of strings, got the integer `1`"),
        (
            "canonical = ['a.B', 'c']",
            "canonical[1]: `c` has no dot: name the module too, as in `package.module.Name`",
        ),
        (
            "canonical = 'a.B'\ninstead-of = ['c.D', 'a.B']",
            "instead-of[1]: `a.B` is a canonical path itself",
        ),
        ("canonical = 'a.B'\nclasses = ['*']", "classes[0]: `*` would match every name"),
        (
            "canonical = 'a.B'\nmethods = {run = 'def(self, x'}",
            "methods.run: `def(self, x` is no signature: write it as in `async def(self, context, *, timeout=None)`",
        ),
        (
            "canonical = 'a.B'\nmethods = {run = 'def run(self)'}",
            "methods.run: `def run(self)` is no signature: write it as in `async def(self, context, *, timeout=None)`",
        ),
        (
            "canonical = 'a.B'\nmethods = {run = 'def(*args)'}",
            "methods.run: `def(*args)` has no first parameter: write `self`, too",
        ),
        ("canonical = 'a.B'\nretired = ['C']", "retired: belongs to kind class, and this one is base"),
    ],
)
def test_a_mistake_in_a_contract_of_kind_base(lines: str, expected: str) -> None:
    count = lines.count("\n") + 3
    assert mistakes(f"[contracts.c]\nkind = 'base'\n{lines}") == [f"{count}: contracts.c.{expected}"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            "values = ['a', 'b']\nretired-values = ['c', 'b']",
            "retired-values[1]: `b` is one of `values`, too",
        ),
        ("argument = 'name'", "argument: is a parameter of the emitters, and there are no `emitters`"),
    ],
)
def test_a_vocabulary_that_contradicts_itself(lines: str, expected: str) -> None:
    count = lines.count("\n") + 4
    text = f"[contracts.c]\nkind = 'vocabulary'\ncanonical = 'a.B'\n{lines}"
    assert mistakes(text) == [f"{count}: contracts.c.{expected}"]


def test_several_contracts_may_have_one_base() -> None:
    one = "kind = 'base'\ncanonical = 'a.B'\n"
    assert len(parse(f"[contracts.c]\n{one}[contracts.d]\n{one}").contracts) == 2


def test_a_retired_name_that_another_key_allows() -> None:
    text = "[contracts.c]\ncanonical = 'a.B'\nalso-at = ['api.C']\nretired = ['x', 'C', 'api.*']"
    assert mistakes(text) == [
        "4: contracts.c.retired[1]: `C` retires `api.C`, which `also-at` allows",
        "4: contracts.c.retired[2]: `api.*` retires `api.C`, which `also-at` allows",
    ]


def test_a_retired_path_is_not_the_canonical_name() -> None:
    text = "[contracts.c]\ncanonical = 'a.B'\nretired = ['old.B', 'old.*', 'BB', 'b', 'a.B.C']"
    assert parse(text).contracts[0].retired == ("old.B", "old.*", "BB", "b", "a.B.C")


def test_two_contracts_may_not_own_one_symbol() -> None:
    text = "[contracts.c]\ncanonical = 'a.B'\n[contracts.d]\ncanonical = 'a.B'\n"
    assert mistakes(text) == ["4: contracts.d.canonical: `a.B` is the canonical of the contract `c` already"]


@pytest.mark.parametrize("name", ["a b", "a--b", "-a", "a-", "1a", "ä", "a.b", ""])
def test_a_bad_name_of_a_contract(name: str) -> None:
    [mistake] = mistakes(f"[contracts.'{name}']\ncanonical = 'a.B'")
    assert "letters, digits and single hyphens" in mistake or mistake.endswith("is empty")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("path = 'a'", "1: exemptions[0].reason: an exemption needs a reason"),
        ("path = 'a'\nreason = ' '", "3: exemptions[0].reason: an exemption needs a reason"),
        (
            "reason = 'x'",
            "1: exemptions[0]: an exemption must say what it excuses: `path`, `code`, `contract` or `symbol`",
        ),
        (
            "code = 'SOT999'\nreason = 'x'",
            f"2: exemptions[0].code: `SOT999` {NO_CODE}; did you mean `SOT900`?",
        ),
        ("contract = 'd'\nreason = 'x'", "2: exemptions[0].contract: there is no contract `d`"),
        (
            "contract = 'websocket-managr'\nreason = 'x'",
            "2: exemptions[0].contract: there is no contract `websocket-managr`; "
            "did you mean `websocket-manager`?",
        ),
        ("symbol = 'a-b'\nreason = 'x'", "2: exemptions[0].symbol: `a-b` is not an identifier"),
        (
            "path = '/a'\nreason = 'x'",
            "2: exemptions[0].path: `/a` is absolute: write it relative to the folder of the settings file",
        ),
        ("path = 'a'\nreason = 'x'\nline = 3", "4: exemptions[0].line: unknown key"),
        (
            "path = 'a'\nreason = 'x'\nuntil = '2027-03-01'",
            "4: exemptions[0].until: expected a date, got the string `2027-03-01`; "
            "write a date without quotes and without a time, as in `until = 2027-03-01`",
        ),
        (
            "path = 'a'\nreason = 'x'\nuntil = 2027-03-01T10:00:00Z",
            "4: exemptions[0].until: expected a date, got a date with a time; "
            "write a date without quotes and without a time, as in `until = 2027-03-01`",
        ),
        ("path = 'a'\nreason = 'x'\nuntil = 10:00:00", "4: exemptions[0].until: expected a date, got a time"),
        (
            "path = 'a'\nreason = 'x'\nuntil = 20270301",
            "4: exemptions[0].until: expected a date, got the integer `20270301`",
        ),
        ("path = 'a'\nreason = 'x'\nuntil = 2027-02-30", "4: is not TOML: invalid date or datetime"),
    ],
)
def test_a_mistake_in_an_exemption(lines: str, expected: str) -> None:
    contract = "[contracts.websocket-manager]\ncanonical = 'a.B'\n"
    assert mistakes(f"[[exemptions]]\n{lines}\n{contract}") == [expected]


def test_an_exemption_that_has_expired_is_no_mistake() -> None:
    [exemption] = parse("[[exemptions]]\npath = 'a'\nreason = 'x'\nuntil = 2001-01-01").exemptions
    assert exemption.until == datetime.date(2001, 1, 1)


def test_every_mistake_is_told_in_one_run_in_the_order_of_the_file() -> None:
    text = (
        "selct = 1\nfail-on = 2\n[[exemptions]]\nuntil = 'x'\n[contracts.a]\nretired = ['', 'x y']\nkid = 1"
    )
    assert [line.split(": ")[0:2] for line in mistakes(text)] == [
        ["1", "selct"],
        ["2", "fail-on"],
        ["3", "exemptions[0]"],
        ["3", "exemptions[0].reason"],
        ["4", "exemptions[0].until"],
        ["5", "contracts.a"],
        ["6", "contracts.a.retired[0]"],
        ["6", "contracts.a.retired[1]"],
        ["7", "contracts.a.kid"],
    ]


# Text that is no TOML, or more than can be borne.


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"a = 1\nb = \n", "2: is not TOML: invalid value"),
        (b"a = 1\n# \xff\n", "2: is not UTF-8: byte 0xff is out of place"),
        (b"a = " + b"[" * 5000, "ssot-lint.toml: is nested too deeply"),
        (b"a." * 5000 + b"a = 1", "ssot-lint.toml: is nested too deeply"),
        (b"#" * (1024 * 1024 + 1), "ssot-lint.toml: is larger than 1048576 bytes"),
    ],
)
def test_text_that_cannot_be_parsed(text: bytes, expected: str) -> None:
    assert mistakes(text) == [expected]


def test_an_integer_with_too_many_digits() -> None:
    [mistake] = mistakes(b"a = " + b"9" * 5000)
    assert mistake.startswith("ssot-lint.toml: holds a value that Python cannot: ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[tool.other]", "pyproject.toml: has no table `[tool.ssot-lint]`"),
        ("tool = 3", "pyproject.toml: has no table `[tool.ssot-lint]`"),
        ("[tool]\nssot-lint = 3", "pyproject.toml:2: tool.ssot-lint: expected a table, got the integer `3`"),
        (
            "\n[tool.ssot_lint]",
            "pyproject.toml:2: unknown table `[tool.ssot_lint]`; did you mean `[tool.ssot-lint]`?",
        ),
        ("[tool.ssot-lint]\nx = 1", "pyproject.toml:2: x: unknown key"),
    ],
)
def test_a_pyproject_without_its_table(text: str, expected: str) -> None:
    assert mistakes(text, "pyproject.toml") == [expected]


@patient
@given(st.binary(max_size=200))
def test_any_bytes_are_settings_or_a_config_error(data: bytes) -> None:
    for name in ("pyproject.toml", "ssot-lint.toml"):
        found = outcome(data, name)
        assert isinstance(found, Settings) or all(mistake.message for mistake in found.mistakes)


WORDS = st.one_of(
    st.sampled_from(
        ["a.B", "SOT1", "alias-import", "*", "a/**", "", "all", "info", "c", "a..b", "\n", "[z-a]*", "\0"]
    ),
    st.text(max_size=8),
)
SCALARS = st.one_of(WORDS, st.booleans(), st.integers(), st.floats(), st.dates(), st.datetimes(), st.times())
NAMES = st.sampled_from(
    [*keys_of(Settings), *keys_of(ClassContract), *keys_of(Exemption), "kind", "c", "SOT1", "x y"]
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


def toml(value: object) -> str:
    """The value as TOML, tables in line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{toml(name)} = {toml(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "")
    return str(value).lower()


CONTRACTS = st.fixed_dictionaries({"c": st.dictionaries(NAMES, VALUES, max_size=5)})
DOCUMENTS = st.dictionaries(NAMES, VALUES, max_size=5) | st.fixed_dictionaries(
    {}, optional={"contracts": CONTRACTS, "exemptions": st.lists(st.dictionaries(NAMES, VALUES), max_size=2)}
)


@patient
@given(DOCUMENTS)
def test_any_values_are_settings_or_mistakes_with_a_line(document: dict[str, object]) -> None:
    text = "".join(f"{toml(name)} = {toml(value)}\n" for name, value in document.items())
    found = outcome(text)
    if isinstance(found, ConfigError):
        assert len(str(found).splitlines()) == len(found.mistakes) > 0
        assert all(1 <= mistake.line <= text.count("\n") + 1 for mistake in found.mistakes)


# Files that extend others.


def test_what_an_extending_file_says_wins() -> None:
    settings = parse(
        """
extends = "base.toml"
fail-on = "info"
ignore = ["SOT1"]
severity = {SOT101 = "error"}
[contracts.c]
retired = ["New"]
[contracts.own]
canonical = "a.Own"
""",
        base="""
fail-on = "warning"
ignore = ["SOT2", "SOT3"]
singletons = "all"
severity = {alias-import = "info", SOT2 = "info"}
[contracts.c]
canonical = "a.B"
retired = ["Old", "Older"]
[contracts.d]
canonical = "a.D"
[[exemptions]]
path = "a"
reason = "x"
""",
    )
    assert (settings.fail_on, settings.ignore, settings.singletons) == ("info", ("SOT1",), "all")
    assert settings.severity == {"SOT2": "info", "SOT101": "error"}
    assert settings.contracts == (
        ClassContract(name="c", canonical="a.B", retired=("New",)),
        ClassContract(name="d", canonical="a.D"),
        ClassContract(name="own", canonical="a.Own"),
    )
    assert settings.contract_lines == {"c": 6, "d": 9, "own": 8}
    assert settings.exemptions[0].line == 11
    assert settings.sources == {
        "extends": "ssot-lint.toml",
        "fail-on": "ssot-lint.toml",
        "ignore": "ssot-lint.toml",
        "singletons": "base.toml",
        "severity": "ssot-lint.toml",
        "severity.SOT101": "ssot-lint.toml",
        "severity.SOT2": "base.toml",
        "severity.alias-import": "base.toml",
        "contracts": "ssot-lint.toml",
        "contracts.c": "ssot-lint.toml",
        "contracts.c.canonical": "base.toml",
        "contracts.c.retired": "ssot-lint.toml",
        "contracts.d": "base.toml",
        "contracts.d.canonical": "base.toml",
        "contracts.own": "ssot-lint.toml",
        "contracts.own.canonical": "ssot-lint.toml",
        "exemptions": "base.toml",
    }


def test_mistakes_are_told_where_they_stand() -> None:
    found = mistakes(
        "extends = 'base.toml'\n[contracts.c]\nretired = ['B']\n[contracts.e]\nreason = 'x'",
        base="\nextends = 'far.toml'\nx = 1\n[contracts.c]\ncanonical = 'a.B'\n",
        far="[[exemptions]]\ncontract = 'd'\nreason = 'x'\n",
    )
    assert (
        found
        == [
            "3: contracts.c.retired[0]: `B` retires the canonical `a.B` itself",
            "4: contracts.e: needs `canonical`: the one dotted path through which everyone shall use the symbol",
            "base.toml:3: x: unknown key",
            "far.toml:2: exemptions[0].contract: there is no contract `d`; did you mean `c`?",
        ]
        or found[3] == "far.toml:2: exemptions[0].contract: there is no contract `d`"
    )


def test_a_file_that_cannot_be_read_hides_no_other_mistake_and_invents_none() -> None:
    text = "extends = 'gone.toml'\nx = 1\n[contracts.c]\nretired = ['Old']\n"
    assert mistakes(text) == ["1: extends: `gone.toml` cannot be read: it is not there", "2: x: unknown key"]
    assert mistakes("extends = 'base.toml'\nx = 1", base="a =") == [
        "2: x: unknown key",
        "base.toml:1: is not TOML: invalid value",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("extends = ''", "1: extends: is empty"),
        ("extends = 3", "1: extends: expected a string, got the integer `3`"),
        (
            "extends = './ssot-lint.toml'",
            "1: extends: `./ssot-lint.toml` leads back to a file that extends this one: a cycle",
        ),
        (
            "extends = '../project/base.toml'",
            "base.toml:1: extends: `ssot-lint.toml` leads back to a file that extends this one: a cycle",
        ),
    ],
)
def test_extends_that_leads_nowhere(text: str, expected: str) -> None:
    assert mistakes(text, base="extends = 'ssot-lint.toml'") == [expected]


def test_a_chain_without_an_end() -> None:
    files = {f"f{number}": f"extends = 'f{number + 1}.toml'" for number in range(30)}
    assert mistakes("extends = 'f0.toml'", **files) == [
        "f14.toml:1: extends: `f15.toml` is the end of a chain of more than 16 files"
    ]


def test_an_extended_pyproject_has_the_table_and_lies_where_it_likes(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "pyproject.toml").write_text(
        "[tool.ssot-lint]\nextends = 'more.toml'\nfail-on = 'info'\n"
    )
    (tmp_path / "shared" / "more.toml").write_text("singletons = 'all'\n")
    file = tmp_path / "app" / "ssot-lint.toml"
    file.parent.mkdir()
    file.write_text("extends = '../shared/pyproject.toml'\n")
    settings = loading.load(file, codes=CODES)
    assert (settings.root, settings.fail_on, settings.singletons) == (file.parent, "info", "all")
    assert settings.sources["singletons"] == "../shared/more.toml"


# The command line.


def test_the_command_line_wins() -> None:
    settings = parse(FULL, "pyproject.toml", overrides={"select": ("alias-import", "SOT2"), "ignore": None})
    assert (settings.select, settings.ignore) == (("SOT101", "SOT2"), ("SOT3",))
    assert settings.sources["select"] == "command line"
    assert settings.sources["ignore"] == "pyproject.toml"


def test_mistakes_on_the_command_line_stand_beside_those_in_the_file() -> None:
    with pytest.raises(ConfigError) as caught:
        parse("x = 1", overrides={"select": ["SOT1011"], "fail-on": "never"})
    assert [str(mistake) for mistake in caught.value.mistakes] == [
        "command line: fail-on: `never` is not one of `error`, `warning`, `info`",
        f"command line: select[0]: `SOT1011` {NO_CODE}; did you mean `SOT101`?",
        "ssot-lint.toml:1: x: unknown key",
    ]


def test_words_are_resolved_to_codes() -> None:
    words = ["SOT", "SOT1", "SOT10", "SOT101", "re-export"]
    assert parse("", overrides={"select": words}).select == ("SOT", "SOT1", "SOT10", "SOT101", "SOT105")
    with pytest.raises(ConfigError, match=r"`SOT0`.*\n.*`reexport`.*did you mean `re-export`"):
        parse("", overrides={"select": ["SOT0", "SOT1", "reexport"]})


# Files on disk.

Tree = Callable[[Mapping[str, str]], Path]


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    def make(files: Mapping[str, str]) -> Path:
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path

    return make


OURS = "[tool.ssot-lint]\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"pyproject.toml": OURS}, "pyproject.toml"),
        ({"ssot-lint.toml": ""}, "ssot-lint.toml"),
        ({"ssot-lint.toml": "", "pyproject.toml": OURS}, "ssot-lint.toml"),
        ({"pyproject.toml": OURS, "a/pyproject.toml": "[tool.ruff]"}, "pyproject.toml"),
        ({"pyproject.toml": OURS, "a/b/pyproject.toml": OURS}, "a/b/pyproject.toml"),
        ({"pyproject.toml": OURS, "a/pyproject.toml": "broken ="}, "pyproject.toml"),
        ({"pyproject.toml": OURS, "a/pyproject.toml": "# ssot-lint\ntool = 3"}, "pyproject.toml"),
        ({"pyproject.toml": OURS, "a/pyproject.toml/x": ""}, "pyproject.toml"),
        ({"pyproject.toml": OURS, "a/pyproject.toml": "#" * 2**21}, "pyproject.toml"),
        # What is meant for us is not passed over: reading it tells what is wrong.
        ({"pyproject.toml": OURS, "a/pyproject.toml": "[tool.ssot_lint]"}, "a/pyproject.toml"),
        ({"pyproject.toml": OURS, "a/pyproject.toml": "[tool]\nssot-lint = 3"}, "a/pyproject.toml"),
    ],
)
def test_the_nearest_settings_are_found(tree: Tree, files: Mapping[str, str], expected: str) -> None:
    root = tree({**files, "a/b/m.py": ""})
    assert Documents().find(root / "a" / "b" / "m.py") == root / expected
    assert Documents().find(root / "a" / "b") == root / expected


def test_no_settings_are_found(tree: Tree) -> None:
    assert Documents().find(tree({"a/pyproject.toml": "[project]"}) / "a") is None


def test_a_folder_is_relative_to_the_working_directory(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tree({"ssot-lint.toml": "", "a/m.py": ""})
    monkeypatch.chdir(root / "a")
    assert Documents().find(Path()) == root / "ssot-lint.toml"
    assert loading.load(Path("../ssot-lint.toml"), codes=CODES).root == root


def test_a_broken_pyproject_that_speaks_of_us_is_an_error(tree: Tree) -> None:
    root = tree({"pyproject.toml": OURS, "a/pyproject.toml": "[tool.ssot-lint]\nx = \n"})
    with pytest.raises(ConfigError, match=r"pyproject.toml:2: is not TOML: invalid value"):
        Documents().find(root / "a")


def test_files_that_are_none(tmp_path: Path) -> None:
    for name, message in {
        "gone.toml": "gone.toml: cannot be read: No such file or directory",
        "folder": "folder: cannot be read: ",
        "nul\0.toml": "cannot be read: embedded null",
    }.items():
        (tmp_path / "folder").mkdir(exist_ok=True)
        with pytest.raises(ConfigError) as caught:
            loading.load(tmp_path / name, codes=CODES)
        assert message in str(caught.value)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no FIFOs here")
def test_a_fifo_is_neither_read_nor_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "ssot-lint.toml")
    os.mkfifo(tmp_path / "pyproject.toml")
    with pytest.raises(ConfigError, match=r"ssot-lint.toml: cannot be read: it is not a regular file"):
        loading.load(tmp_path / "ssot-lint.toml", codes=CODES)
    (tmp_path / "ssot-lint.toml").unlink()
    assert Documents().find(tmp_path) is None


def test_extends_takes_regular_files_only(tree: Tree) -> None:
    root = tree({"ssot-lint.toml": "extends = 'folder'\n", "folder/x": ""})
    with pytest.raises(ConfigError, match=r"ssot-lint.toml:1: extends: `folder` cannot be read: "):
        loading.load(root / "ssot-lint.toml", codes=CODES)


OPENED = """\
import json, sys
opened = []
# What ``os.open`` opens, as ``open`` does by its means, has no mode.
sys.addaudithook(lambda event, args: event == "open" and args[1] and opened.append(str(args[0])))
from ssot_lint.sources.projects import projects
projects(["services/a/m.py", "services/b"])
print(json.dumps(opened))
"""


def test_a_command_opens_each_settings_file_once(tree: Tree) -> None:
    files = {
        "pyproject.toml": "[tool.ssot-lint]\nmembers = ['services/*']\nextends = 'shared.toml'\n",
        "shared.toml": "exclude = ['old/**']\n",
        "services/a/pyproject.toml": "[tool.ssot-lint]\nextends = '../../shared.toml'\n",
        "services/b/ssot-lint.toml": "[contracts.hub]\ncanonical = 'b.Hub'\n",
    }
    root = Path(os.path.realpath(tree({**files, "services/a/m.py": ""})))
    command = [sys.executable, "-P" if sys.version_info >= (3, 11) else "-s", "-c", OPENED]
    done = subprocess.run(command, cwd=root, text=True, capture_output=True, check=True)
    opened = [os.path.normpath(root / name) for name in json.loads(done.stdout)]
    assert {name: opened.count(os.path.normpath(root / name)) for name in files} == dict.fromkeys(files, 1)


# The JSON Schema.

SCHEMA = Path(loading.__file__).parent.with_name("schema.json")
RENEW = "python -m ssot_lint.settings.schema > ssot_lint/schema.json"


def valid(text: str) -> bool:
    table = tomli.loads(text)
    return jsonschema.Draft7Validator(schema()).is_valid(table.get("tool", {}).get("ssot-lint", table))


def test_the_schema_in_the_package_is_up_to_date() -> None:
    stored = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert stored == json.loads(json.dumps(schema())), f"renew it: {RENEW}"


def test_the_schema_is_one() -> None:
    jsonschema.Draft7Validator.check_schema(schema())


def _objects(schema: object) -> list[dict[str, object]]:
    if isinstance(schema, list):
        return [found for item in schema for found in _objects(item)]
    if not isinstance(schema, dict):
        return []
    here = [schema] if schema.get("type") == "object" else []
    return here + [found for item in schema.values() for found in _objects(item)]


def test_the_schema_allows_nothing_that_it_does_not_describe() -> None:
    whole = schema()
    assert all("additionalProperties" in found for found in _objects(whole))
    closed = [found for found in _objects(whole) if "properties" in found]
    assert len(closed) == 6
    for found in closed:
        assert found["additionalProperties"] is False
        assert isinstance(found["properties"], dict)
        assert all(key["description"].endswith(".") for key in found["properties"].values())


@pytest.mark.parametrize(
    "text",
    [
        FULL,
        "",
        "[[exemptions]]\npath = 'a'\nreason = 'x'\nuntil = 2027-03-01",
        "extends = 'base.toml'\n[contracts.c]\nisolated-by = ['x']",
    ],
)
def test_the_schema_accepts(text: str) -> None:
    assert valid(text)


@pytest.mark.parametrize(
    "text",
    [
        "x = 1",
        "select = 'SOT'",
        "select = ['X']",
        "fail-on = 'never'",
        "max-file-size = 0",
        "similarity = 0.3",
        "similarity = true",
        "duplicates = 'similar'",
        "severity = {SOT1 = 'bad'}",
        "exclude = ['/a']",
        "[contracts.c]",
        "[contracts.c]\ncanonical = 'B'",
        "[contracts.c]\ncanonical = 'a..B'",
        "[contracts.c]\ncanonical = 'a.B'\nx = 1",
        "[contracts.c]\ncanonical = 'a.B'\nisolated-by = ['x']",
        "[contracts.c]\ncanonical = 'a.B'\ninstances = 'x'",
        "[contracts.c]\ncanonical = 'a.B'\nsimilarity = 1.1",
        "[contracts.c]\ncanonical = 'a.B'\nduplicates = 'all'",
        "[contracts.c]\ncanonical = 'a.B'\nkind = 'gateway'",
        "[contracts.'a b']\ncanonical = 'a.B'",
        "[[exemptions]]\npath = 'a'",
        "[[exemptions]]\nreason = 'x'",
        "[[exemptions]]\npath = 'a'\nreason = 'x'\nuntil = 3",
        "[[exemptions]]\npath = 'a'\nreason = 'x'\nuntil = 'soon'",
        "[[exemptions]]\npath = 'a'\nreason = 'x'\ny = 1",
    ],
)
def test_the_schema_rejects_what_the_reader_rejects(text: str) -> None:
    assert not valid(text)
    assert mistakes(text)


PLAUSIBLE = {
    "text": ["", "x"],
    "identifier": ["user", "größe"],
    "module": ["a", "a.b"],
    "path": ["a.B", "c.d.E"],
    "pattern": ["Old", "*Old*", "old.*", "o*.p.Q"],
    "name-pattern": ["Mock*", "*Fake"],
    "module-pattern": ["a", "a.*", "a.b.**", "**"],
    "primitive": ["os.environ", "jwt", "pack:clock"],
    "signature": ["def(self)", "async def(self, a, *, b=None)"],
    "argument": ["event_type", "0"],
    "value": ["agent_started", "a b", "ä"],
    "contract": ["c", "a-b", "_x-1"],
    "glob": ["a/**", "**/*.py", "a b", "vendor/", "ä[!x]?"],
    "member": ["a", "services/*", "libs/**", "ä/[xy]?/"],
    "any-contract": ["c", "a-b", "c@services/a", "c@ä b"],
    "folder": [".", "src", "./a/b"],
    "file": ["base.toml", "../x.toml", "/etc/x.toml"],
    "code": ["SOT", "SOT1", "SOT10", "SOT101", "re-export"],
}


def plausible(cls: type, **known: st.SearchStrategy[object]) -> st.SearchStrategy[dict[str, object]]:
    """Tables of right keys with values that are right alone, and often together."""
    return st.fixed_dictionaries(
        {}, optional={**{name: value(key) for name, key in keys_of(cls).items()}, **known}
    )


def value(key: Key) -> st.SearchStrategy[object]:
    text = st.sampled_from(key.choices or PLAUSIBLE[key.form])
    names = st.sampled_from(PLAUSIBLE[key.names or "text"])
    return {
        "a string": text,
        "a string or an array of strings": text | st.lists(text, min_size=1, max_size=2),
        "a boolean": st.booleans(),
        "an integer": st.integers(1, 9),
        "a number": st.floats(0.5, 1),
        "a date": st.dates(datetime.date(1900, 1, 1)),
        "an array of strings": st.lists(text, max_size=2),
        "a table of strings": st.dictionaries(names, text, max_size=2),
        "a table of arrays of strings": st.dictionaries(names, st.lists(text, max_size=2), max_size=2),
        "a table of tables": st.just({}),
        "an array of tables": st.just([]),
    }[key.shape.words]


@patient
@example({"contracts": {"c": {"canonical": "a.B", "isolated-by": []}}})
@given(
    plausible(
        Settings,
        extends=st.just("base.toml"),
        contracts=st.dictionaries(
            st.sampled_from(PLAUSIBLE["contract"]),
            plausible(ClassContract, kind=st.just("class"))
            | plausible(GatewayContract, kind=st.just("gateway"))
            | plausible(BaseContract, kind=st.just("base"))
            | plausible(VocabularyContract, kind=st.just("vocabulary")),
            max_size=2,
        ),
        exemptions=st.lists(plausible(Exemption), max_size=2),
    )
)
def test_the_schema_accepts_what_the_reader_accepts(document: dict[str, object]) -> None:
    text = "".join(f"{toml(name)} = {toml(value)}\n" for name, value in document.items())
    try:
        parse(text, base="[contracts.c]\ncanonical = 'x.Y'\n[contracts.a-b]\ncanonical = 'x.Z'")
    except ConfigError:
        return
    assert valid(text)


STRINGS = st.text(alphabet=st.sampled_from("aZ_9.*-:/\\!~ [é"), max_size=8)


@patient
@given(STRINGS)
def test_the_pattern_of_a_form_accepts_what_the_form_accepts(text: str) -> None:
    for name, form in FORMS.items():
        if form.pattern and name != "code" and not form.problem(text):
            schema = {"type": "string", "pattern": form.pattern}
            assert jsonschema.Draft7Validator(schema).is_valid(text), name


def test_every_key_has_a_form_and_a_help() -> None:
    for cls in (Settings, Exemption, *KINDS.values()):
        for key in keys_of(cls).values():
            assert key.form in FORMS
            assert not key.names or key.names in FORMS
            assert key.help.endswith(".")


# What the schema and the settings say of one key.


def properties() -> dict[tuple[str, str], tuple[Key, Mapping[str, object]]]:
    """Each key of each table, with its part of the schema."""
    whole = json.loads(json.dumps(schema()))
    tables = {
        "settings": (Settings, whole),
        "contract": (ClassContract, whole["definitions"]["class"]),
        "gateway": (GatewayContract, whole["definitions"]["gateway"]),
        "base": (BaseContract, whole["definitions"]["base"]),
        "vocabulary": (VocabularyContract, whole["definitions"]["vocabulary"]),
        "exemption": (Exemption, whole["definitions"]["exemption"]),
    }
    return {
        (table, name): (key, part["properties"][name])
        for table, (cls, part) in tables.items()
        for name, key in keys_of(cls).items()
    }


@pytest.mark.parametrize("of", properties(), ids=".".join)
def test_defaults_of_the_schema_are_those_of_the_settings(of: tuple[str, str]) -> None:
    table, name = of
    key, said = properties()[of]
    contracts = '[contracts.hub]\ncanonical = "a.B"\n[contracts.clock]\nkind = "gateway"\nprimitives = ["time.time"]\n'
    contracts += '[contracts.events]\nkind = "vocabulary"\ncanonical = "a.E"\n'
    contracts += '[contracts.case]\nkind = "base"\ncanonical = "a.C"\n'
    bare = parse(f'{contracts}[[exemptions]]\ncode = "SOT1"\nreason = "x"\n')
    things = ("contract", "gateway", "vocabulary", "base")
    found = dict(zip(things, bare.contracts, strict=True))
    thing = {"settings": bare, "exemption": bare.exemptions[0], **found}[table]
    if key.required or name in ("code", "contracts", "exemptions"):
        return
    value = getattr(thing, key.attribute)
    if value == "" and key.form != "text":
        # "Any", which cannot be written.
        value = None
    assert said.get("default") == (list(value) if isinstance(value, tuple) else value)
    if "default" in said:
        jsonschema.validate(said["default"], {**said, "propertyNames": {}})


@pytest.mark.parametrize("of", properties(), ids=".".join)
def test_each_key_has_an_example_that_is_right(of: tuple[str, str]) -> None:
    key, said = properties()[of]
    if key.name in ("contracts", "exemptions"):
        return
    value = tomli.loads(f"value = {key.example}")["value"]
    if not isinstance(value, datetime.date):
        jsonschema.validate(value, said)
    assert value != key.default


# Tests, judged more mildly.


def test_keys_of_tests_are_no_table() -> None:
    (message,) = mistakes('[tests]\nignore = ["SOT201"]\n')
    assert message == (
        "1: tests: expected an array of strings, got a table; "
        "write `tests-ignore = […]` and `tests-severity = {…}` beside `tests = […]`"
    )


def test_tests_have_a_severity_and_ignores_of_their_own() -> None:
    settings = parse(
        'tests-ignore = ["SOT102"]\ntests-severity = {SOT2 = "info", SOT301 = "warning"}\n'
        'severity = {SOT201 = "warning"}\n'
    )
    part = Part("", settings)

    def judged(code: str, path: str) -> str:
        finding = Finding(code, "", "", path, Span(1, 0, 1, 0))
        return graded(part, finding).severity if is_selected(part, finding) else ""

    inside = {code: judged(code, "tests/test_hub.py") for code in ("SOT102", "SOT201", "SOT301", "SOT101")}
    assert inside == {"SOT102": "", "SOT201": "info", "SOT301": "warning", "SOT101": "error"}
    outside = {code: judged(code, "app/hub.py") for code in ("SOT102", "SOT201", "SOT301", "SOT101")}
    assert outside == {"SOT102": "error", "SOT201": "warning", "SOT301": "error", "SOT101": "error"}
