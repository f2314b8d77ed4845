"""What files of a made repository do with a managed class: snippets, and the codes that each must get.

A snippet is judged by the pages of the rules, not by what a run says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Broker:
    """A managed class and the modules around it, all by their dotted names."""

    noun: str
    module: str
    implementation: str
    """The module of the class statement, if that is not ``module``; else empty."""
    shims: tuple[str, ...]
    """Modules that hand the class on, each from the one before it."""
    facade: str
    """Hands it on from the last shim as ``Broker``; empty where there is none."""
    everything: str
    """Hands it on from the first shim by a star; empty where there is none."""
    legacy: str
    """Binds the retired name."""
    consumer: str
    """Imports and uses it as it should; empty where there is none."""

    @property
    def name(self) -> str:
        return f"{self.noun}Broker"

    @property
    def retired(self) -> str:
        return f"{self.noun}Hub"

    @property
    def factory(self) -> str:
        return f"get_{self.noun.lower()}_broker"

    @property
    def statement(self) -> str:
        """The name in the class statement."""
        return f"_{self.name}Impl" if self.implementation else self.name

    def words(self) -> dict[str, str]:
        """What snippets call the parts."""
        return {
            "Name": self.name,
            "Hub": self.retired,
            "factory": self.factory,
            "module": self.module,
            "first": self.shims[0],
            "last": self.shims[-1],
            "facade": self.facade,
            "everything": self.everything,
            "legacy": self.legacy,
            "consumer": self.consumer,
            "impl": self.implementation,
            "statement": self.statement,
        }


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to use the class. ``head`` stands once in a file, ``body`` ``times`` times, as ``$i``."""

    name: str
    weight: int
    """Of 10,000 files so many are of this kind, for the main class."""
    head: str
    body: str = ""
    head_codes: tuple[str, ...] = ()
    body_codes: tuple[str, ...] = ()
    times: int = 1
    is_test: bool = False
    blocks: int = 0
    """How many blocks about other things stand around; 0: drawn."""
    for_main_only: bool = False
    """It needs a module that only the main class has, or an exemption that needs a contract."""

    @property
    def codes(self) -> tuple[str, ...]:
        return (*self.head_codes, *self.body_codes * self.times)


IMPORT: Final = "from $module import $Name\n"
IMPORT_FACTORY: Final = "from $module import $factory\n"

CLEAN: Final = (
    Kind(
        "annotation",
        300,
        IMPORT,
        '''
def forward_$i(broker: $Name, text: str) -> bool:
    """Hands a text to the broker of one user."""
    if not isinstance(broker, $Name):
        raise TypeError(f"no broker: {broker!r}")
    return broker.send(text.strip())
''',
        times=3,
    ),
    Kind(
        "factory call",
        100,
        IMPORT_FACTORY,
        """
def answer_$i(user_context: object, lines: list[str]) -> int:
    broker = $factory(user_context=user_context)
    return sum(1 for line in lines if broker.send(line))
""",
        times=2,
    ),
    Kind(
        "patched method",
        160,
        "from $module import $Name, $factory\n",
        """
@patch("$module.$Name.send")
def test_broker_sends_$i(send) -> None:
    broker = $factory(user_context="user-$i")
    assert isinstance(broker, $Name)
    broker.send("text $i")
    send.assert_called_once_with("text $i")
""",
        times=4,
        is_test=True,
    ),
    Kind(
        "patched where it is used",
        30,
        "",
        """
@patch("$consumer.$Name")
def test_greeter_without_broker_$i(broker) -> None:
    broker.return_value = MagicMock()
    assert not broker.called
""",
        times=2,
        is_test=True,
        for_main_only=True,
    ),
    Kind(
        "long test",
        20,
        "from $module import $Name, $factory\n",
        """
def test_broker_closes_$i() -> None:
    broker: $Name = $factory(user_context="user-$i")
    broker.close()
    assert not broker.send("too late")
""",
        times=5,
        is_test=True,
        blocks=130,
    ),
    Kind(
        "text",
        55,
        "",
        '''
# $Name() was built here once; see the history of $Hub.
def explain_$i(topic: str) -> str:
    """Why $Name is built by $factory and by nothing else."""
    return f"{topic}: ask for a $Name, do not write '$Name()'"
''',
        times=2,
    ),
    Kind(
        "excused",
        5,
        IMPORT,
        """
def repair_$i(user_context: object) -> bool:
    broker = $Name(user_context)  # ssot: allow[SOT201] the repair runs before there is a factory
    return broker.send("repaired")
""",
        for_main_only=True,
    ),
)

