"""``ssot_isolation``: what two users share is found, by its way on both sides, and nothing else is."""

from __future__ import annotations

import array
import asyncio
import collections
import collections.abc
import contextvars
import dataclasses
import datetime
import enum
import functools
import logging
import threading
import types
import warnings
import weakref
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Generic, NamedTuple, Protocol, TypeVar
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssot_lint.model.contracts import ClassContract
from ssot_lint.plugins.failure import CheckFailed
from ssot_lint.plugins.isolation import Isolation
from ssot_lint.plugins.reach import MOST, NOTHING, shared

USERS = ("ann", "bob")


class Box:
    """Anything with attributes."""

    def __init__(self, **attributes: Any) -> None:
        self.__dict__.update(attributes)


class Slotted:
    __slots__ = ("board", "unset")

    def __init__(self, board: object) -> None:
        self.board = board


class Colour(enum.Enum):
    RED = []  # noqa: RUF012


@dataclasses.dataclass(frozen=True)
class Frozen:
    name: str
    parts: object = None


class Named(NamedTuple):
    name: str
    parts: object


def isolation(*contracts: ClassContract) -> Isolation:
    return Isolation(lambda: contracts)


def failure(factory: Callable[..., Any], keys: Any = USERS, *contracts: ClassContract, **more: Any) -> str:
    with pytest.raises(CheckFailed) as caught:
        isolation(*contracts)(factory, keys, **more)
    return str(caught.value)


def ways(factory: Callable[..., Any], **more: Any) -> list[str]:
    """The lines with ways, without the types."""
    return [line.strip().rpartition(": ")[0] for line in failure(factory, **more).split("\n")[1:-1]]


BOARD: list[int] = [1]


def closure(board: object) -> Callable[[object], None]:
    def send(event: object) -> None:
        board.append(event)  # type: ignore[attr-defined]

    return send


def running(board: object) -> Iterator[object]:
    yield board


class Hub:
    backlog: list[int] = []  # noqa: RUF012
    LIMITS = (1, 2)

    @property
    def explodes(self) -> object:
        raise AssertionError("a property was called")

    def send(self) -> None: ...


class Hidden(Hub):
    def __init__(self) -> None:
        self.backlog = []


class Borg:
    state: dict[str, int] = {"n": 1}  # noqa: RUF012

    def __init__(self) -> None:
        self.__dict__ = self.state


SHARED = {
    "an attribute": (lambda board: Box(_board=board), "ann._board → bob._board"),
    "of an attribute": (lambda board: Box(hub=Box(_board=board)), "ann.hub._board → bob.hub._board"),
    "a slot": (Slotted, "ann.board → bob.board"),
    "a value of a dict": (lambda board: {"x": board}, "ann['x'] → bob['x']"),
    "a value under a number": (lambda board: {7: board}, "ann[7] → bob[7]"),
    "in a list": (lambda board: [0, board], "ann[1] → bob[1]"),
    "in a deque": (lambda board: collections.deque([board]), "ann[0] → bob[0]"),
    "in a tuple": (lambda board: Box(pair=(1, board)), "ann.pair[1] → bob.pair[1]"),
    "a named tuple": (lambda board: Named("n", board), "ann.parts → bob.parts"),
    "in a frozen dataclass": (lambda board: Frozen("n", board), "ann.parts → bob.parts"),
    "behind a proxy": (
        lambda board: Box(view=types.MappingProxyType({"x": board})),
        "ann.view['x'] → bob.view['x']",
    ),
    "a closure": (closure, "ann.<board> → bob.<board>"),
    "a default": (lambda board: lambda event, into=board: None, "ann.<into> → bob.<into>"),
    "a bound method": (
        lambda board: Box(send=Slotted(board).__init__),  # type: ignore[misc]
        "ann.send.__self__.board → bob.send.__self__.board",
    ),
    "a bound method of a list": (lambda board: Box(add=board.append), "ann.add.__self__ → bob.add.__self__"),
    "a partial": (lambda board: functools.partial(print, board), "ann.args[0] → bob.args[0]"),
    "a keyword of a partial": (
        lambda board: functools.partial(print, end=board),
        "ann.keywords['end'] → bob.keywords['end']",
    ),
    "a generator": (running, "ann.<board> → bob.<board>"),
    "an exception": (lambda board: ValueError(board), "ann.<tuple>[0] → bob.<tuple>[0]"),
    "a default of a dict": (
        lambda board: collections.defaultdict(closure(board)),
        "ann.default_factory.<board> → bob.default_factory.<board>",
    ),
}


