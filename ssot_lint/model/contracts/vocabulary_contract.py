"""The kind ``vocabulary``: strings that have been agreed, and the one place that lists them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from ssot_lint.model.contracts.contract import Contract, key
from ssot_lint.model.contracts.modules import covers


@dataclass(frozen=True, slots=True, kw_only=True)
class VocabularyContract(Contract):
    """The agreed values, who is given them, and what holds them."""

    kind: ClassVar[str] = "vocabulary"

    canonical: str = field(
        metadata=key(
            "What lists the values: an Enum, a class or module of constants, a `Literal`, a collection, or a constant.",
            form="module",
            example='"app.events.AgentEvent"',
            role="canonical",
        )
    )
    values: tuple[str, ...] = field(
        default=(),
        metadata=key(
            "The values that have been agreed; where it is empty, those that canonical lists.",
            form="value",
            example='["agent_started", "agent_completed"]',
            role="value",
        ),
    )
    retired_values: tuple[str, ...] = field(
        default=(),
        metadata=key(
            "Values that code must no longer use.",
            form="value",
            example='["agent_complete"]',
            role="retired-value",
        ),
    )
    emitters: tuple[str, ...] = field(
        default=(),
        metadata=key(
            "Callables whose argument must be a value: dotted paths, or bare names of any callable.",
            form="module",
            example='["emit", "app.bus.Bus.send_event"]',
            role="emitter",
        ),
    )
    argument: str = field(
        default="",
        metadata=key(
            "The emitter's parameter that takes the value, by name or by position from 0.",
            form="argument",
            example='"event_type"',
        ),
    )
    fields: tuple[str, ...] = field(
        default=(),
        metadata=key(
            "Dict keys, subscripts, keyword arguments and attributes that hold a value.",
            form="value",
            example='["type", "event_type"]',
            role="field",
        ),
    )
    literals: str = field(
        default="known",
        metadata=key(
            "Which strings are judged: at emitters and fields that are `known`, or `everywhere`.",
            choices="known everywhere",
            example='"everywhere"',
        ),
    )
    complete: bool = field(
        default=True,
        metadata=key("`true`: each value must be given to an emitter somewhere (SOT604).", example="false"),
    )
    home: tuple[str, ...] = field(
        default=(),
        metadata=key(
            "Modules that may spell values out besides that of canonical: a path, `pkg.*` or `pkg.**`.",
            form="module-pattern",
            example='["app.wire.**"]',
        ),
    )

    def is_home(self, module: str, scope: str) -> bool:
        return any(covers(pattern, module) for pattern in self.home)

    @property
    def lists_values(self) -> bool:
        return True

    @property
    def left_off(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        if not (self.emitters or self.fields) and self.literals == "known":
            found |= dict.fromkeys(("SOT601", "SOT602", "SOT603"), "has neither `emitters` nor `fields`")
        if not self.emitters:
            found["SOT604"] = "has no `emitters`"
        elif not self.complete:
            found["SOT604"] = "has `complete = false`"
        if not self.values:
            found["SOT606"] = "has no `values`"
        return found