SICK: Final = (
    Kind(
        "alias import",
        40,
        "from $module import $Name as Postman\n",
        """
def deliver_$i(postman: Postman, letters: list[str]) -> None:
    for letter in letters:
        postman.send(letter)
""",
        head_codes=("SOT101",),
        times=2,
    ),
    Kind(
        "import by a shim",
        85,
        "from $last import $Name\n",
        """
def relay_$i(broker: $Name, text: str) -> bool:
    return broker.send(f"relayed: {text}")
""",
        head_codes=("SOT102",),
        times=2,
    ),
    Kind(
        "import of an alias",
        20,
        "from $facade import Broker\n",
        """
def hand_over_$i(broker: Broker, text: str) -> bool:
    return broker.send(text)
""",
        head_codes=("SOT102",),
        for_main_only=True,
    ),
    Kind(
        "construction by an alias",
        15,
        "from $facade import Broker\n",
        """
def open_$i(user_context: object) -> bool:
    return Broker(user_context).send("open")
""",
        head_codes=("SOT102",),
        body_codes=("SOT201",),
        times=2,
        for_main_only=True,
    ),
    Kind(
        "import by a star shim",
        6,
        "from $everything import $Name\n",
        """
def notify_$i(broker: $Name) -> bool:
    return broker.send("notified")
""",
        head_codes=("SOT102",),
        for_main_only=True,
    ),
    Kind("star import", 6, "from $module import *\n", head_codes=("SOT102",)),
    Kind(
        "attribute path",
        10,
        "import $last as old_path\n",
        """
def reach_$i(broker: old_path.$Name) -> bool:
    return broker.send("reached")
""",
        body_codes=("SOT102",),
    ),
    Kind(
        "private import",
        10,
        "from $impl import $statement\n",
        """
def test_private_class_$i() -> None:
    assert $statement.__name__
""",
        head_codes=("SOT102",),
        is_test=True,
        for_main_only=True,
    ),
    Kind(
        "retired import",
        100,
        "from $legacy import $Hub\n",
        """
def publish_$i(hub: $Hub, text: str) -> bool:
    return hub.send(text)
""",
        head_codes=("SOT103",),
        times=2,
    ),
    Kind(
        "retired construction",
        110,
        "from $legacy import $Hub\n",
        """
def test_hub_$i() -> None:
    assert $Hub("user-$i").send("text")
""",
        head_codes=("SOT103",),
        body_codes=("SOT201",),
        times=3,
        is_test=True,
    ),
    Kind(
        "alias assignment",
        20,
        IMPORT + "\nDispatcher = $Name\n",
        """
def dispatch_$i(dispatcher: Dispatcher, text: str) -> bool:
    return dispatcher.send(text)
""",
        head_codes=("SOT104",),
    ),
    Kind(
        "local alias",
        15,
        IMPORT,
        """
def build_locally_$i(user_context: object, texts: list[str]) -> None:
    make = $Name
    broker = make(user_context)
    for text in texts:
        broker.send(text)
""",
        body_codes=("SOT104", "SOT201"),
    ),
    Kind(
        "import fallback",
        14,
        "try:\n    from $module import $Name\nexcept ImportError:\n    $Name = None\n",
        """
def has_broker_$i() -> bool:
    return $Name is not None
""",
        head_codes=("SOT106",),
    ),
    Kind(
        "patched shim",
        40,
        "",
        """
@patch("$last.$Name")
def test_patched_too_early_$i(broker) -> None:
    broker.return_value.send.return_value = True
    assert broker("user-$i").send("text")
""",
        body_codes=("SOT107",),
        times=2,
        is_test=True,
    ),
    Kind(
        "construction",
        100,
        IMPORT,
        """
def start_$i(user_context: object, greeting: str = "Grüß Gott") -> bool:
    broker = $Name(user_context)
    return broker.send(greeting)
""",
        body_codes=("SOT201",),
    ),
    Kind(
        "construction in tests",
        70,
        IMPORT,
        """
def test_built_by_hand_$i() -> None:
    broker = $Name("user-$i")
    assert broker.send("text")
    broker.close()
""",
        body_codes=("SOT201",),
        times=4,
        is_test=True,
    ),
    Kind(
        "partial",
        10,
        "from functools import partial\n\n" + IMPORT,
        """
def postpone_$i(user_context: object) -> object:
    return partial($Name, user_context)
""",
        body_codes=("SOT202",),
    ),
    Kind(
        "default factory",
        8,
        "from dataclasses import dataclass, field\n\n" + IMPORT,
        """
@dataclass
class Outbox$i:
    broker: $Name = field(default_factory=$Name)
""",
        body_codes=("SOT202",),
    ),
    Kind(
        "classes by kind",
        6,
        IMPORT,
        """
KINDS_$i = {
    "plain": $Name,
    "none": dict,
}


def build_kind_$i(kind: str) -> object:
    return KINDS_$i[kind]()
""",
        body_codes=("SOT202", "SOT206"),
    ),
    Kind(
        "subclass",
        6,
        IMPORT,
        """
class Loud$Name$i($Name):
    def send(self, text: str) -> bool:
        return super().send(text.upper())
""",
        body_codes=("SOT203",),
    ),
    Kind(
        "bypass",
        5,
        "import copy\n\n" + IMPORT,
        """
def restore_$i(topic: str) -> None:
    broker = $Name.__new__($Name)
    broker.topics.append(topic)


def snapshot_$i(broker: $Name) -> object:
    return copy.copy(broker)
""",
        body_codes=("SOT204", "SOT204"),
    ),
    Kind(
        "no isolation key",
        45,
        IMPORT_FACTORY,
        """
def broadcast_$i(text: str) -> bool:
    return $factory().send(text)


def broadcast_late_$i(text: str) -> bool:
    return $factory(user_context=None).send(text)
""",
        body_codes=("SOT205", "SOT205"),
    ),
    Kind(
        "rival factory",
        25,
        IMPORT,
        """
def create_broker_$i(user_context: object) -> $Name:
    return $Name(user_context)
""",
        body_codes=("SOT201", "SOT206"),
    ),
    Kind("module instance", 5, IMPORT + '\nBROKER = $Name("house")\n', head_codes=("SOT201", "SOT301")),
    Kind(
        "lazy global",
        6,
        IMPORT_FACTORY,
        """
_broker_$i = None


def lazy_broker_$i(user_context: object) -> object:
    global _broker_$i
    if _broker_$i is None:
        _broker_$i = $factory(user_context=user_context)
    return _broker_$i
""",
        body_codes=("SOT302",),
    ),
    Kind(
        "singleton",
        3,
        IMPORT,
        """
class Only$Name$i($Name):
    _instance = None

    def __new__(cls, user_context: object):
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance
""",
        body_codes=("SOT203", "SOT303"),
    ),
    Kind(
        "cached factory",
        4,
        "from functools import lru_cache\n\n" + IMPORT_FACTORY,
        """
@lru_cache(maxsize=None)
def cached_broker_$i():
    return $factory(user_context="house")
""",
        body_codes=("SOT304",),
    ),
    Kind(
        "unkeyed registry",
        4,
        IMPORT_FACTORY,
        """
_by_topic_$i: dict[str, object] = {}


def broker_of_topic_$i(topic: str, user_context: object) -> object:
    if topic not in _by_topic_$i:
        _by_topic_$i[topic] = $factory(user_context=user_context)
    return _by_topic_$i[topic]
""",
        body_codes=("SOT306",),
    ),
)