@pytest.mark.parametrize(("build", "way"), SHARED.values(), ids=SHARED)
def test_what_is_shared_is_found_by_its_way(build: Callable[[object], object], way: str) -> None:
    assert ways(lambda user: build(BOARD)) == [way]
    assert isolation()(lambda user: build([1]), USERS)


T = TypeVar("T")


class Typed(Generic[T]):
    """A class that derives from one of the standard library."""


class Spoken(Protocol):
    def speak(self) -> None: ...


class Speaker(Spoken):
    def speak(self) -> None: ...


class Mapped(collections.abc.Mapping[str, int]):
    def __getitem__(self, key: str) -> int:
        raise KeyError

    def __iter__(self) -> Iterator[str]:
        raise AssertionError

    def __len__(self) -> int:
        raise AssertionError


class immutabledict(dict[str, int]):
    """As SQLAlchemy's."""


@pytest.mark.parametrize("kind", [Typed, Speaker, Mapped])
def test_objects_of_classes_that_derive_from_those_of_the_standard_library_are_shared(kind: type) -> None:
    thing = kind()
    assert ways(lambda user: Box(part=thing)) == ["ann.part → bob.part"]


def test_a_container_that_calls_itself_immutable_is_believed() -> None:
    assert isolation()(lambda user: Box(part=EMPTY), USERS)


EMPTY = immutabledict()


class Refers:
    """Holds a weak reference to something that lives on."""

    def __init__(self, board: Box) -> None:
        self.board = weakref.ref(board)


def test_a_weak_reference_leads_to_what_it_refers_to() -> None:
    board = Box()
    assert ways(lambda user: Refers(board)) == ["ann.board() → bob.board()"]


def test_a_weak_map_is_shared_unless_the_users_are_its_keys() -> None:
    users = Box(user_id="ann"), Box(user_id="bob")
    of_users = weakref.WeakKeyDictionary({user: [1] for user in users})
    assert isolation()(lambda user: Box(known=of_users), users)
    other = weakref.WeakKeyDictionary({Box(): [1]})
    assert "ann.known → bob.known" in failure(lambda user: Box(known=other), users)


def test_mutable_attributes_of_the_class_are_shared_unless_the_object_hides_them() -> None:
    assert ways(lambda user: Hub()) == ["ann.backlog → bob.backlog"]
    assert isolation()(lambda user: Hidden(), USERS)


def test_objects_may_have_one_dictionary() -> None:
    assert ways(lambda user: Borg(), shared=["*.state"]) == ["ann.__dict__ → bob.__dict__"]
    assert isolation()(lambda user: Borg(), USERS, shared=["*.state", "*.__dict__"])


NOT_SHARED = {
    "an enum": Colour.RED,
    "a module": types,
    "a function": closure,
    "a built-in": len,
    "a class": Hub,
    "a logger": logging.getLogger("x"),
    "an adapter": logging.LoggerAdapter(logging.getLogger("x"), {}),
    "a lock": threading.Lock(),
    "a reentrant lock": threading.RLock(),
    "a condition": threading.Condition(),
    "a semaphore": threading.BoundedSemaphore(),
    "an asyncio lock": asyncio.Lock(),
    "a text": "text",
    "a number": 2**100,
    "a sentinel": object(),
    "a tuple": (1, ("a", frozenset([2]))),
    "a date": datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc),
    "a decimal": Decimal("1.1"),
    "a path": Path("a"),
    "a frozen dataclass": Frozen("n", (1, 2)),
    "a context variable": contextvars.ContextVar[object]("x"),
    "a value for each thread": threading.local(),
    "a read-only view": types.MappingProxyType({"a": 1}),
    "a generic": list[int],
    "a sentinel of mock": mock.sentinel.DEFAULT,
}


@pytest.mark.parametrize("thing", NOT_SHARED.values(), ids=NOT_SHARED)
def test_what_is_no_sharing(thing: object) -> None:
    assert isolation()(lambda user: Box(part=thing), USERS)
    assert isolation()(lambda user: thing, USERS) == (thing, thing)


@pytest.mark.parametrize(
    "thing",
    [[], {}, set(), bytearray(b"x"), array.array("i"), Box(), collections.deque(), ValueError(), iter([])],
)
def test_what_can_change_is_shared(thing: object) -> None:
    assert ways(lambda user: Box(part=thing)) == ["ann.part → bob.part"]
    assert "returned the same object for ann and bob" in failure(lambda user: thing)


