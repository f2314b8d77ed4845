"""What users receive → whether each received all events, once a round, in order, and none that was meant for another.

A recorder stands in the place of the connections. It takes note of what it is sent, and judges when it is asked.
"""

from __future__ import annotations

import enum
import json
import reprlib
from collections.abc import Callable, Generator, Iterable, Mapping
from typing import Any, NamedTuple

from ssot_lint.model.wording import shown, suggestion
from ssot_lint.plugins.failure import CheckFailed
from ssot_lint.plugins.rounds import problems_of

Field = str | Callable[[Any], Any]
"""Where an event has its name or its user: an attribute or a key, a way of several with dots, or a function."""

_ABSENT = object()


class Events:
    """``ssot_events`` of one test."""

    def __init__(self) -> None:
        self._recorders: list[Recorder] = []

    def __call__(
        self,
        vocabulary: Any,
        *,
        rounds: int | None = 1,
        name: Field = "type",
        user: Field | None = "user_id",
    ) -> Recorder:
        """A recorder of events whose names are those of ``vocabulary``: an Enum, or names in their order. Each user is
        to receive all of them ``rounds`` times; None: any number of whole rounds."""
        if rounds is not None and (isinstance(rounds, bool) or not isinstance(rounds, int) or rounds < 0):
            raise CheckFailed(
                f"ssot_events: `rounds` is a number from 0, or None for any, and not {rounds!r}"
            )
        recorder = Recorder(_words(vocabulary), rounds, name, user)
        self._recorders.append(recorder)
        return recorder

    def finish(self) -> None:
        """Checks the recorders that the test has not checked itself."""
        for recorder in self._recorders:
            if not recorder.is_checked:
                recorder.check()


class _Received(NamedTuple):
    """An event, and who received it."""

    user: Any
    event: Any


class Recorder:
    """What users receive. ``words`` are the names of events, in order, each with all that may stand for it."""

    def __init__(
        self, words: Mapping[str, tuple[Any, ...]], rounds: int | None, name: Field, user: Field | None
    ) -> None:
        self.is_checked = False
        self._words = words
        self._rounds = rounds
        self._name = name
        self._user = user
        self._receivers: list[tuple[Any, Receiver]] = []
        self._received: list[_Received] = []

    def user(self, key: Any) -> Receiver:
        """The receiver of a user, to be handed to the sender in place of the user's connection: a function of one
        event, which may be awaited."""
        for known, receiver in self._receivers:
            if known is key or known == key:
                return receiver
        receiver = Receiver(lambda event: self._received.append(_Received(key, event)))
        self._receivers.append((key, receiver))
        return receiver

    def received(self, key: Any) -> list[Any]:
        """The events that a user has received so far."""
        return [one.event for one in self._received if one.user == key]

    def check(self) -> None:
        """Fails where an event is missing, unknown, repeated, out of order, or was meant for another user."""
        self.is_checked = True
        problems = [problem for key, _ in self._receivers for problem in self._problems(key)]
        if problems:
            raise CheckFailed("\n".join(f"ssot_events: {problem}" for problem in problems))

    def _problems(self, key: Any) -> Iterable[str]:
        user = _said(key)
        own: list[str] = []
        for event in self.received(key):
            problem, word = self._judged(user, key, event)
            if problem:
                yield problem
            elif word:
                own.append(word)
        for problem in problems_of(own, tuple(self._words), self._rounds):
            yield f"{user}: {problem}"

    def _judged(self, user: str, key: Any, event: Any) -> tuple[str, str]:
        """What is wrong with an event by itself; the word that it stands for."""
        read = _opened(event)
        name = _field(read, self._name)
        if name is _ABSENT or name is None:
            where = _where(self._name)
            return (
                f"{user} received an event without {where}: {reprlib.repr(event)}; `name=` tells where it stands",
                "",
            )
        word = next((word for word, all_ in self._words.items() if any(_same(name, one) for one in all_)), "")
        text = f"`{word}`" if word else shown(str(name.value if isinstance(name, enum.Enum) else name))
        if self._user is not None:
            meant = _field(read, self._user)
            if meant is _ABSENT:
                says = f"it has no {_where(self._user)}; `user=` tells where it stands"
                return f"{user} received {text}, which does not say for whom: {says}", ""
            if not (_same(meant, key) or _same(meant, _field(key, self._user))):
                return f"{user} received {text}, which is meant for {_said(meant)}", ""
        if not word:
            near = suggestion(str(name), self._words)
            return f"{user} received {text}, which is not in the vocabulary{near}", ""
        return "", word


class _Done:
    """What a receiver gives back. It has nothing to wait for."""

    __slots__ = ()

    def __await__(self) -> Generator[None, None, None]:
        return None
        yield


class Receiver:
    """Stands for the connection of one user. What senders usually call on a connection does the same."""

    def __init__(self, receive: Callable[[Any], None]) -> None:
        self._receive = receive

    def __call__(self, event: Any) -> _Done:
        self._receive(event)
        return _Done()

    send = send_json = send_text = receive = put = put_nowait = __call__


def _words(vocabulary: Any) -> dict[str, tuple[Any, ...]]:
    """The names of events in their order, with what may stand for each: of an Enum the member, its value, its name."""
    if isinstance(vocabulary, type) and issubclass(vocabulary, enum.Enum):
        members = list(vocabulary)
        texts = all(isinstance(one.value, str) for one in members)
        found = {str(one.value) if texts else one.name: (one, one.value, one.name) for one in members}
    else:
        if isinstance(vocabulary, (str, bytes)) or not isinstance(vocabulary, Iterable):
            raise CheckFailed(
                "ssot_events: the vocabulary is an Enum, or the names of events in their order, and not "
                f"{reprlib.repr(vocabulary)}"
            )
        names = list(vocabulary)
        found = {}
        for one in names:
            member = (one.value, one.name) if isinstance(one, enum.Enum) else ()
            word = str(one.value) if isinstance(one, enum.Enum) else str(one)
            if word in found:
                raise CheckFailed(
                    f"ssot_events: the vocabulary has {shown(word)} twice: an event has one place in a round"
                )
            found[word] = (one, *member)
    if not found:
        raise CheckFailed("ssot_events: the vocabulary has no event")
    return found


def _opened(event: Any) -> Any:
    """A text that holds a JSON object stands for it: connections are sent texts, too."""
    if isinstance(event, (str, bytes)):
        try:
            return json.loads(event)
        except ValueError:
            return event
    return event


def _field(event: Any, field: Field) -> Any:
    """What an event holds under a field; ``_ABSENT`` where there is no such field."""
    if not isinstance(field, str):
        return field(event)
    for part in field.split("."):
        if isinstance(event, Mapping):
            event = event.get(part, _ABSENT)
        else:
            event = getattr(event, part, _ABSENT)
        if event is _ABSENT:
            return _ABSENT
    return event


def _where(field: Field) -> str:
    return (
        f"`{field}`"
        if isinstance(field, str)
        else f"what `{getattr(field, '__name__', 'the function')}` looks for"
    )


def _same(one: Any, other: Any) -> bool:
    try:
        return one is other or bool(one == other)
    except Exception:
        return False


def _said(user: Any) -> str:
    text = user if isinstance(user, str) else reprlib.repr(user)
    return text or "the user ''"