READING: Final = Kind(
    "reading",
    0,
    IMPORT,
    """
def topics_of_today_$i(prefix: str) -> list[str]:
    return [topic for topic in $Name.topics if topic.startswith(prefix)]
""",
    times=2,
)
INHERITING: Final = Kind(
    "inheriting",
    0,
    IMPORT,
    """
class Test$Name$i($Name):
    def test_is_open_$i(self) -> None:
        assert self.send("text $i")
        self.close()
        assert self.is_closed
""",
    is_test=True,
)
PASSING: Final = Kind(
    "passing on",
    0,
    IMPORT,
    """
async def take_$i(context: $Name, lines: list[str]) -> int:
    return sum(1 for line in lines if context.send(line))


async def take_all_$i(contexts: dict[str, $Name], lines: list[str]) -> int:
    return sum([await take_$i(context, lines) for context in contexts.values()])
""",
    times=2,
)

STATEMENT: Final = '''\
"""The class statement of ${Name}."""

from __future__ import annotations


class $statement:
    """Sends texts to one user."""

    topics: list[str] = []

    def __init__(self, user_context: object = None, settings: dict[str, str] | None = None) -> None:
        self.user_context = user_context
        self.settings = settings or {}
        self.is_closed = False

    def send(self, text: str) -> bool:
        self.topics.append(text.partition(":")[0])
        return not self.is_closed

    def close(self) -> None:
        self.is_closed = True
'''
STATEMENT_CODES: Final = ("SOT305",)

FACTORY: Final = '''

def $factory(user_context: object = None) -> $Name:
    """The broker of one user."""
    return $Name(user_context)
'''

MAIN_MODULE: Final = '''\
"""Where ${Name} is imported from, and made."""

from __future__ import annotations

from $impl import $statement

$Name = $statement
'''
SHIM: Final = '"""An old path, kept for old code."""\n\nfrom $source import $Name\n\n__all__ = ["$Name"]\n'
SHIM_CODES: Final = ("SOT105",)
FACADE: Final = '"""A shorter name."""\n\nfrom $last import $Name as Broker\n'
FACADE_CODES: Final = ("SOT105",)
EVERYTHING: Final = '"""All of it."""\n\nfrom $first import *\n'
EVERYTHING_CODES: Final = ("SOT105",)
LEGACY: Final = '"""The name of old."""\n\nfrom $module import $Name\n\n$Hub = $Name\n'
CONSUMER: Final = '''\
"""Greets users."""

from $module import $Name


def greet(broker: $Name, user: str) -> bool:
    return isinstance(broker, $Name) and broker.send(f"¡Hola, {user}!")
'''
OTHER_LEGACY: Final = "\nfrom $module import $Name as $Hub\n"
LEGACY_CODES: Final = ("SOT103",)
