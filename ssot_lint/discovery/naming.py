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

OLD_WORD = re.compile(
    r"(?:^|_|(?<=[a-z0-9]))(Legacy|Old|Deprecated|Compat|Obsolete|Former|Previous)(?![a-z])|V\d+$"
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

DOUBLE = re.compile(r"_*(Mock|Fake|Stub|Dummy)")


def what_is_made(function: str) -> str:
    """What a function returns, by its name, in small letters: ``hub`` for ``get_hub``, and for ``hub``."""
    return VERB.sub("", function.lstrip("_"), count=1).replace("_", "").lower()
