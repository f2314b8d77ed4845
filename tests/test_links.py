"""Links of made projects: the worklist finds what a look at everything finds, in whatever order facts come and
questions are asked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from ssot_lint.cache.codec import decode, encode
from ssot_lint.facts.extract import extract
from ssot_lint.facts.parse import deep
from ssot_lint.links import learned as told
from ssot_lint.links import users
from ssot_lint.links.carried import carried
from ssot_lint.links.conclusions import EVERYTHING, MUCH, Conclusion, all_touched
from ssot_lint.links.counted import CountedTables, CountedUnion, add
from ssot_lint.links.definitions import Definitions, Place
from ssot_lint.links.follow import follow
from ssot_lint.links.hops import seen
from ssot_lint.links.index import Index
from ssot_lint.links.link import Link
from ssot_lint.links.mentioned import Mentioning, Mentions
from ssot_lint.links.module import Module, absolute
from ssot_lint.links.names import exports_of, forwards
from ssot_lint.links.needed import Needing, by_files, by_kin
from ssot_lint.links.parameters import taker_of
from ssot_lint.links.project import Project
from ssot_lint.links.reached import Routes, reached
from ssot_lint.links.resolve import Links
from ssot_lint.links.roles import words_of
from ssot_lint.links.tellings import FileTelling, Tellings, recall, tellings
from ssot_lint.links.users import look_for_users, normal, renew, users_of
from ssot_lint.model.contracts import ClassContract, Contract
from ssot_lint.model.errors import Damaged
from ssot_lint.model.finding import File, Hop
from ssot_lint.sources.listing import Listing

FILES = (
    File("app/__init__.py", "app", package=True, tests=False),
    File("app/hub.py", "app.hub", package=False, tests=False, also=("hub",)),
    File("app/Bus.py", "app.Bus", package=False, tests=False),
    File("lib/__init__.py", "lib", package=True, tests=False, also=("top.lib",)),
    File("lib/a.py", "lib.a", package=False, tests=False, also=("top.lib.a",)),
    File("lib/b.py", "lib.b", package=False, tests=False),
    File("bin/use-it.py", "", package=False, tests=False),
)
PATHS = tuple(file.path for file in FILES)
MODULES = "app app.hub app.Bus hub lib lib.a lib.b top.lib.a . .a .hub .Bus ..lib".split()
NAMES = "Hub Hub Bus Old Sub make_hub one m table create get x".split()
ASKED = frozenset(NAMES) | {"Alias", "inner", "f", "lib", "hub", "a", "b"}

LINES = (
    "from {m} import {n}",
    "from {m} import {n}",
    "from {m} import {n} as {a}",
    "from {m} import *",
    "import {m}",
    "import {m} as m",
    "from {m} import hub, a, b, Bus",
    "{a} = {n}",
    "{a} = m.{n}",
    "{a} = {m}.{n} if c else {n}",
    "{a} = {n}()",
    "{a} = m.{n}.create()",
    "{a} = {n}.get",
    "one = {n}.create()",
    "table = {{'a': {n}, 'b': m.{a}}}",
    "{a} = lambda: {n}()",
    "from functools import partial\n{a} = partial({n}, 1)",
    "class {n}: pass",
    "class {a}({n}): pass",
    "class {a}(m.{n}):\n    x = {n}",
    "class {a}:\n    @classmethod\n    def create(cls): return cls()",
    "class {a}:\n    def get(self): return {n}()",
    "class {a}:\n    def get(self):\n        one = m.{n}()\n        return one",
    "class {a}:\n    def f(self): return {n}",
    "class {a}:\n    class inner({n}): pass",
    "def {a}(): return {n}()",
    "def {a}() -> {n}: return x",
    "def {a}(): return m.{n}",
    "def {a}(): return {n}.get()",
    "async def {a}(): return await {n}()",
    "def {a}():\n    global one\n    one = {n}()\n    return one",
    "def {a}():\n    class inner({n}): pass\n    return inner",
    "try:\n    from {m} import {n}\nexcept ImportError:\n    {n} = None",
    "globals()['{a}'] = {n}",
    "def __getattr__(name):\n    if name == '{a}':\n        from {m} import {n}\n        return {n}",
    "def __getattr__(name):\n    import {m}\n    return getattr({m}, name)",
    "def __getattr__(name):\n    from {m} import {n}\n    return getattr({n}, name)",
    "from {m} import __getattr__",
    "__all__ = ['{n}', '{a}']",
    "del {n}",
)


def _line(template: str, m: str, n: str, a: str) -> str:
    dotted = "import {m}" in template or "{m}." in template
    return template.format(m=m.lstrip(".") or "lib" if dotted else m, n=n, a=a)


NAME = st.sampled_from(NAMES)
LINE = st.builds(_line, st.sampled_from(LINES), st.sampled_from(MODULES), NAME, NAME)
TEXT = st.lists(LINE, max_size=6).map("\n".join)
TEXTS = st.fixed_dictionaries(dict.fromkeys(PATHS, TEXT))
CONTRACTS: Sequence[Contract] = (
    ClassContract(name="hub", canonical="app.hub.Hub", factories=("app.hub.make_hub", "app.hub.Hub.create")),
    ClassContract(name="bus", canonical="app.Bus", implementation="lib.b.Bus", also_at=("lib.Bus",)),
    ClassContract(name="module", canonical="lib.a", factories=("lib.a.get",)),
    ClassContract(name="elsewhere", canonical="far.Away.Hub"),
)
WORDS = frozenset(word for one in CONTRACTS for word in words_of(one)) - {"create", "get", "Bus"}
"""Fewer than links would have: more is learned."""


def modules(texts: Mapping[str, str], asked: frozenset[str] = ASKED) -> dict[str, Module]:
    return {
        file.path: Module(file, extract(texts[file.path].encode(), asked))
        for file in FILES
        if file.path in texts
    }


def index_of(found: Mapping[str, Module]) -> Index:
    index = Index(Listing(FILES, ("",), ()), Project(FILES, ()), [], "")
    index.having(found, CONTRACTS)
    return index


# What is told, by a look at everything.


def is_name(link: Link | None) -> bool:
    return link is not None and not link.rest and link.kind in ("symbol", "subclass", "maker", "factory")


def everything_spoken(index: Index, links: Links) -> set[str]:
    found = {*links.roles.words}
    for module in index.own.values():
        for name, target in module.facts.outline.bound:
            path = absolute(target, module) if target else f"{module.name}.{name}"
            brought = carried(links, module, name, str)
            if target[:1] == "?" or is_name(links.path(path)):
                found.add(name)
            if brought is not None:
                found |= {name, *brought.words}
    return found


class Everything(told._Learning):
    """The same questions about all names of all modules."""

    def learn(self, links: Links) -> None:
        self._of_statements(links)
        for path, module in self._own.items():
            for name, target in module.facts.outline.bound:
                if name not in links.own_words(self.words):
                    link = links.resolve(target, module) if target else None
                    is_so = not target or link is not None
                    some = (
                        told._told(links, name, module, link) if is_so else told._brought(links, name, module)
                    )
                    add(self.found, dict.fromkeys(some - self.words, frozenset(module.parts)))
                    if some and name not in self.words:
                        add(self.binders, {path: frozenset([name])})
        for module, at in self._handing:
            for name in sorted(told._of_source(links, at, self.found)):
                if links.path(f"{at}.{name}"):
                    self._take(module, name, told._told(links, name, module, None))


def agree(index: Index) -> None:
    whole = Everything(index, WORDS)
    for links in index.links:
        whole.learn(links)
    names, binders = told.learned(index, WORDS)
    assert names == whole.found
    assert binders == whole.binders
    assert told.spoken(index) == {one.contract.name: everything_spoken(index, one) for one in index.links}


@example(
    texts={
        # Whoever takes `app.hub.Hub` from the package takes an attribute of what hides the module.
        **dict.fromkeys(PATHS, ""),
        "app/__init__.py": "from .hub import hub",
        "app/hub.py": "class Hub: pass\nclass Bus:\n    def get(self): return Hub()",
    }
)
@example(
    # And whoever imports the hidden module has what hides it.
    texts={
        **dict.fromkeys(PATHS, ""),
        "app/__init__.py": "from .hub import hub",
        "app/hub.py": "from lib.b import Bus as hub",
        "lib/b.py": "class Bus: pass",
        "bin/use-it.py": "import app.hub as m\none = m",
    }
)
@given(texts=TEXTS)
def test_the_worklist_tells_what_a_look_at_everything_tells(texts: dict[str, str]) -> None:
    agree(index_of(modules(texts)))


@pytest.mark.slow
@settings(max_examples=2 * settings.default.max_examples)
@given(texts=TEXTS)
def test_the_worklist_tells_so_of_very_many_projects(texts: dict[str, str]) -> None:
    agree(index_of(modules(texts)))


# What is remembered of it.

OTHERS = st.dictionaries(st.sampled_from(PATHS), TEXT, max_size=3)


@example(
    # What a file told goes through the one that has changed, though its own text has not.
    texts={
        **dict.fromkeys(PATHS, ""),
        "app/hub.py": "class Hub: pass",
        "lib/a.py": "from app.hub import Hub as Old",
        "lib/b.py": "from lib.a import Old as one",
    },
    others={"lib/a.py": "class Old: pass"},
)
@given(texts=TEXTS, others=OTHERS)
def test_what_is_recalled_is_what_would_be_told(texts: dict[str, str], others: dict[str, str]) -> None:
    before, after = modules(texts), modules({**texts, **others})
    index = index_of(before)
    told.learned(index, WORDS)
    told.spoken(index)
    known = decode(Tellings, encode(tellings("then", index, WORDS)))
    now = index_of(after)
    recall(known, now, WORDS, {path for path in PATHS if before[path].facts != after[path].facts})
    agree(now)


def changed(before: Mapping[str, Module], others: Mapping[str, str]) -> dict[str, Module]:
    """What is as before stays the same object, as in a session."""
    after = modules({path: others.get(path, "") for path in PATHS})
    return {path: after[path] if path in others else module for path, module in before.items()}


@given(texts=TEXTS, others=OTHERS)
def test_what_is_told_follows_what_files_say(texts: dict[str, str], others: dict[str, str]) -> None:
    before = modules(texts)
    index = index_of(before)
    agree(index)
    index.having(changed(before, others), CONTRACTS)
    agree(index)
    index.having(before, CONTRACTS)
    agree(index)


@example(
    # What was needed of the one in between is needed no more.
    texts={
        **dict.fromkeys(PATHS, ""),
        "lib/a.py": "from lib.b import Hub as Old",
        "lib/b.py": "class Hub: pass",
    },
    others={"lib/a.py": "from app.hub import Hub as Old"},
)
@given(texts=TEXTS, others=OTHERS)
def test_what_files_need_follows_what_they_say(texts: dict[str, str], others: dict[str, str]) -> None:
    before = modules(texts)
    needing, needs = Needing(), [("lib.a.Old", 1), ("app.Bus", 1)]
    for found in (before, changed(before, others), before):
        index, fresh = index_of(found), Needing()
        for path in found:
            index.asked[path] = ASKED
        # Contracts may ask before files do.
        assert needing.needed(index, needs) == fresh.needed(index, needs)
        assert needing.of_files(index, by_files(index)) == fresh.of_files(index, by_files(index))
        assert needing.of_files(index, by_kin(index)) == fresh.of_files(index, by_kin(index))


def test_what_depends_on_nothing_that_has_changed_is_not_told_anew() -> None:
    texts = {
        **dict.fromkeys(PATHS, ""),
        "app/hub.py": "class Hub: pass",
        "lib/a.py": "from app.hub import Hub as Old",
        "lib/b.py": "from lib.a import Old as one",
    }
    index = index_of(modules(texts))
    told.learned(index, WORDS)
    told.spoken(index)
    known = tellings("then", index, WORDS)
    for changed, left in (
        (set[str](), {"app/hub.py", "lib/a.py", "lib/b.py"}),
        ({"lib/b.py"}, {"app/hub.py", "lib/a.py"}),
        ({"lib/a.py"}, {"app/hub.py"}),
        ({"app/hub.py"}, set[str]()),
    ):
        now = index_of(modules(texts))
        recall(known, now, WORDS, changed)
        assert {path for path, _ in now.links[0].told.known("learned")} == left


def test_numbers_that_are_no_places_are_damage() -> None:
    known = Tellings("then", ("a",), ((0,),), (("", "hub", (FileTelling(0, 0, (), 0, 1),)),))
    with pytest.raises(Damaged):
        recall(known, with_texts(), WORDS, ())
    with pytest.raises(Damaged):
        list(Mentions(("a",), (("a.py", "digest", (1,)),)).of({"a.py": "digest"}))


def test_that_nothing_was_told_is_no_damage() -> None:
    index = with_texts()
    recall(tellings("then", with_texts(), WORDS), index, WORDS, ())
    assert all(not [*links.told.known("learned")] for links in index.links)


def test_of_which_modules_files_speak_is_known_of_the_same_bytes_alone() -> None:
    files = {f"{name}.py": File(f"{name}.py", name, package=False, tests=False) for name in "mno"}
    first = Mentioning(files)
    first.begin()
    for path, parts in {"m.py": "n", "n.py": "mo", "o.py": ""}.items():
        first.hear(path, parts)
    contents = {path: f"digest of {path}" for path in files}
    last = first.news(contents)
    assert last is not None
    for now, left, reaching in (
        (contents, set[str](), {"m.py"}),
        ({**contents, "o.py": "another"}, {"o.py"}, {"m.py", "o.py"}),
        ({}, {*files}, {*files}),
    ):
        again = Mentioning(files)
        again.recall(decode(Mentions, encode(last)), now)
        assert again.silent == left
        assert again.reaching({"Hub": frozenset({"n"})}) == reaching
        assert again.reaching({"Hub": frozenset({"far"})}) == {*files}
        assert again.news(now) is None


def test_of_which_modules_an_edited_file_speaks_is_asked_anew() -> None:
    texts = {"m.py": b"import n\n", "n.py": b"import o\n", "o.py": b""}
    mentioning = Mentioning({path: File(path, path[0], package=False, tests=False) for path in texts})
    mentioning.begin()

    def reaching(module: str) -> set[str]:
        return mentioning.reaching({"Hub": frozenset({module})})

    assert mentioning.ask(sorted(mentioning.silent), texts.__getitem__, 2)
    assert mentioning.silent == {"o.py"}
    mentioning.forget("o.py")
    assert mentioning.silent == {"o.py"}
    assert not mentioning.ask(sorted(mentioning.silent), texts.__getitem__, 2)
    assert (reaching("n"), reaching("o")) == ({"m.py"}, {"n.py"})
    mentioning.forget("n.py")
    assert "n.py" in reaching("m")
    assert not mentioning.ask(sorted(mentioning.silent), {"n.py": b"import m, n\n"}.__getitem__, 2)
    assert (reaching("m"), reaching("n"), reaching("o")) == ({"n.py"}, {"m.py", "n.py"}, set())


def meant(index: Index, paths: Collection[str]) -> set[tuple[str, str, str]]:
    """All that some files import or reach, as paths."""
    project = index.project
    return {
        (path, target, normal(project, absolute(target, project.by_path[path])))
        for path in paths
        for target, _, _ in users.mentions(project.by_path[path].facts)
    }


def by_path(index: Index) -> dict[str, dict[str, Sequence[Hop]]]:
    return {
        name: {path: tuple(hops) for path, hops in found.items() if hops}
        for name, found in index.project.mentions.items()
    }


@given(texts=TEXTS, others=OTHERS)
def test_users_are_renewed_by_the_files_that_have_changed(
    texts: dict[str, str], others: dict[str, str]
) -> None:
    before, after = index_of(modules(texts)), index_of(modules({**texts, **others}))
    same = [path for path in PATHS if path not in others]
    # Else all that is known of users is forgotten.
    assume(meant(before, same) == meant(after, same))
    look_for_users(before.project, NAMES)
    known = {path: users_of(before.project, path) for path in ("app.hub.Hub", "lib.a.Old", "far.one")}
    renew(after.project, known, before.project.mentions, others.keys())
    anew = index_of(modules({**texts, **others}))
    look_for_users(anew.project, NAMES)
    assert by_path(after) == by_path(anew)
    renewed = {path: tuple(after.project.users[path]) for path in known}
    assert renewed == {path: tuple(users_of(anew.project, path)) for path in known}


# Single answers.


def with_texts(**texts: str) -> Index:
    """The index of all files, of which these have a text: the last parts of their modules are given."""
    named = {file.path: texts.get(file.module.rpartition(".")[2], "") for file in FILES}
    index = index_of(modules(named))
    index.asked.update(dict.fromkeys(PATHS, ASKED))
    return index


@pytest.mark.parametrize(
    ("text", "path", "least", "expected"),
    [
        ("from lib.a import Old as x", "lib.b.x", 1, {"lib/b.py": {"x"}, "lib/a.py": {"Old"}}),
        ("import lib.a\nx = lib.a.Old", "lib.b.x", 1, {"lib/b.py": {"x"}, "lib/a.py": {"Old"}}),
        ("from lib.a import Old as x", "lib.b.x.get", 1, {"lib/b.py": {"x"}, "lib/a.py": {"Old"}}),
        ("import lib.a as x", "lib.b.x.Old", 1, {"lib/b.py": {"x"}, "lib/a.py": {"Old"}}),
        ("from lib.b import x", "lib.b.x", 1, {"lib/b.py": {"x"}}),
        ("x = Old", "lib.b.x", 1, {"lib/b.py": {"x"}}),
        ("", "lib.b.x", 1, {"lib/b.py": {"x", "__getattr__"}}),
        ("", "lib.b.far", 1, {"lib/b.py": {"far"}}),
        ("", "lib.b.x", 2, {}),
        ("", "lib.b", 1, {}),
        ("", "far.x", 1, {}),
    ],
)
def test_what_a_path_needs_of_each_file_on_its_way(
    text: str, path: str, least: int, expected: dict[str, set[str]]
) -> None:
    assert Needing().needed(with_texts(a="class Old: pass", b=text), [(path, least)]) == expected


def test_what_a_subclass_has_from_the_class() -> None:
    index = with_texts(
        hub="class Hub:\n    @classmethod\n    def create(cls): return cls()\nclass Sub(Hub): pass"
    )
    links = index.links[0]
    for name, kind in (("create", "maker"), ("__new__", "subclass")):
        link = links.path(f"app.hub.Sub.{name}")
        assert link is not None
        assert (link.kind, link.rest, [hop.line for hop in link.chain]) == (kind, name, [4])
    assert links.path("app.hub.Sub.far") is None


@pytest.mark.parametrize("made", ["Hub()", "Sub()", "Sub.create()", "make_hub()", "(Sub())", "take()"])
def test_what_makes_an_instance_wherever_it_is_from(made: str) -> None:
    """A class, its subclass, what they inherit, a factory, and a function that hands out what one of these makes."""
    hub = (
        "class Hub:\n    @classmethod\n    def create(cls): return cls()\nclass Sub(Hub): pass\n"
        "def make_hub(): return Hub()\ndef take(): return Sub()\n"
    )
    index = with_texts(hub=hub, a=f"from app.hub import *\nx = {made}")
    link = index.links[0].path("lib.a.x")
    assert link is not None
    assert (link.kind, link.rest, link.sure) == ("instance", "", True)


# Rounds.


def paths_of(index: Index) -> Iterator[str]:
    for module in index.own.values():
        for name in {*module.bound_names, *NAMES}:
            yield f"{module.name}.{name}"
            yield f"{module.name}.{name}.get"


def answers(index: Index, random: Random) -> dict[tuple[str, str], tuple[Link | None, frozenset[str]]]:
    """All answers, each with what it depends on, asked in some order."""
    paths = [(links, path) for links in index.links for path in {*paths_of(index)}]
    random.shuffle(paths)
    found = {}
    for links, path in paths:
        found[links.contract.name, path] = index.project.traced(lambda: links.path(path))  # noqa: B023
    return found


@example(
    # What a module serves for another is that one's, too.
    texts={
        **dict.fromkeys(PATHS, ""),
        "lib/__init__.py": "from lib.a import __getattr__",
        "lib/a.py": "def __getattr__(name):\n    import app\n    return getattr(app, name)",
    },
    others={"lib/a.py": ""},
    gone=set(),
    seed=0,
)
# Each project is linked several times, in each of the orders.
@settings(max_examples=max(10, settings.default.max_examples // 4))
@given(
    texts=TEXTS,
    others=st.dictionaries(st.sampled_from(PATHS), TEXT, max_size=3),
    gone=st.sets(st.sampled_from(PATHS), max_size=2),
    seed=st.integers(0, 99),
)
def test_links_do_not_know_in_how_many_rounds_they_were_made(
    texts: dict[str, str], others: dict[str, str], gone: set[str], seed: int
) -> None:
    now, random = modules(texts), Random(seed)
    states = [
        {path: module for path, module in modules({**texts, **others}).items() if path not in gone},
        {**modules({**texts, **others}), **{path: now[path] for path in now if path not in others}},
        now,
    ]
    index = index_of(states[0])
    for state in states:
        index.having(state, CONTRACTS)
        told.learned(index, WORDS)
        answers(index, random)
    index.having(now, CONTRACTS)
    agree(index)
    again, anew = answers(index, random), answers(index_of(now), random)
    assert {key: link for key, (link, _) in again.items()} == {key: link for key, (link, _) in anew.items()}
    for key, (_, touched) in again.items():
        # Who enters a circle of names elsewhere need not see that it is one, and then depends on less than everything.
        if EVERYTHING not in touched | anew[key][1]:
            assert touched == anew[key][1]


# Long chains: what they cost is tried by hand, that they have an end is tried here.


HUB = ClassContract(name="hub", canonical="m0.Hub")


def long(texts: Mapping[str, str], *further: str, contract: Contract = HUB) -> Index:
    """The index of files with these texts, named after their modules; they are asked for ``further`` names, too."""
    files = tuple(File(f"{name}.py", name, package=False, tests=False) for name in texts)
    asked = frozenset({"Hub", "Old", *further})
    found = {file.path: Module(file, extract(texts[file.module].encode(), asked)) for file in files}
    index = Index(Listing(files, ("",), ()), Project(files, ()), [], "")
    index.having(found, [contract])
    return index


LENGTH = 2_000
LINKS = {
    "re-export": "from m{0} import Hub",
    "module": "import m{0}\nHub = m{0}.Hub",
    "subclass": "from m{0} import Hub as Old\nclass Hub(Old): pass",
    "star": "from m{0} import *",
}


@pytest.mark.parametrize("name", LINKS)
def test_a_chain_of_many_modules_leads_to_its_end(name: str) -> None:
    texts = {f"m{number + 1}": LINKS[name].format(number) for number in range(LENGTH)}
    index = deep(lambda: long({"m0": "class Hub: pass", **texts}))
    (links,) = index.links
    link, touched = deep(lambda: index.project.traced(lambda: links.path(f"m{LENGTH}.Hub")))
    assert link is not None
    assert touched >= {f"m{number + 1}.py" for number in range(LENGTH)}
    assert not links.lost


def test_modules_that_serve_and_export_from_each_other_are_looked_at_once() -> None:
    """All ways through forty of them are too many for any machine."""
    names = [f"m{number}" for number in range(40)]
    files = [File(f"{name}.py", name, package=False, tests=False) for name in names]
    texts = {
        own: f"__all__ = ['Hub_{own}']\n"
        + "".join(
            f"from {other} import __getattr__\nimport {other}\n__all__ += {other}.__all__\n"
            for other in names
            if other != own
        )
        for own in names
    }
    found = [Module(file, extract(texts[file.module].encode(), frozenset({"Hub"}))) for file in files]
    project = Project(files, found)
    assert [*forwards(project, found[0])] == []
    assert exports_of(project, found[0]) == {f"Hub_{name}" for name in names}


HOLDING = {
    "m0": "class Hub: pass\nclass Old: pass\n",
    "m1": "from m0 import Hub, Old\nclass Desk:\n    kind = Hub\nclass Shelf:\n    kind = Old\n",
    "m2": "from m1 import Desk as Table, Shelf as Board\n",
    "m3": "import m2\nPlace = m2.Table\nRow = m2.Board\n",
    "m4": "from m3 import *\nWall = Place\nRoom = Row\n",
    "m5": "from library.Desk import far\nfrom library.Hub import near\n",
}
NAMED = "Desk Shelf Table Board Place Row Wall Room far near".split()
HELD = {
    "m0.py": {"Hub"},
    "m1.py": {"Hub", "Desk"},
    "m2.py": {"Table"},
    "m3.py": {"Place"},
    "m4.py": {"Place", "Wall"},
    # What lies below a name of the symbol may be it, what lies below one that holds it is not.
    "m5.py": {"near"},
}


def test_what_holds_something_of_the_symbol_matters_by_all_its_names() -> None:
    index = long(HOLDING, *NAMED)
    routes = Routes()
    routes.take(index.project)
    assert reached(routes, index.links[0].roles, index.project).names == HELD


def test_nothing_is_kept_of_a_file_that_is_gone() -> None:
    index = long(HOLDING, *NAMED)
    routes = Routes()
    for gone in ("m4.py", "", "m4.py"):
        modules_ = [one for one in index.project.by_path.values() if one.file.path != gone]
        routes.take(Project([one.file for one in modules_], modules_))
        fresh = Routes()
        fresh.take(Project([one.file for one in modules_], modules_))
        for known in ("by_word", "binders", "bound"):
            both = [
                {key: sorted(found) for key, found in getattr(one, known).items() if found}
                for one in (routes, fresh)
            ]
            assert both[0] == both[1]
        assert sorted(routes.stars) == sorted(fresh.stars)


def test_a_module_serves_all_that_those_serve_from_which_it_takes_its_getattr() -> None:
    texts = {
        "m0": "if c:\n    from m1 import __getattr__\nelse:\n    from m2 import __getattr__\n",
        "m1": "from m0 import __getattr__\n",
        "m2": "def __getattr__(name):\n    if name == 'Old':\n        from m3 import Hub\n        return Hub\n",
    }
    (links,) = long({"m3": "class Hub: pass", **texts}).links
    project = links.project
    first = project.module("m0")
    assert first is not None
    assert [*forwards(project, first)] == [("Old", "m3.Hub", 4)]


# Which modules take all names of which: each has far more ways through it than modules.
STARS = {
    "row": lambda count: {at: range(at + 1, count) for at in range(count)},
    "diamonds": lambda count: {at: range(count)[at + 1 + at % 2 :][:2] for at in range(count)},
    "ring": lambda count: {at: [one for one in range(count) if one != at] for at in range(count)},
}


class Counting(Project):
    """A project that remembers for which paths its modules were looked through."""

    def split(self, path: str) -> tuple[File | None, str, list[str]]:
        self.paths = [*getattr(self, "paths", []), path]
        return super().split(path)


@pytest.mark.parametrize("name", ["Hub", "_Hub", "nowhere"])
@pytest.mark.parametrize("shape", STARS)
def test_modules_that_take_all_names_from_each_other_are_looked_through_a_few_times(
    shape: str, name: str
) -> None:
    count = 24
    stars = {
        f"m{at}": "".join(f"if c:\n    from m{one} import *\n" for one in others)
        for at, others in STARS[shape](count).items()
    }
    stars[f"m{count - 1}"] += "class Hub: pass"
    files = [File(f"{name}.py", name, package=False, tests=False) for name in stars]
    project = Counting(files, [Module(file, extract(stars[file.module].encode(), ASKED)) for file in files])
    # No file says what stands at the end of a circle.
    kinds = {"Hub": "class", "nowhere": "nothing"} if shape != "ring" else {}
    assert follow(project, f"m0.{name}").kind == kinds.get(name, "nothing" if name == "_Hub" else "unknown")
    assert len(project.paths) <= 8 * count


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("class Hub: pass", True),
        ("class Old: pass\nHub = Old", True),
        ("from library import Hub", True),
        ("Hub = namedtuple('Hub', 'one')", True),
        ("Hub = make()", False),
        ("Hub = library.make()", False),
        ("Hub = makers[0]()", False),
        ("if c:\n    Hub = make()\nelse:\n    Hub = Old", True),
        ("Hub = [Old]", True),
        ("def Hub(): pass", False),
        ("", True),
    ],
)
def test_a_symbol_can_be_a_class_unless_the_code_says_otherwise(source: str, expected: bool) -> None:
    (links,) = long({"m0": source}).links
    assert links.roles.is_class == expected


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("object", "nothing"),
        ("ABC", "nothing"),
        ("Generic[T]", "nothing"),
        ("typing.Protocol", "nothing"),
        ("Old", "nothing"),
        ("library.Base", "unknown"),
        ("Unheard", "unknown"),
    ],
)
def test_a_class_has_no_attribute_that_neither_it_nor_its_bases_bind(base: str, expected: str) -> None:
    source = f"import library, typing\nclass Old: pass\nclass Hub({base}):\n    def get(self): pass\n"
    project = long({"m0": source}, "get", "far").project
    assert follow(project, "m0.Hub.get").kind == "def"
    assert follow(project, "m0.Hub.far").kind == expected


def test_what_nobody_tells_any_more_is_gone() -> None:
    told: CountedUnion[str, str] = CountedUnion()
    for names, expected in (
        ({"a.py": ("one", "two"), "b.py": ("two",)}, {"one", "two"}),
        ({"a.py": ("three",), "b.py": ("two",)}, {"two", "three"}),
        ({"a.py": ("three",)}, {"three"}),
        ({}, set[str]()),
    ):
        told.follow(names, lambda path, own: frozenset(own), ())
        assert {*told.told} == expected


def test_a_table_has_what_is_told_by_row() -> None:
    told: CountedTables[str] = CountedTables()

    def tell(path: str, names: Collection[str]) -> frozenset[tuple[str, str, str]]:
        return frozenset(
            [("parts", name, path) for name in names] + [("paths", path, name) for name in names]
        )

    told.follow({"a": ("one", "two"), "b": ("two",)}, tell, ())
    parts = dict(told.table("parts"))
    assert parts == {"one": {"a"}, "two": {"a", "b"}}
    assert told.table("paths") == {"a": {"one", "two"}, "b": {"two"}}
    told.follow({"a": ("two",), "b": ("two",)}, tell, ())
    assert told.table("parts") == {"two": {"a", "b"}}
    assert told.table("parts")["two"] is parts["two"]
    assert told.table("paths") == {"a": {"two"}, "b": {"two"}}
    told.follow({"a": ("two",)}, tell, ())
    assert told.table("parts") == {"two": {"a"}}
    assert told.table("other") == {}


def test_an_answer_depends_on_all_that_was_touched_for_what_it_uses() -> None:
    """Also where that has been put together before, for a part of it."""

    def chain(name: str, count: int) -> list[Conclusion[str]]:
        found: list[Conclusion[str]] = []
        for number in range(count):
            found.append(Conclusion("", frozenset({f"{name}{number}"}), tuple(found[-1:])))
        return found

    long_one, short = chain("a", 2 * MUCH), chain("b", 3)
    everything = {*(f"a{number}" for number in range(2 * MUCH)), "b0", "b1", "b2"}
    assert all_touched((), long_one[-1:]) == everything - {"b0", "b1", "b2"}
    for used in ([short[-1], long_one[-1]], [long_one[-1], short[-1]]):
        assert {*Conclusion("", frozenset({"c"}), tuple(used)).whole()} == everything | {"c"}


def test_what_a_decorator_is_given_is_no_name_of_what_it_decorates() -> None:
    texts = {
        "app/hub.py": "class Hub: pass",
        "lib/a.py": "from app.hub import Hub\n@register(Hub)\ndef get(): pass\n@register(Hub)\nclass Old: pass",
    }
    (links, *_) = index_of(modules(texts, frozenset({"Hub"}))).links
    assert links.path("lib.a.Hub") is not None
    assert links.path("lib.a.get") is None
    assert links.path("lib.a.Old") is None


@pytest.mark.parametrize(
    ("path", "kind", "name", "rest"),
    [
        ("load", "function", "load", ()),
        ("Desk.open", "function", "Desk.open", ()),
        ("Desk.open.kept", "function", "Desk.open", ("kept",)),
        ("Desk.shut", "held", "Desk.shut", ()),
    ],
)
def test_a_function_that_is_bound_anew_is_still_the_function_and_a_method_is_not(
    path: str, kind: str, name: str, rest: tuple[str, ...]
) -> None:
    source = (
        "def load(): pass\nload = cache(load)\n"
        "class Desk:\n    def open(self): pass\n    def shut(self): pass\n    shut = property(shut)\n"
    )
    file = File("m.py", "m", package=False, tests=False)
    module = Module(file, extract(source.encode(), frozenset(), sharing=True))
    found = Definitions(Project([file], [module])).path(f"m.{path}")
    assert found == Place(kind, ("m.py", name), rest)


@pytest.mark.parametrize(
    ("statement", "lines"),
    [
        ("kept = Old", [2, 1]),
        ("kept = [1]", [2, 1]),
        ("kept = None", [1, 2]),
        ("kept = ''", [1, 2]),
        ("kept = {}", [1, 2]),
        ("kept = list()", [1, 2]),
        ("Old.kept = Hub", [1]),
        ("globals()['kept'] = Hub", [1]),
        ("del kept", [1]),
        ("@register(Hub)\ndef kept(): pass", [1, 3]),
        ("@register(Hub)\nclass kept: pass", [1, 3]),
    ],
)
def test_of_the_statements_that_bind_a_name_those_come_last_that_give_it_nothing_yet(
    statement: str, lines: list[int]
) -> None:
    source = f"kept = Hub()\n{statement}\nkept.get()\n"
    facts = extract(source.encode(), frozenset({"Hub", "Old", "kept"}))
    place = next(use.ref for use in facts.uses if use.ref.spelled == "kept.get")
    assert [bound.span.line for bound in seen(facts, place, "")] == lines


@pytest.mark.parametrize(("path", "is_taken"), [("m0.Hub.Hub", True), ("m0.Hub", False), ("m0", False)])
def test_a_parameter_has_the_name_of_its_function_and_one_of_its_own(path: str, is_taken: bool) -> None:
    project = long({"m0": "def Hub(Hub: int): pass"}).project
    taker = taker_of(project, path)
    assert (taker is not None and bool(taker.found)) == is_taken


def test_names_of_a_subclass_are_learned_and_spoken_as_those_of_the_class() -> None:
    texts = {
        "m0": "class Hub: pass",
        "m1": "from m0 import Hub\nclass Sub(Hub): pass",
        "m2": "from m1 import Sub as Other",
        "m3": "from m1 import *",
    }
    index = long(texts, "Sub", "Other")
    names, binders = told.learned(index, frozenset({"Hub"}))
    assert names == {"Sub": {"m1", "m3"}, "Other": {"m2"}}
    assert binders == {"m1.py": {"Sub"}, "m2.py": {"Other"}, "m3.py": {"Sub"}}
    assert told.spoken(index) == {"hub": {"Hub", "Sub", "Other"}}


def test_a_facade_that_no_statement_binds_is_learned_also_where_all_names_are_taken() -> None:
    texts = {"m0": "class Hub:\n    def create(self): pass", "m1": "", "m2": "from m1 import *"}
    index = long(texts, contract=replace(HUB, also_at=("m1.Desk",), factories=("m0.Hub.create",)))
    names, binders = told.learned(index, frozenset({"Hub"}))
    assert names == {"Desk": {"m1", "m2"}}
    assert binders == {"m1.py": {"Desk"}, "m2.py": {"Desk"}}


@pytest.mark.parametrize("canonical", ["m0.Hub", "m0"])
def test_what_matters_of_a_file_that_comes_later_is_what_would_have_mattered_at_once(canonical: str) -> None:
    texts = {
        "m0": "class Hub: pass",
        "m1": "from m0 import Hub",
        "m2": "from m0 import Old as Desk\nimport m0 as Table\nfrom library import Shelf",
    }
    index = long(texts, "Desk", "Table", "Shelf", contract=replace(HUB, canonical=canonical))
    roles, whole = index.links[0].roles, index.project
    routes, fresh = Routes(), Routes()
    few = Project([*whole.known.values()], [whole.by_path["m0.py"], whole.by_path["m1.py"]])
    for project in (few, whole):
        routes.take(project)
        found = reached(routes, roles, project)
    fresh.take(whole)
    assert found == reached(fresh, roles, whole)


def test_a_module_that_is_the_symbol_matters_by_its_last_name_wherever_that_is_from() -> None:
    texts = {
        "app": "",
        "app.hub": "class Hub: pass",
        "lib": "from app import *",
        "use": "from lib import hub as one",
    }
    index = long(texts, "hub", "one", contract=replace(HUB, canonical="app.hub"))
    routes = Routes()
    routes.take(index.project)
    found = reached(routes, index.links[0].roles, index.project).names
    assert found["use.py"] == {"one"}