def test_what_lies_behind_something_shared_is_not_told_again() -> None:
    hub = Box(board=[1], more={"a": []})
    assert ways(lambda user: Box(hub=hub)) == ["ann.hub → bob.hub"]


def test_the_ways_may_differ_and_are_the_shortest() -> None:
    board: list[int] = []
    made = {"ann": Box(deep=Box(er=board), near=board), "bob": [board]}
    assert ways(lambda user: made[user]) == ["ann.near → bob[0]"]


def test_all_that_is_shared_is_told_and_of_many_the_first() -> None:
    boards = [[] for _ in range(12)]  # type: ignore[var-annotated]
    text = failure(lambda user: list(boards))
    assert "12 mutable objects can be reached" in text
    assert "  ann[9] → bob[9]: list of 0\n  and 2 more\n" in text


def test_circles_end() -> None:
    def build(user: str) -> Box:
        one, other = Box(), Box()
        one.other, other.one = other, one
        one.itself = one
        one.board = BOARD
        return one

    assert ways(build) == ["ann.board → bob.board"]


def test_chains_have_no_limit_but_the_number_of_objects_which_is_said() -> None:
    def build(user: str, length: int = MOST + 1) -> object:
        last: object = None
        for _ in range(length):
            last = [last]
        return last

    with pytest.warns(UserWarning, match="only the nearest 100000 objects of ann and of bob were looked at"):
        isolation()(build, USERS)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        isolation()(lambda user: build(user, 10_000), USERS)
        isolation()(lambda user: list(range(500_000)), USERS)


class Hostile:
    """Whose code must not run."""

    def __getattribute__(self, name: str) -> object:
        raise AssertionError(name)

    def __eq__(self, other: object) -> bool:
        raise AssertionError

    def __iter__(self) -> Iterator[object]:
        raise AssertionError

    def __repr__(self) -> str:
        raise AssertionError

    __hash__ = None  # type: ignore[assignment]


class HostileDict(dict[Any, Any]):
    def __getattribute__(self, name: str) -> object:
        raise AssertionError(name)

    def __iter__(self) -> Iterator[object]:
        raise AssertionError


def test_no_code_of_what_is_looked_at_runs() -> None:
    def build(board: object) -> Box:
        hostile = Hostile()
        object.__getattribute__(hostile, "__dict__")["board"] = board
        return Box(hub=hostile, many=HostileDict(x=board))

    assert ways(lambda user: build(BOARD)) == ["ann.hub.board → bob.hub.board"]
    assert isolation()(lambda user: build([]), USERS)
    hostile = Hostile()
    assert ways(lambda user: Box(hub=hostile)) == ["ann.hub → bob.hub"]


class Pool: ...


class Engine(Pool): ...


@pytest.mark.parametrize(
    "allowed",
    [[Pool], [Engine], Pool, ["*.pool"], "*.pool", ["pool"], ["*.hub.pool", "*hub*"], [f"{__name__}.Pool"]],
)
def test_what_may_be_shared(allowed: Any) -> None:
    pool = Engine()
    pool.__dict__["rows"] = []

    def build(user: str) -> Box:
        return Box(pool=pool)

    if allowed == ["*.hub.pool", "*hub*"]:
        assert ways(build, shared=allowed) == ["ann.pool → bob.pool"]
        assert isolation()(lambda user: Box(hub=build(user)), USERS, shared=allowed)
    else:
        assert isolation()(build, USERS, shared=allowed)
        assert isolation()(lambda user: pool, USERS, shared=[Pool])
    assert ways(lambda user: Box(pool=pool, board=BOARD), shared=allowed)[-1] == "ann.board → bob.board"


def contract(**more: Any) -> ClassContract:
    return ClassContract(name="hub", canonical=f"{__name__}.Hub", **more)


def keyed(pool: object = None, *, user: object) -> Box:
    return Box(user=user, pool=BOARD)


def two_keys(first: object = None, second: object = None, **others: object) -> Box:
    return Box(got=(first, second, others))


class Maker:
    @classmethod
    def build(cls, pool: object = None, user: object = None) -> Box:
        assert isinstance(user, str)
        return Box(user=user)


