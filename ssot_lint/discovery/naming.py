"""Patterns of names and remarks: words that speak of an old name, of a factory, of a test double. Pure.

They guess. A guess only decides in which line of a contract something is shown that was seen in the code.
"""

from __future__ import annotations

import re

CLASS = re.compile(r"_*[A-Z]\w*[a-z]\w*")
"""A name that looks like that of a class, and not like that of a constant."""

OF_TESTS = re.compile(r"_*(Test|Mock|Fake|Stub|Dummy)|\w*(Test|Tests|TestCase|Mixin)$")
NO_SERVICE = re.compile(r"\w*(Error|Exception|Warning|Enum|Protocol|TypedDict|Type|Flag)$")
"""Names of classes that no contract is for."""

VALUES = re.compile(
    r"(.*\.)?(\w*(Exception|Error|Warning)|(Int|Str)?Enum|(Int)?Flag|BaseModel|NamedTuple|TypedDict"
    r"|Protocol|TestCase|ABCMeta|type|Model|Struct)"
)
"""Bases of classes that may be built and derived from everywhere, by their design."""

SETTINGS = re.compile(r"(.*\.)?\w*BaseSettings")
"""Bases of classes that read the environment of the process, which one place should do."""

NAME_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")
"""The words that a name in camel case is made of."""

OLD_WORD = re.compile(
    r"(?:^|_|(?<=[a-z0-9]))(Legacy|Old|Deprecated|Compat(?:ibility)?|Obsolete|Former|Previous)(?![a-z])|V\d+$"
)
OLD_REMARK = re.compile(
    r"deprecat|legacy|obsolete|backwards?[ -]|compatib|\bcompat\b|old(er)? names?|former(ly)?\b|renamed"
    r"|\bmoved to\b|used (up )?(to|until)|\bno longer\b|will be removed|keep the old",
    re.IGNORECASE,
)
VERB = re.compile(
    r"(a?get|create|make|build|new|open|provide|obtain|acquire|init|setup|default)(_or_[a-z]+)?(_|$)"
)
"""How the names of factories begin."""

KEEPS_APART = re.compile(r"(^|_)(user|tenant|account|customer|workspace|principal)(_|$)|^session_id$")
"""Parameters that tell one user from another."""

COMPOSITION = re.compile(
    r"(^|\.)(containers?|dependencies|deps|wiring|composition|composition_root|bootstrap|providers?)(\.|$)"
)
"""Modules in which a program is put together."""

_LAYER = re.compile(
    r"(?P<stored>(?:orm_?|db_?)?models?|orm|tables?|entit(?:y|ies))|(?P<asked>graphql|api|types|views?|resolvers?|endpoints?)"
    r"|(?P<sent>schemas?|serializers?|dtos?|forms?|requests?|responses?|messages?|payloads?)|(?P<spoken>clients?|sdk)"
)


def layer_of(module: str) -> str:
    """What a module has its classes for, as far as the names of its packages say so: to be stored, asked for, sent, or
    used by a client. The last name that says something decides."""
    for one in reversed(module.split(".")):
        match = _LAYER.fullmatch(one)
        if match is not None and match.lastgroup:
            return match.lastgroup
    return ""


DOUBLE = re.compile(r"_*(Mock|Fake|Stub|Dummy)")


def what_is_made(function: str) -> str:
    """What a function returns, by its name, in small letters: ``hub`` for ``get_hub``, and for ``hub``."""
    return VERB.sub("", function.lstrip("_"), count=1).replace("_", "").lower()


_SET_ASIDE = re.compile(
    r"backups?([_.-].*)?|.*[_.-](backups?|bak|old|orig)|backup.*|archived?|attic|obsolete|_?vendor(ed|ized)?|third_?party"
    r"|extern(al|s)?|migrations|versions|node_modules|site-packages|build|dist"
)
_COPY = re.compile(r".*(_pb2(_grpc)?|[_.-](backup|bak|old|orig|copy))\.pyi?")


def is_set_aside(path: str) -> bool:
    """Whether nobody works on a file: its folder or its name says that it is a copy, history, a program's or somebody
    else's."""
    *folders, name = path.split("/")
    return any(_SET_ASIDE.fullmatch(one.lower()) for one in folders) or bool(_COPY.fullmatch(name.lower()))


def is_in_tests(path: str) -> bool:
    """Whether a file lies among tests, also where the settings do not say so of their folder."""
    return any(one in ("test", "tests") for one in path.split("/")[:-1])


COMMON = frozenset(
    "Config Configuration Settings Manager Base Meta Client Handler Service Context Command Options Option Parser"
    " Builder Factory Runner Request Response Result Error Node Item Entry Event Message State Status Type Model"
    " Data Info Field Value Key Group User Admin App Application Plugin Module Registry Session Connection Cache"
    " Logger Formatter Filter Writer Reader Server Worker Task Job Test Fixture Mixin Helper Util Utils Version"
    " main setup run get create build make load save parse init start stop close open update process handle execute"
    " validate check convert read write test wrapper decorator inner get_version configure register upgrade downgrade"
    " index add remove delete cli teardown".split()
)
"""Names that many things bear which have nothing to do with each other: that two bear one says nothing."""
