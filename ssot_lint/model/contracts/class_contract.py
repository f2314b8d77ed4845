"""The kinds of contract: frozen dataclasses whose fields are the configuration keys.

A field ``build_in`` is the key ``build-in``. Its annotation is the type that is accepted, its ``form`` (one
of ``forms.FORMS``) what each string must look like, its ``help`` the reference from which the JSON Schema
is made. Pure data: nothing here reads anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar


def key(
    help: str, *, form: str = "text", names: str = "", choices: str = "", example: str = ""
) -> dict[str, str]:
    """Metadata of a field that is a configuration key. ``choices``: the allowed words, separated by spaces.
    ``names``: for a table, the form of its keys. ``example``: a value as TOML has it."""
    return {"help": help, "form": form, "names": names, "choices": choices, "example": example}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassContract:
    """One symbol, used by its one name, built by its factory, never shared between users."""

    kind: ClassVar[str] = "class"

    name: str
    """The NAME of ``[tool.ssot-lint.contracts.NAME]``; not a key of its own."""

    canonical: str = field(
        metadata=key(
            "The one dotted path through which everyone shall use the symbol.",
            form="path",
            example='"app.websocket.manager.WebSocketManager"',
        )
    )
    implementation: str | None = field(
        default=None,
        metadata=key(
            "The dotted path of the class statement, if it is elsewhere (private).",
            form="path",
            example='"app.websocket._unified._UnifiedManager"',
        ),
    )
    retired: tuple[str, ...] = field(
        default=(),
        metadata=key(
            "Names nobody may use any more: bare names, dotted paths, or patterns of either with `*`.",
            form="pattern",
            example='["UnifiedWebSocketManager", "app.websocket.legacy.*"]',
        ),
    )
    factories: tuple[str, ...] = field(
        default=(),
        metadata=key(
            "Dotted paths of the callables that alone may construct the class.",
            form="path",
            example='["app.websocket.manager.get_websocket_manager"]',
        ),
    )
    isolated_by: tuple[str, ...] = field(
        default=(),
        metadata=key(
            "The factory's parameters that keep users apart; a call without them is SOT205.",
            form="identifier",
            example='["user_context"]',
        ),
    )
    instances: str = field(
        default="isolated",
        metadata=key(
            "`isolated` forbids sharing an instance (SOT3xx); `shared` allows it.",
            choices="isolated shared",
            example='"shared"',
        ),
    )
    also_at: tuple[str, ...] = field(
        default=(),
        metadata=key(
            "Further import paths that are allowed, such as a public facade.",
            form="path",
            example='["app.api.WebSocketManager"]',
        ),
    )
    build_in: tuple[str, ...] = field(
        default=(),
        metadata=key(
            "Modules besides the factories that may construct, such as a composition root.",
            form="module",
            example='["app.main"]',
        ),
    )
    doubles: tuple[str, ...] = field(
        default=(),
        metadata=key(
            "Name patterns of test doubles: subclasses and look-alikes that are no competitors.",
            form="name-pattern",
            example='["Mock*", "Fake*"]',
        ),
    )
    local_rename: str = field(
        default="flag",
        metadata=key(
            "What `from canonical import N as A` is: `flag` (SOT101) or `allow`.",
            choices="flag allow",
            example='"allow"',
        ),
    )
    references: tuple[str, ...] = field(
        default=(),
        metadata=key(
            "Callables and settings whose strings are imports: `load_backend`, `settings.MANAGER_CLASS`.",
            form="module",
            example='["load_backend", "settings.MANAGER_CLASS"]',
        ),
    )
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


Contract = ClassContract
"""Every kind of contract. A union as soon as there is a second kind."""

KINDS: dict[str, type[Contract]] = {ClassContract.kind: ClassContract}
"""The kinds by the word that stands after ``kind =``."""

PLANNED = ("gateway", "vocabulary", "base")
"""Kinds that the design describes and this version does not know; they have their own error."""