def test_the_key_goes_where_the_contract_says() -> None:
    said = contract(factories=(f"{__name__}.keyed",), isolated_by=("user",), shared_parts=("*.pool",))
    ann, bob = isolation(said)(keyed, USERS)
    assert (ann.user, bob.user) == USERS
    both = contract(factories=(f"{__name__}.two_keys",), isolated_by=("second", "first"))
    assert isolation(both)(two_keys, USERS)[0].got == ("ann", "ann", {})
    other = contract(factories=(f"{__name__}.two_keys",), isolated_by=("user",))
    assert isolation(other)(two_keys, USERS)[0].got == (None, None, {"user": "ann"})
    method = contract(factories=(f"{__name__}.Maker.build",), isolated_by=("user",))
    assert isolation(method)(Maker.build, USERS)[1].user == "bob"
    assert isolation(said)(lambda user: Box(user=user), USERS)[0].user == "ann"


def test_a_factory_that_takes_more_than_the_key() -> None:
    text = failure(lambda user, room: Box())
    assert "cannot be called with the key alone (missing a required argument: 'room')" in text
    assert "`lambda key: factory(key, other)`" in text
    assert "cannot be called with the key alone" in failure(keyed)
    assert "cannot be called with the key alone" in failure(lambda: Box())


def test_a_factory_that_gives_nothing_to_look_at() -> None:
    def raises(user: str) -> Box:
        raise KeyError(user)

    assert failure(lambda user: None).endswith("returned None for ann: there is nothing to look at")
    assert failure(raises).endswith("raises raised KeyError: 'ann'")
    assert "the factory is no callable: str" in failure("text")  # type: ignore[arg-type]


@pytest.mark.parametrize("keys", [("ann", "ann"), ("ann",), ("a", "b", "c"), "ab", 7, ()])
def test_keys_are_two_different_values(keys: Any) -> None:
    assert failure(Box, keys).startswith("ssot_isolation: keys are two ")


def test_what_is_shared_is_named_by_the_keys_where_these_have_names() -> None:
    board: list[int] = []
    keys = Box(user_id="ann"), Box(user_id="bob")
    assert "  ann.board → bob.board" in failure(lambda key: Box(board=board), keys)
    assert "  1.board → 2.board" in failure(lambda key: Box(board=board), (1, 2))
    assert "  first.board → second.board" in failure(lambda key: Box(board=board), (object(), object()))


def test_async_factories_are_awaited() -> None:
    async def shares(user: str) -> Box:
        await asyncio.sleep(0)
        return Box(board=BOARD)

    async def isolated(user: str) -> Box:
        return Box(board=[user])

    async def raises(user: str) -> Box:
        raise KeyError(user)

    assert ways(shares) == ["ann.board → bob.board"]
    assert isolation()(isolated, USERS)[1].board == ["bob"]
    assert "raised KeyError: 'ann'" in failure(raises)

    async def test() -> None:
        check = isolation()
        ann, bob = await check(isolated, USERS)
        assert (ann.board, bob.board) == (["ann"], ["bob"])
        assert await check(lambda user: Box(), USERS)
        with pytest.raises(CheckFailed, match=r"ann\.board → bob\.board"):
            await check(shares, USERS)
        check.finish()

    asyncio.run(test())


def test_a_check_that_nobody_awaits_is_told() -> None:
    async def isolated(user: str) -> Box:
        return Box()

    async def test() -> None:
        check = isolation()
        check(isolated, USERS)
        with pytest.raises(CheckFailed, match=r"was not awaited: write `await ssot_isolation\("):
            check.finish()

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        asyncio.run(test())


TREES = st.recursive(
    st.integers(0, 3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=8,
)


def copied(tree: Any, at: list[int], board: object) -> Any:
    """The tree once more; at one of its leaves the board."""
    if isinstance(tree, list):
        return [copied(each, at, board) for each in tree]
    if isinstance(tree, dict):
        return {key: copied(each, at, board) for key, each in tree.items()}
    at[0] -= 1
    return board if at[0] == -1 else tree


@given(TREES, TREES, st.integers(0, 8), st.integers(0, 8))
def test_two_copies_share_exactly_what_is_put_into_both(
    one: Any, other: Any, first: int, second: int
) -> None:
    board = bytearray()
    sides = [copied(tree, [at], board) for tree, at in ((one, first), (other, second))]

    def holds(tree: Any) -> bool:
        inner = tree if isinstance(tree, list) else tree.values() if isinstance(tree, dict) else ()
        return tree is board or any(map(holds, inner))

    found = shared(("ann", sides[0]), ("bob", sides[1]), NOTHING).found
    assert [one.thing for one in found] == ([board] if all(map(holds, sides)) else [])
