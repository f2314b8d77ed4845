"""A factory and two keys → two objects, which must share nothing that can change.

Unlike all else here this runs what it judges: it is a tool of tests, and shows what no reading of the code can.
"""

from __future__ import annotations

import inspect
import re
import warnings
import weakref
from collections.abc import Callable, Generator, Iterable, Sequence
from typing import Any

from ssot_lint.plugins.declared import Declared, declared, parts_of
from ssot_lint.plugins.failure import CheckFailed
from ssot_lint.plugins.reach import MOST, Excused, SharedObject, shared

SHOWN = 10
"""So many shared objects are told."""


class Pair(tuple[Any, Any]):
    """What the factory gave for the two keys. May be awaited, so that a test need not know what kind the factory is."""

    __slots__ = ()

    def __await__(self) -> Generator[None, None, Pair]:
        return self
        yield


class Isolation:
    """``ssot_isolation`` of one test. ``contracts`` gives those that apply to it."""

    def __init__(self, contracts: Callable[[], tuple[Any, ...]]) -> None:
        self._contracts = contracts
        self._waiting: list[_Waiting] = []

    def __call__(self, factory: Callable[..., Any], keys: Iterable[Any], *, shared: Any = ()) -> Any:
        """Builds one object for each of two keys, and fails where a mutable object can be reached from both.

        ``shared``: types, and paths like ``*.pool``, that both may have in common. Gives the two objects; where the
        factory is async and a loop runs already, something to await that gives them.
        """
        first, second = _two(keys)
        if not callable(factory):
            raise CheckFailed(f"ssot_isolation: the factory is no callable: {type(factory).__name__}")
        contracts = self._contracts()
        said = declared(factory, contracts)
        allowed = (*_several(shared), *said.shared_parts)
        names = _names(first, second)
        made = [_call(factory, key, said) for key in (first, second)]

        def check(made: Sequence[Any]) -> Pair:
            parts = [part for one in made for part in parts_of(one, contracts)]
            return _check(made, names, _name(factory), _excused((*allowed, *parts), (first, second)))

        if not any(map(inspect.isawaitable, made)):
            return check(made)
        waiting = _Waiting(_name(factory), made, check)
        if not _is_in_loop():
            import asyncio

            return asyncio.run(waiting.finished())
        self._waiting.append(waiting)
        return waiting

    def finish(self) -> None:
        """Fails where a test has not awaited what it had to."""
        forgotten = [one.factory for one in self._waiting if not one.is_awaited]
        for one in self._waiting:
            one.close()
        if forgotten:
            raise CheckFailed(
                f"ssot_isolation: {forgotten[0]} is async, and its check was not awaited: write "
                f"`await ssot_isolation({forgotten[0]}, …)`"
            )


class _Waiting:
    """The check of an async factory, until it is awaited."""

    def __init__(self, factory: str, made: Sequence[Any], check: Callable[[Sequence[Any]], Pair]) -> None:
        self.factory = factory
        self.made = made
        self.check = check
        self.is_awaited = False

    def __await__(self) -> Generator[Any, Any, Pair]:
        return self.finished().__await__()

    async def finished(self) -> Pair:
        self.is_awaited = True
        try:
            found = [await one if inspect.isawaitable(one) else one for one in self.made]
        except Exception as error:
            raise _raised(self.factory, error) from error
        finally:
            self.close()
        return self.check(found)

    def close(self) -> None:
        """Python would warn of what was never awaited."""
        for one in self.made:
            if inspect.iscoroutine(one):
                one.close()


def _is_in_loop() -> bool:
    """Whether an event loop runs in this thread, of whatever library."""
    import asyncio
    import sys

    sniffio = sys.modules.get("sniffio")
    if sniffio is not None:
        try:
            sniffio.current_async_library()
        except sniffio.AsyncLibraryNotFoundError:
            return False
        return True
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _two(keys: Iterable[Any]) -> tuple[Any, Any]:
    given = [keys] if isinstance(keys, (str, bytes)) or not isinstance(keys, Iterable) else list(keys)
    if len(given) != 2:
        raise CheckFailed(
            f'ssot_isolation: keys are two values, as in ("ann", "bob"), and here {len(given) or "none"} '
            f"{'is' if len(given) == 1 else 'are'} given"
        )
    first, second = given
    try:
        is_same = first is second or bool(first == second)
    except Exception:
        is_same = False
    if is_same:
        raise CheckFailed(f"ssot_isolation: keys are two different values, and here both are {_text(first)}")
    return first, second


def _call(factory: Callable[..., Any], key: Any, said: Declared) -> Any:
    """What the factory gives for a key; something to await where it is async."""
    name = _name(factory)
    arguments, named = _arguments(factory, key, said)
    try:
        return factory(*arguments, **named)
    except Exception as error:
        raise _raised(name, error) from error


