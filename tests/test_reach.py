"""How far a run reaches: of which recorded findings it can tell that they are fixed, and why not of others."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import pytest

from ssot_lint.findings.baseline_file import Recorded
from ssot_lint.findings.comparison.surroundings import Surroundings
from ssot_lint.findings.reach import Files, Gap, Reach, declared, renamed
from ssot_lint.findings.suppress import at_fault
from ssot_lint.model.finding import Finding, Span
from ssot_lint.model.rules import CODES
from ssot_lint.settings import loading
from ssot_lint.settings.settings import Member, Settings

CONTRACTS = """\
[contracts.hub]
canonical = "app.hub.Hub"
factories = ["app.hub.make_hub"]
isolated-by = ["user"]

[contracts.door]
canonical = "app.door.Door"
build-in = ["app.main"]
"""


def settings(text: str = CONTRACTS, root: str = "/project") -> Settings:
    return loading.parse(text.encode(), Path(root, "ssot-lint.toml"), codes=CODES)


def entry(
    path: str = "app/a.py",
    code: str = "SOT201",
    contract: str = "hub",
    definition: str = "f",
    spelled: str = "Hub",
    symbol: str = "app.hub.Hub",
) -> Recorded:
    return Recorded(
        path, definition, code, contract, spelled, symbol, Surroundings("s" * 12, "b" * 12, definition)
    )


THERE: Mapping[str, Collection[tuple[str, str]] | None] = {"app/a.py": {("f", "s" * 12), ("", "t" * 12)}}
"""The statement of an entry is still there."""


def reach(
    of: Settings | None = None,
    *,
    paths: Collection[str] = ("app/a.py", "app/b.py"),
    broken: Mapping[str, bytes] | None = None,
    faults: Mapping[tuple[str, str], str] | None = None,
    others: Collection[str] = (),
    unseen: Collection[str] = (),
    statements: Mapping[str, Collection[tuple[str, str]] | None] | None = None,
    found_by: Mapping[str, Collection[str]] | None = None,
) -> Reach:
    """``others`` are files that are there and were not judged, ``unseen`` those that were not checked out. ``broken``
    are by path, with what is in them."""
    broken = broken or {}
    here = {*paths, *others}
    return Reach(
        of or settings(),
        paths,
        frozenset(broken),
        faults or {},
        Files(
            here.__contains__,
            lambda path: (statements or {}).get(path, frozenset()),
            lambda path: broken.get(path),
            lambda gone: {one for one in gone if one in unseen},
        ),
        found_by or {},
    )


def gap(of: Reach, one: Recorded | None = None) -> Gap | None:
    (found,) = of.gaps([one or entry()])
    return found


def test_what_has_changed_is_fixed() -> None:
    assert gap(reach()) is None
    assert gap(reach(paths=["app/b.py"])) is None
    # The statement is still there: the cause was another file.
    assert gap(reach(statements=THERE)) is None
    assert reach().gaps([]) == []
    assert reach(paths=["app/a.py"], broken={"app/a.py": b""}).gaps(
        [entry("app/z.py"), entry(), entry("app/y.py")]
    ) == [
        None,
        Gap("{} cannot be parsed", "app/a.py"),
        None,
    ]


def test_no_files() -> None:
    assert gap(reach(paths=())) == Gap("there are no Python files")


HUB = "the contract `hub`"
CONTRACT: dict[str, tuple[str, str, str, str]] = {
    "is not declared": (
        CONTRACTS.replace("hub]", "hubb]"), "hub", "SOT101", f"{HUB} is not declared; did you mean `hubb`?"
    ),
    "has no like": (CONTRACTS.replace("hub]", "room]"), "hub", "SOT101", f"{HUB} is not declared"),
    "constructs": (CONTRACTS, "hub", "SOT201", ""),
    "constructs in a module": (CONTRACTS, "door", "SOT206", ""),
    "constructs nowhere": (
        CONTRACTS.replace("build-in", "also-at"),
        "door",
        "SOT201",
        "the contract `door` has neither `factories` nor `build-in`",
    ),
    "constructs nowhere, and is named": (CONTRACTS.replace("build-in", "also-at"), "door", "SOT101", ""),
    "constructs nowhere, and is shared": (CONTRACTS.replace("build-in", "also-at"), "door", "SOT301", ""),
    "has a key": (CONTRACTS, "hub", "SOT205", ""),
    "has no key": (CONTRACTS.replace('isolated-by = ["user"]', ""), "hub", "SOT205", f"{HUB} has no `isolated-by`"),
    "has no key, and is built": (CONTRACTS.replace('isolated-by = ["user"]', ""), "hub", "SOT201", ""),
    "is shared": (
        f'{CONTRACTS}instances = "shared"\n', "door", "SOT301", 'the contract `door` has `instances = "shared"`'
    ),
    "is shared, and built": (f'{CONTRACTS}instances = "shared"\n', "door", "SOT201", ""),
    "is isolated": (CONTRACTS, "door", "SOT301", ""),
    "has a brace": (CONTRACTS, "{hub}", "SOT101", "the contract `{{hub}}` is not declared; did you mean `hub`?"),
}  # fmt: skip


@pytest.mark.parametrize("what", CONTRACT)
def test_what_a_contract_asks_for(what: str) -> None:
    text, contract, code, why = CONTRACT[what]
    assert gap(reach(settings(text)), entry(code=code, contract=contract)) == (Gap(why) if why else None)


def test_a_class_without_a_contract() -> None:
    one = entry(code="SOT303", contract="")
    assert gap(reach(), one) == Gap('`singletons` is not "all"')
    assert gap(reach(settings(f'singletons = "all"\n{CONTRACTS}')), one) is None


def test_a_contract_that_does_not_hold() -> None:
    faults = {("ssot-lint.toml", "hub"): "SOT901"}
    assert gap(reach(faults=faults)) == Gap("the contract `hub` does not hold: see SOT901")
    assert gap(reach(faults=faults), entry(contract="door")) is None
    assert gap(reach(faults={("other.toml", "hub"): "SOT901"})) is None


def test_contracts_at_fault() -> None:
    def finding(code: str, contract: str = "hub") -> Finding:
        return Finding(code, CODES[code], "", "ssot-lint.toml", Span(1, 0, 1, 1), contract=contract)

    assert at_fault(map(finding, ["SOT901"])) == {("ssot-lint.toml", "hub"): "SOT901"}
    assert at_fault(map(finding, ["SOT902"])) == {("ssot-lint.toml", "hub"): "SOT902"}
    assert at_fault(map(finding, ["SOT903", "SOT904", "SOT905", "SOT906"])) == {}
    assert at_fault([finding("SOT901", "")]) == {}


def test_files_of_which_nothing_is_known() -> None:
    assert gap(reach(broken={"app/a.py": b""})) == Gap("{} cannot be parsed", "app/a.py")
    assert gap(reach(paths=["app/b.py"], others=["app/a.py"])) == Gap("the project leaves out {}", "app/a.py")
    assert gap(reach(paths=["app/b.py"], unseen=["app/a.py"])) == Gap(
        "git has not checked out {}", "app/a.py"
    )
    # What is there was checked out.
    assert gap(reach(unseen=["app/a.py"])) is None


BROKEN = b"from app.hub import Hub\ndef f(:\n"
MOVES: dict[str, tuple[bytes, Recorded, bool]] = {
    "the function and the name": (BROKEN, entry(), True),
    "no such function": (BROKEN, entry(definition="g"), False),
    "a longer name": (BROKEN.replace(b"f(", b"ff("), entry(), False),
    "a part of the name": (BROKEN.replace(b"Hub", b"Hubs"), entry(), False),
    "a method": (BROKEN, entry(definition="C.f"), True),
    "an attribute": (BROKEN, entry(spelled="hub.Hub"), True),
    "at the level of the file": (BROKEN, entry(definition=""), True),
    "letters beyond ASCII": ("def (ä: Hub".encode(), entry(definition="ä"), True),
}


@pytest.mark.parametrize("what", MOVES)
@pytest.mark.parametrize("is_there", [True, False])
def test_what_may_have_moved_to_a_file_that_cannot_be_parsed(what: str, is_there: bool) -> None:
    text, one, may = MOVES[what]
    paths = ["app/a.py", "app/z.py"] if is_there else ["app/z.py"]
    found = gap(reach(paths=paths, broken={"app/z.py": text, "app/zz.py": b"("}), one)
    assert found == (Gap("{} cannot be parsed", "app/z.py") if may else None)


def test_what_another_file_may_cause() -> None:
    """The statement is still there, and a file through which it is at fault may be the one that nobody can read."""
    broken = {"app/y.py": b"(", "app/x.py": b"("}
    assert gap(reach(statements=THERE, broken=broken)) == Gap("{} cannot be parsed", "app/x.py")
    assert gap(reach(statements={"app/a.py": {("", "s" * 12)}}, broken=broken)) is None
    assert gap(reach(statements={"app/a.py": None}, broken=broken)) == Gap("{} cannot be parsed", "app/x.py")
    # A file that is gone holds no statement.
    assert gap(reach(paths=["app/b.py"], statements=THERE, broken=broken)) is None


def test_settings_that_are_others() -> None:
    now = {name: {said} for name, said in declared(settings()).items()}
    other_contract = Gap("the contract `hub` is declared otherwise since")
    other_files = Gap(
        "`src`, `members`, `exclude`, `tests`, `singletons`, `duplicates`, `similarity` are not what they were"
    )
    assert gap(reach(statements=THERE, found_by=now)) is None
    for name, why in (("hub", other_contract), ("", other_files)):
        for said in ({"0" * 8}, {"0" * 8, *now[name]}):
            assert gap(reach(statements=THERE, found_by={**now, name: said})) == why
            assert gap(reach(found_by={**now, name: said})) is None, "the statement itself has changed"
    assert gap(reach(statements=THERE, found_by={**now, "door": {"0" * 8}})) is None


def test_what_tells_declarations_apart() -> None:
    first = declared(settings())
    assert first.keys() == {"", "hub", "door"}
    for more, changed in (
        ('reason = "x"', set()),
        ("suppressible = false", set()),
        ('instances = "isolated"', set()),
        ('instances = "shared"', {"door"}),
        ('retired = ["Gate"]', {"door"}),
    ):
        second = declared(settings(f"{CONTRACTS}{more}\n"))
        assert {name for name in first if first[name] != second[name]} == changed, more
    for more, changed in (
        ('exclude = ["x"]', {""}),
        ('src = ["x"]', {""}),
        ('tests = ["x"]', {""}),
        ('singletons = "all"', {""}),
        ('select = ["SOT1"]', set()),
        ("max-file-size = 10", set()),
    ):
        second = declared(settings(f"{more}\n{CONTRACTS}"))
        assert {name for name in first if first[name] != second[name]} == changed, more
    assert declared(settings()) == first


def test_members_have_contracts_of_their_own() -> None:
    own = settings(CONTRACTS.replace("app.hub", "lib.hub"), "/project/lib")
    other = settings('[contracts.hub]\ncanonical = "tool.hub.Hub"\n', "/project/tool")
    root = settings('[contracts.top]\ncanonical = "top.Top"\n')
    whole = Settings(**{**_fields(root), "workspace": (Member("lib", own), Member("tool", other))})
    faults = {("lib/ssot-lint.toml", "hub"): "SOT901"}
    of = reach(whole, paths=["lib/a.py", "tool/a.py", "a.py"], faults=faults)
    assert gap(of, entry("lib/a.py")) == Gap("the contract `hub` does not hold: see SOT901")
    assert gap(of, entry("tool/a.py")) == Gap("the contract `hub` has neither `factories` nor `build-in`")
    assert gap(of, entry("tool/a.py", contract="hub@lib")) == Gap(
        "the contract `hub@lib` does not hold: see SOT901"
    )
    assert gap(of, entry("lib/a.py", contract="top")) == Gap(
        "the contract `top` has neither `factories` nor `build-in`"
    )
    assert gap(of, entry("lib/a.py", contract="top", code="SOT101")) is None
    changed = Settings(**{**_fields(whole), "workspace": (Member("lib", own), Member("tool", None))})
    assert declared(changed)["hub"] != declared(whole)["hub"]


def _fields(one: Settings) -> dict[str, object]:
    return {name: getattr(one, name) for name in one.__slots__}


def test_contracts_that_have_another_name() -> None:
    now = settings(CONTRACTS.replace("[contracts.hub]", "[contracts.core]"))
    assert renamed(now, [entry()]) == {"hub": "core"}
    assert renamed(settings(), [entry()]) == {}
    assert renamed(now, [entry(contract="")]) == {}
    assert renamed(now, [entry(symbol="app.other.Hub")]) == {}
    # Where both have findings, or two claim one, nobody can tell.
    assert renamed(now, [entry(), entry(contract="core")]) == {}
    assert renamed(now, [entry(), entry(contract="other")]) == {}
    member = settings('[contracts.main]\ncanonical = "app.hub.Hub"\n', "/project/lib")
    both = Settings(**{**_fields(now), "workspace": (Member("lib", member),)})
    assert renamed(both, [entry()]) == {}
