"""A seedless stock of Python code about nothing that a contract names; files of a made repository are cut from it."""

from __future__ import annotations

from string import Template
from typing import Final

NOUNS: Final = (
    *("Invoice", "Parcel", "Sensor", "Recipe", "Ticket", "Garden", "Bridge", "Orchard", "Ferry", "Museum"),
    *("Lantern", "Harbour", "Meadow", "Compass", "Kettle", "Violin", "Pigeon", "Quarry", "Saddle", "Turbine"),
    *("Almanac", "Beacon", "Canyon", "Drawer", "Engine", "Furrow", "Glacier", "Hammock", "Island", "Jacket"),
)
VERBS: Final = ("collect", "measure", "arrange", "compare", "release", "combine", "estimate")

MODULE_HEAD: Final = '''\
"""$Noun: what is stored, what is computed from it, and how it is shown."""

from __future__ import annotations

import asyncio
import csv
import enum
import io
import logging
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
'''

TEST_HEAD: Final = '''\
"""Tests of $noun: limits, order, and what happens when a part is missing."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from unittest.mock import MagicMock, patch

import pytest
'''

_MODULE_BLOCKS: Final = (
    '''
@dataclass
class ${Noun}Record$n:
    """One $noun as it is stored. Größen sind in Millimetern, Zeiten in UTC."""

    identifier: int
    label: str
    created: datetime
    width: float = 0.0
    height: float = 0.0
    tags: list[str] = field(default_factory=list)

    @classmethod
    def from_row(cls, row: dict[str, str]) -> "${Noun}Record$n":
        return cls(
            identifier=int(row["identifier"]),
            label=row["label"].strip(),
            created=datetime.fromisoformat(row["created"]),
            width=float(row.get("width") or 0),
            height=float(row.get("height") or 0),
            tags=[tag for tag in row.get("tags", "").split(",") if tag],
        )

    def area(self) -> float:
        return self.width * self.height

    def is_older_than(self, days: int, now: datetime) -> bool:
        return now - self.created > timedelta(days=days)

    def to_row(self) -> dict[str, str]:
        return {
            "identifier": str(self.identifier),
            "label": self.label,
            "created": self.created.isoformat(),
            "width": f"{self.width:.2f}",
            "height": f"{self.height:.2f}",
            "tags": ",".join(sorted(self.tags)),
        }
''',
    '''
class ${Noun}Desk$n:
    """Takes each $noun in, keeps it in order, and hands it out again."""

    def __init__(self, limit: int = $limit, log: logging.Logger | None = None) -> None:
        self.limit = limit
        self.log = log or logging.getLogger(__name__)
        self.waiting: list[str] = []
        self.refused = 0

    def $verb(self, label: str) -> bool:
        if len(self.waiting) >= self.limit:
            self.refused += 1
            self.log.warning("no room for %s, %d are waiting", label, len(self.waiting))
            return False
        self.waiting.append(label)
        self.waiting.sort(key=str.casefold)
        return True

    def release(self, count: int = 1) -> list[str]:
        released, self.waiting = self.waiting[:count], self.waiting[count:]
        for label in released:
            self.log.info("%s leaves", label)
        return released

    def describe(self) -> str:
        if not self.waiting:
            return "nichts wartet, alles erledigt"
        first, *others = self.waiting
        more = f" and {len(others)} more" if others else ""
        return f"{first}{more} (limit {self.limit}, refused {self.refused})"
''',
    '''
_${NOUN}_$n = re.compile(r"^(?P<area>[A-Z]{2})-(?P<number>\\d{1,8})(?:/(?P<part>[a-z]+))?$$")


def parse_${noun}_$n(text: str) -> tuple[str, int, str]:
    """The area, the number and the part of a label. Raises ValueError when the label is none."""
    found = _${NOUN}_$n.match(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no label of a $noun")
    number = int(found["number"])
    if number == 0:
        raise ValueError(f"{text!r}: numbers begin at 1")
    return found["area"], number, found["part"] or ""


def ${verb}_${noun}_labels_$n(lines: Iterable[str]) -> Iterator[tuple[str, int, str]]:
    for position, line in enumerate(lines, start=1):
        stripped = line.partition("#")[0].strip()
        if not stripped:
            continue
        try:
            yield parse_${noun}_$n(stripped)
        except ValueError as error:
            logging.getLogger(__name__).info("line %d: %s", position, error)
''',
    '''
def ${verb}_${noun}_$n(amounts: Iterable[tuple[str, float]], floor: float = 0.0) -> dict[str, float]:
    """The sum of the amounts by group, without groups whose sum lies below ``floor``."""
    sums: defaultdict[str, float] = defaultdict(float)
    seen: Counter[str] = Counter()
    for group, amount in amounts:
        seen[group] += 1
        if amount < 0 and seen[group] == 1:
            # A group that begins with a correction has lost its first entry.
            continue
        sums[group] += amount
    return {group: round(total, 2) for group, total in sorted(sums.items()) if total >= floor}


def median_${noun}_$n(values: Iterable[float]) -> float:
    ordered = sorted(values)
    if not ordered:
        return 0.0
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


def share_${noun}_$n(part: float, whole: float) -> str:
    if whole == 0:
        return "keine Angabe"
    return f"{100 * part / whole:.1f} %"
''',
    '''
async def ${verb}_each_${noun}_$n(names: Iterable[str], width: int = 4, tries: int = 3) -> dict[str, int]:
    """The length that each name has in the end; a name that fails ``tries`` times has length -1."""
    queue: asyncio.Queue[str] = asyncio.Queue()
    for name in names:
        queue.put_nowait(name)
    lengths: dict[str, int] = {}

    async def work() -> None:
        while not queue.empty():
            name = queue.get_nowait()
            for attempt in range(tries):
                try:
                    await asyncio.sleep(0)
                    if not name:
                        raise ValueError("a name is empty")
                    lengths[name] = len(name) + attempt
                    break
                except ValueError:
                    lengths[name] = -1
            queue.task_done()

    await asyncio.gather(*(work() for _ in range(max(width, 1))))
    return lengths
''',
    '''
${NOUN}_PRICES_$n = {
    "spring": {"small": 4.5, "medium": 7.25, "large": 12.0, "note": "frühe Lieferung"},
    "summer": {"small": 4.0, "medium": 6.75, "large": 11.5, "note": "en été, à l'ombre"},
    "autumn": {"small": 5.0, "medium": 7.75, "large": 12.5, "note": "秋の分"},
    "winter": {"small": 5.5, "medium": 8.25, "large": 13.5, "note": "только зимой"},
}


def price_of_${noun}_$n(season: str, size: str, count: int) -> float:
    """The price of ``count`` pieces. Whoever takes ten pays for nine."""
    prices = ${NOUN}_PRICES_$n.get(season)
    if prices is None:
        known = ", ".join(sorted(${NOUN}_PRICES_$n))
        raise KeyError(f"no season {season!r}; there are {known}")
    each = prices.get(size)
    if not isinstance(each, float):
        raise KeyError(f"no size {size!r} in {season}")
    free, rest = divmod(count, 10)
    return round(each * (free * 9 + rest), 2)
''',
    '''
def check_${noun}_$n(entry: dict[str, object]) -> list[str]:
    """What is wrong with an entry, one sentence each; nothing when it may be stored."""
    problems = []
    label = entry.get("label")
    if not isinstance(label, str) or not label.strip():
        problems.append("the label is missing")
    elif len(label) > $limit:
        problems.append(f"the label has {len(label)} characters, $limit are allowed")
    weight = entry.get("weight", 0)
    if isinstance(weight, bool) or not isinstance(weight, (int, float)):
        problems.append(f"the weight is no number: {weight!r}")
    elif weight < 0:
        problems.append("the weight lies below zero")
    owner = entry.get("owner")
    if owner is not None and not re.fullmatch(r"[a-z][a-z0-9-]*", str(owner)):
        problems.append(f"no owner is called {owner!r}")
    unknown = sorted(set(entry) - {"label", "weight", "owner", "created"})
    if unknown:
        problems.append("nobody knows the keys " + ", ".join(unknown))
    return problems
''',
    '''
class ${Noun}Table$n:
    """Rows of a $noun table, asked for in SQL that a driver runs somewhere else."""

    INSERT = """
        INSERT INTO ${noun}_$n (identifier, label, created, weight)
        VALUES (:identifier, :label, :created, :weight)
        ON CONFLICT (identifier) DO UPDATE SET label = excluded.label, weight = excluded.weight
    """
    SELECT = """
        SELECT identifier, label, created, weight
        FROM ${noun}_$n
        WHERE created >= :since AND (:label IS NULL OR label LIKE :label)
        ORDER BY created DESC, identifier
        LIMIT :limit
    """

    def __init__(self, connection: object) -> None:
        self.connection = connection
        self.statements = 0

    def insert(self, rows: Iterable[dict[str, object]]) -> int:
        written = 0
        for row in rows:
            self.connection.execute(self.INSERT, row)
            self.statements += 1
            written += 1
        return written

    def $verb(self, since: date, label: str | None = None, limit: int = 100) -> list[object]:
        self.statements += 1
        pattern = None if label is None else f"%{label}%"
        return list(self.connection.execute(self.SELECT, {"since": since, "label": pattern, "limit": limit}))
''',
    '''
class ${Noun}State$n(enum.Enum):
    PLANNED = "planned"
    STARTED = "started"
    PAUSED = "paused"
    FINISHED = "finished"
    DROPPED = "dropped"

    @property
    def is_final(self) -> bool:
        return self in (${Noun}State$n.FINISHED, ${Noun}State$n.DROPPED)


_${NOUN}_MOVES_$n = {
    ${Noun}State$n.PLANNED: (${Noun}State$n.STARTED, ${Noun}State$n.DROPPED),
    ${Noun}State$n.STARTED: (${Noun}State$n.PAUSED, ${Noun}State$n.FINISHED, ${Noun}State$n.DROPPED),
    ${Noun}State$n.PAUSED: (${Noun}State$n.STARTED, ${Noun}State$n.DROPPED),
}


def move_${noun}_$n(before: ${Noun}State$n, after: ${Noun}State$n) -> ${Noun}State$n:
    """The new state, or ValueError when no step leads there."""
    if before is after:
        return before
    if after not in _${NOUN}_MOVES_$n.get(before, ()):
        raise ValueError(f"a $noun that is {before.value} cannot be {after.value}")
    return after
''',
    '''
def ${noun}_as_csv_$n(rows: Iterable[dict[str, object]], columns: tuple[str, ...] = ("label", "weight")) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([row.get(column, "") for column in columns])
    return stream.getvalue()


def ${noun}_as_text_$n(rows: Iterable[dict[str, object]], width: int = 72) -> str:
    """One line for each row, cut at ``width`` columns, with an ellipsis where something is lost."""
    lines = []
    for number, row in enumerate(rows, start=1):
        parts = [f"{key}={value}" for key, value in sorted(row.items()) if value not in (None, "")]
        line = f"{number:>4}  " + "  ".join(parts)
        lines.append(line if len(line) <= width else line[: width - 1] + "…")
    return "\\n".join(lines)
''',
    '''
@contextmanager
def ${verb}_window_${noun}_$n(start: datetime, hours: int) -> Iterator[list[datetime]]:
    """Collects moments, and drops on the way out those that lie outside of the window."""
    moments: list[datetime] = []
    end = start + timedelta(hours=hours)
    try:
        yield moments
    finally:
        moments[:] = sorted(moment for moment in moments if start <= moment < end)


def gaps_of_${noun}_$n(moments: list[datetime], least: timedelta) -> list[tuple[datetime, datetime]]:
    gaps = []
    for before, after in zip(moments, moments[1:]):
        if after - before >= least:
            gaps.append((before, after))
    return gaps


def weekdays_of_${noun}_$n(first: date, count: int) -> list[date]:
    days: list[date] = []
    day = first
    while len(days) < count:
        if day.weekday() < 5:
            days.append(day)
        day += timedelta(days=1)
    return days
''',
    '''
class ${Noun}Node$n:
    """A tree of parts. Its depth is limited, since people draw these trees on paper."""

    def __init__(self, label: str, parts: Iterable["${Noun}Node$n"] = ()) -> None:
        self.label = label
        self.parts = tuple(parts)

    def __iter__(self) -> Iterator["${Noun}Node$n"]:
        yield self
        for part in self.parts:
            yield from part

    def depth(self) -> int:
        return 1 + max((part.depth() for part in self.parts), default=0)

    def find(self, label: str) -> "${Noun}Node$n | None":
        return next((node for node in self if node.label == label), None)

    def draw(self, indent: str = "") -> str:
        lines = [f"{indent}{self.label}"]
        for part in self.parts:
            lines.append(part.draw(indent + "  "))
        return "\\n".join(lines)
''',
)

