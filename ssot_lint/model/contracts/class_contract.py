"""The kind ``class``: one symbol, its one path, its factories, and who keeps its instances apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from ssot_lint.model.contracts.contract import Contract, key


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassContract(Contract):
    """One symbol, used by its one name, built by its factory, never shared between users."""

    kind: ClassVar[str] = "class"

    canonical: str = field(
        metadata=key(
            "The one dotted path through which everyone shall use the symbol.",
            form="path",
            example='"app.websocket.manager.WebSocketManager"',
            role="canonical",
        )
    )
    implementation: str | None = field(
        default=None,
        metadata=key(
            "The dotted path of the class statement, if it is elsewhere (private).",
            form="path",
            example='"app.websocket._unified._UnifiedManager"',
            role="implementation",
        ),
    )
    retired: tuple[str, ...] = field(
        default=(),
        metadata=key(
            "Names that code must no longer use: bare names, dotted paths, or patterns of either with `*`.",
            form="pattern",
            example='["UnifiedWebSocketManager", "app.websocket.legacy.*"]',
            role="retired",
        ),
    )
    factories: tuple[str, ...] = field(
        default=(),
        metadata=key(
            "Dotted paths of the callables that alone may construct the class.",
            form="path",
            example='["app.websocket.manager.get_websocket_manager"]',
            role="factory",
        ),
    )
    isolated_by: tuple[str, ...] = field(
        default=(),
        metadata=key(
            "The factory's parameters that keep users apart; a call without them is SOT205.",
            form="identifier",
            example='["user_context"]',
            role="key",
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
            role="also",
        ),
    )
    build_in: tuple[str, ...] = field(
        default=(),
        metadata=key(
            "Modules besides the factories that may construct, such as a composition root.",
            form="module",
            example='["app.main"]',
            role="builder",
        ),
    )
    doubles: tuple[str, ...] = field(
        default=(),
        metadata=key(
            "Name patterns of test doubles: subclasses and look-alikes that are no competitors.",
            form="name-pattern",
            example='["Mock*", "Fake*"]',
            role="double",
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
            role="reference",
        ),
    )

    duplicates: str = field(
        default="names",
        metadata=key(
            "What is a second implementation: `names` (what bears its name), `similar` (near copies too), `off`.",
            choices="off names similar",
            example='"similar"',
        ),
    )
    similarity: float = field(
        default=0.8,
        metadata=key(
            "How much of two definitions is alike where one is a near copy of the other.",
            choices="0.5 1",
            example="0.75",
        ),
    )

    rivals: tuple[str, ...] = field(
        default=(),
        metadata=key(
            "Further names of copies, besides the symbol's own: bare names, dotted paths, or patterns of either.",
            form="pattern",
            example='["app.legacy.SocketManager", "*SocketManager"]',
            role="rival",
        ),
    )

    shared_parts: tuple[str, ...] = field(
        default=(),
        metadata=key(
            "What instances may share, to `ssot_isolation` of pytest: paths like `*.pool`, or dotted paths of types.",
            form="pattern",
            example='["*.pool", "app.database.Engine"]',
        ),
    )

    @property
    def left_off(self) -> Mapping[str, str]:
        found = {}
        if not (self.factories or self.build_in):
            found["SOT2"] = "has neither `factories` nor `build-in`"
        if not self.isolated_by:
            found["SOT205"] = "has no `isolated-by`"
        if self.duplicates == "off":
            found["SOT401"] = found["SOT404"] = 'has `duplicates = "off"`'
        if self.instances == "shared":
            found["SOT3"] = 'has `instances = "shared"`'
        if self.duplicates != "similar":
            found["SOT402"] = 'has no `duplicates = "similar"`'
        return found