def _arguments(
    factory: Callable[..., Any], key: Any, said: Declared
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The key under the names that the contract gives it, or as the first argument."""
    try:
        signature = inspect.signature(factory)
    except (ValueError, TypeError):
        return ((), {said.keys[0]: key}) if said.keys else ((key,), {})
    kinds = signature.parameters.values()
    by_name = {one.name for one in kinds if one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)}
    named = {one: key for one in said.keys if one in by_name}
    if not named and said.keys and any(one.kind is one.VAR_KEYWORD for one in kinds):
        named = {said.keys[0]: key}
    arguments = () if named else (key,)
    try:
        signature.bind(*arguments, **named)
    except TypeError as error:
        raise CheckFailed(
            f"ssot_isolation: {_name(factory)}{signature} cannot be called with the key alone ({error}): hand over "
            "a function that gives it the rest, as in `lambda key: factory(key, other)`"
        ) from None
    return arguments, named


def _raised(name: str, error: Exception) -> CheckFailed:
    return CheckFailed(f"ssot_isolation: {name} raised {type(error).__name__}: {error}", pytrace=True)


def _check(made: Sequence[Any], names: tuple[str, str], factory: str, excused: Excused) -> Pair:
    for name, one in zip(names, made, strict=True):
        if one is None:
            raise CheckFailed(
                f"ssot_isolation: {factory} returned None for {name}: there is nothing to look at"
            )
    first, second = made
    sharing = shared((names[0], first), (names[1], second), excused)
    if sharing.found:
        raise CheckFailed(_told(sharing.found, factory, names, is_same=first is second))
    if not sharing.whole:
        warnings.warn(
            f"ssot_isolation: only the nearest {MOST} objects of {names[0]} and of {names[1]} were looked at: what "
            f"{factory} returns leads to more",
            stacklevel=3,
        )
    return Pair(made)


def _told(found: Sequence[SharedObject], factory: str, names: tuple[str, str], *, is_same: bool) -> str:
    """A line for each shared object, and what to do."""
    one, other = names
    if is_same:
        head = f"{factory} returned the same object for {one} and {other}:"
    else:
        number = "a mutable object" if len(found) == 1 else f"{len(found)} mutable objects"
        head = f"{number} can be reached from what {factory} returned for {one} and for {other}:"
    lines = [f"  {each.first} → {each.second}: {_kind(each.thing)}" for each in found[:SHOWN]]
    more = [f"  and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
    return "\n".join(
        (
            f"ssot_isolation: {head}",
            *lines,
            *more,
            "what may be shared is told by `shared=` (a type, or a path like `*.pool`), "
            "or by `shared-parts` of the contract",
        )
    )


def _kind(thing: object) -> str:
    """The type of an object, and how many things are in a container."""
    kind = type(thing)
    base = next((one for one in (dict, list, set) if issubclass(kind, one)), None)
    module = f"{kind.__module__}." if kind.__module__ != "builtins" else ""
    size = f" of {base.__len__(thing)}" if base is not None else ""  # type: ignore[arg-type]
    return f"{module}{kind.__qualname__}{size}"


def _several(given: Any) -> tuple[Any, ...]:
    """What is given under ``shared``: one thing, or several."""
    several = (given,) if isinstance(given, (str, type)) else tuple(given)
    for one in several:
        if not isinstance(one, (str, type)):
            raise CheckFailed(
                f"ssot_isolation: `shared` has types, and paths like `*.pool`, and here {_text(one)} is given"
            )
    return several


def _excused(allowed: Sequence[Any], keys: tuple[Any, Any]) -> Excused:
    """What may be shared: by its type, by the name of that, by a path, or because it is a weak map of the keys."""
    types = tuple(one for one in allowed if isinstance(one, type))
    patterns = tuple(_pattern(one) for one in allowed if isinstance(one, str))

    def fits(*texts: str) -> bool:
        return any(pattern.fullmatch(text) for pattern in patterns for text in texts)

    def is_of_type(kind: type) -> bool:
        names = (f"{one.__module__}.{one.__qualname__}" for one in kind.__mro__)
        return any(one in kind.__mro__ or _is_registered(kind, one) for one in types) or fits(*names)

    def is_on_way(way: str, thing: object) -> bool:
        if issubclass(type(thing), weakref.WeakKeyDictionary):
            if any(one() is key for one in _weak_keys(thing) for key in keys):
                return True
        return fits(way, re.sub(r"^[^.\[({<]*\.?", "", way))

    return Excused(is_of_type, is_on_way if patterns or _may_be_weak(keys) else None)


def _may_be_weak(keys: tuple[Any, Any]) -> bool:
    """Whether a weak map can have the keys."""
    return any(getattr(type(key), "__weakrefoffset__", 0) for key in keys)


def _is_registered(kind: type, base: type) -> bool:
    try:
        return issubclass(kind, base)
    except TypeError:
        return False


def _weak_keys(thing: Any) -> list[Callable[[], Any]]:
    data = vars(thing).get("data")
    return list(data) if isinstance(data, dict) else []


def _pattern(text: str) -> re.Pattern[str]:
    """``*`` stands for anything; brackets are those of an index."""
    return re.compile(".*".join(map(re.escape, text.split("*"))), re.DOTALL)


def _names(first: Any, second: Any) -> tuple[str, str]:
    """What the two objects are called in ways to what they share: by their keys, where these tell."""
    names = _label(first), _label(second)
    return names if names[0] != names[1] and all(names) else ("first", "second")


def _label(key: Any) -> str:
    if isinstance(key, (str, int)):
        return str(key)[:40]
    held = getattr(key, "__dict__", {})
    texts = (held.get(name) for name in ("user_id", "id", "name", "user", "key"))
    return next((one[:40] for one in texts if isinstance(one, str) and one), "")


def _text(value: object) -> str:
    try:
        text = repr(value)
    except Exception:
        text = f"a {type(value).__name__}"
    return text if len(text) <= 60 else f"{text[:59]}…"


def _name(factory: Any) -> str:
    inner = getattr(factory, "func", factory) if type(factory).__name__ == "partial" else factory
    return str(getattr(inner, "__qualname__", "") or type(factory).__name__)