_TEST_BLOCKS: Final = (
    """
@pytest.mark.parametrize(
    ("amount", "rate", "expected"),
    [
        (0, 0.0, 0.0),
        (1, 0.5, 0.5),
        ($limit, 0.25, $limit / 4),
        (100, 0.1, 10.0),
        (-4, 0.5, -2.0),
        (1_000_000, 0.001, 1000.0),
    ],
)
def test_${verb}_${noun}_rate_$n(amount: int, rate: float, expected: float) -> None:
    result = amount * rate
    assert result == pytest.approx(expected)
    assert (result < 0) == (amount < 0)
    # The order of the factors is of no importance.
    assert rate * amount == pytest.approx(expected)
""",
    '''
class Test${Noun}Shelf$n:
    """What is put on the shelf last comes off it first, außer am Montag."""

    def setup_method(self) -> None:
        self.shelf: list[str] = []
        self.log: list[str] = []

    def put(self, *labels: str) -> None:
        for label in labels:
            self.shelf.append(label)
            self.log.append(f"put {label}")

    def test_is_empty_at_first(self) -> None:
        assert not self.shelf
        assert self.log == []

    def test_takes_in_order(self) -> None:
        self.put("first", "second", "third")
        assert self.shelf.pop() == "third"
        assert self.shelf.pop() == "second"
        assert self.log[-1] == "put third"

    def test_counts_equal_labels(self) -> None:
        self.put("ñandú", "ñandú", "emu")
        assert Counter(self.shelf)["ñandú"] == 2
        assert sorted(set(self.shelf)) == ["emu", "ñandú"]

    def test_refuses_to_go_below_zero(self) -> None:
        with pytest.raises(IndexError):
            self.shelf.pop()
''',
    """
@pytest.fixture
def ${noun}_folder_$n(tmp_path):
    folder = tmp_path / "$noun"
    folder.mkdir()
    for number in range(3):
        text = json.dumps({"number": number, "label": f"$noun {number}", "open": number % 2 == 0})
        (folder / f"{number}.json").write_text(text, encoding="utf-8")
    return folder


def test_${verb}_${noun}_files_$n(${noun}_folder_$n) -> None:
    entries = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(${noun}_folder_$n.iterdir())]
    assert [entry["number"] for entry in entries] == [0, 1, 2]
    assert [entry["open"] for entry in entries] == [True, False, True]
    (${noun}_folder_$n / "1.json").unlink()
    left = sorted(path.stem for path in ${noun}_folder_$n.iterdir())
    assert left == ["0", "2"]
""",
    """
def test_${noun}_is_told_once_$n() -> None:
    listener = MagicMock(name="listener")
    listener.accepts.return_value = True
    for label in ("north", "south", "north"):
        if label not in {call.args[0] for call in listener.tell.call_args_list}:
            listener.tell(label, weight=len(label))
    assert listener.tell.call_count == 2
    listener.tell.assert_any_call("south", weight=5)
    listener.reset_mock()
    listener.tell.assert_not_called()


def test_${noun}_survives_a_deaf_listener_$n() -> None:
    listener = MagicMock(name="listener")
    listener.tell.side_effect = ConnectionError("nobody is there")
    failures = []
    for label in ("east", "west"):
        try:
            listener.tell(label)
        except ConnectionError as error:
            failures.append((label, str(error)))
    assert failures == [("east", "nobody is there"), ("west", "nobody is there")]
""",
    """
@pytest.mark.asyncio
async def test_${verb}_${noun}_in_turn_$n() -> None:
    order: list[str] = []
    gate = asyncio.Event()

    async def early() -> None:
        order.append("early")
        gate.set()

    async def late() -> None:
        await gate.wait()
        order.append("late")

    await asyncio.gather(late(), early())
    assert order == ["early", "late"]
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(asyncio.Event().wait(), timeout=0.001)
""",
    """
${NOUN}_PAYLOAD_$n = {
    "kind": "$noun",
    "version": $n,
    "items": [
        {"label": "alpha", "weight": 1.25, "tags": ["new", "small"], "owner": None},
        {"label": "beta", "weight": 2.5, "tags": [], "owner": "ann"},
        {"label": "gamma", "weight": 0.0, "tags": ["lost"], "owner": "bob"},
        {"label": "дельта", "weight": 4.75, "tags": ["new"], "owner": "ann"},
    ],
    "links": {"self": "/$noun/$n", "next": None, "first": "/$noun/0"},
}


def test_${noun}_payload_$n() -> None:
    again = json.loads(json.dumps(${NOUN}_PAYLOAD_$n))
    assert again == ${NOUN}_PAYLOAD_$n
    weights = {item["label"]: item["weight"] for item in again["items"]}
    assert sum(weights.values()) == pytest.approx(8.5)
    assert max(weights, key=weights.get) == "дельта"
    owners = Counter(item["owner"] for item in again["items"])
    assert owners == {"ann": 2, "bob": 1, None: 1}
    assert again["links"]["next"] is None
""",
)


def fill(template: str, noun: str, verb: str, number: int) -> str:
    words = {"Noun": noun, "noun": noun.lower(), "NOUN": noun.upper(), "verb": verb}
    return Template(template).substitute(words, n=number, limit=10 + number % 50)


def blocks_of_modules() -> tuple[bytes, ...]:
    """Definitions for modules; no two of them bind a name in common."""
    return _stock(_MODULE_BLOCKS)


def blocks_of_tests() -> tuple[bytes, ...]:
    """The same for files of tests."""
    return _stock(_TEST_BLOCKS)


def _stock(templates: tuple[str, ...]) -> tuple[bytes, ...]:
    return tuple(
        (
            "\n" + fill(template, noun, VERBS[(row + column) % len(VERBS)], row * len(templates) + column)
        ).encode()
        for row, noun in enumerate(NOUNS)
        for column, template in enumerate(templates)
    )
