"""The kind ``gateway``: foreign names that only a home may touch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from ssot_lint.model.contracts.contract import Contract, Role, key
from ssot_lint.model.contracts.modules import covers
from ssot_lint.model.dotted import beginnings
from ssot_lint.model.packs import PACKS, PREFIX


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayContract(Contract):
    """Primitives, and the modules that alone may touch them."""

    kind: ClassVar[str] = "gateway"

    primitives: tuple[str, ...] = field(
        metadata=key(
            "Dotted paths of what only the home may touch: functions, classes, methods, attributes, modules; or packs.",
            form="primitive",
            example='["os.environ", "os.getenv"]',
            role="primitive",
        )
    )
    home: tuple[str, ...] = field(
        default=(),
        metadata=key(
            "Modules that may: a path, `pkg.*` (directly in it), `pkg.**` (it and all below); or a class or function.",
            form="module-pattern",
            example='["shared.environment", "ops.**"]',
        ),
    )
    within: tuple[str, ...] = field(
        default=(),
        metadata=key(
            "Modules to which the contract is limited, written as for `home`; all, where it is empty.",
            form="module-pattern",
            example='["app.**"]',
        ),
    )
    access: str = field(
        default="any",
        metadata=key(
            "What is forbidden: `any` access, only a `call`, only a `write`.",
            choices="any call write",
            example='"call"',
        ),
    )
    keys: tuple[str, ...] = field(
        default=(),
        metadata=key(
            "Only where a literal argument or subscript matches one of these patterns.",
            example='["JWT_SECRET*"]',
            role="primitive-key",
        ),
    )
    use: str = field(
        default="",
        metadata=key("What to use instead; messages say so.", example='"shared.environment.get_env"'),
    )

    def named(self, *roles: Role) -> tuple[str, ...]:
        # Not by super(): a class with slots is made anew by its decorator.
        found = Contract.named(self, *roles)
        return tuple(dict.fromkeys(path for one in found for path in _opened(one)))

    def is_home(self, module: str, scope: str) -> bool:
        inside = beginnings(scope) if scope else ()
        return any(covers(pattern, module) for pattern in self.home) or any(
            f"{module}.{one}" in self.home for one in inside
        )

    @property
    def judges_uses(self) -> bool:
        return self.access != "any" or bool(self.keys)

    def judges(self, module: str) -> bool:
        return not self.within or any(covers(pattern, module) for pattern in self.within)


def _opened(primitive: str) -> tuple[str, ...]:
    """The paths of a pack, or the path."""
    pack = PACKS.get(primitive.removeprefix(PREFIX)) if primitive.startswith(PREFIX) else None
    return pack.primitives if pack is not None else (primitive,)
