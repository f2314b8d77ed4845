"""What all kinds of contract have in common: their name, why they exist, and which symbols they name in which role.

A kind is a frozen dataclass whose fields are the keys of the settings. A field ``build_in`` is the key ``build-in``.
Its annotation is the type that is accepted, its ``form`` (one of ``forms.FORMS``) what each string must look like, its
``help`` the reference from which the JSON Schema is made, its ``role`` what the strings name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any, ClassVar, Literal

Role = Literal[
    "",  # no symbol: a choice, a text
    "canonical",  # the path by which everyone shall use the symbol
    "implementation",  # where its statement is, if that is elsewhere
    "also",  # a further path that is allowed
    "factory",  # a callable that alone may make an instance
    "builder",  # a module that may do so, too
    "retired",  # a name, path or pattern that must not be used any more
    "double",  # a pattern for names of test doubles
    "rival",  # a pattern for names and paths of known copies
    "key",  # a parameter that keeps users apart
    "reference",  # a callable or setting whose strings are imports
    "primitive-key",  # a pattern of literals by which primitives are asked
    "primitive",  # a foreign name that only a home may touch
    "instead",  # a class that nobody may derive from in place of the symbol
    "member",  # a name, path or pattern of classes that must derive from it
    "parameter",  # a parameter that must be annotated with it
    "value",  # a string that has been agreed
    "retired-value",  # a value that code must no longer use
    "emitter",  # a callable that is given a value
    "field",  # what holds a value
]
"""What the strings of a key name. Links follow the symbols of each role; they know no kind of contract."""


def key(
    help: str, *, form: str = "text", names: str = "", choices: str = "", example: str = "", role: Role = ""
) -> dict[str, str]:
    """Metadata of a field that is a key of the settings. ``choices``: the allowed words, separated by spaces; of a
    number the least and the greatest. ``names``: for a table, the form of its keys. ``example``: a value as TOML
    has it."""
    return {
        "help": help,
        "form": form,
        "names": names,
        "choices": choices,
        "example": example,
        "role": role,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """One declaration. Each kind adds its keys."""

    kind: ClassVar[str] = ""
    """The word that stands after ``kind =``."""

    name: str
    """The NAME of ``[tool.ssot-lint.contracts.NAME]``; not a key of its own."""

    reason: str = field(
        default="",
        metadata=key(
            "Why the contract exists; shown with each finding.", example='"one manager for each user"'
        ),
    )
    suppressible: bool = field(
        default=True,
        metadata=key("`false`: only the configuration may exempt, no comment can.", example="false"),
    )

    def named(self, *roles: Role) -> tuple[str, ...]:
        """All that the contract names in some roles, in the order of the roles."""
        found: list[str] = []
        kind: Any = type(self)
        for role in roles:
            for name in _fields_of(kind, role):
                value = getattr(self, name)
                found += (value,) if isinstance(value, str) else value or ()
        return tuple(found)

    def is_home(self, module: str, scope: str) -> bool:
        """Whether the contract names a module, or a class or function around a scope in it, as one that it does not
        apply to."""
        return False

    def judges(self, module: str) -> bool:
        """Whether the contract applies to a module that is not its home."""
        return True

    @property
    def judges_uses(self) -> bool:
        """Whether each use counts of what it protects, by whatever name, and not the import that binds the name."""
        return False

    @property
    def lists_values(self) -> bool:
        """Whether the symbol stands for the strings that it lists."""
        return False

    @property
    def left_off(self) -> Mapping[str, str]:
        """The codes, or prefixes of codes, for which the contract does not ask, each with the reason."""
        return {}

    @property
    def symbol(self) -> str:
        """The path by which everyone shall use what the contract protects; empty where it protects several things."""
        return next(iter(self.named("canonical")), "")


# Of each file it is asked for each contract.
@cache
def _fields_of(kind: Any, role: Role) -> tuple[str, ...]:
    """The fields of a kind of contract that have a role."""
    return tuple(one.name for one in fields(kind) if one.metadata and one.metadata["role"] == role)
