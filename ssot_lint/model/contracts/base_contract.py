"""The kind ``base``: what a class must derive from, and how it must look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import ClassVar

from ssot_lint.model.contracts.contract import Contract, key
from ssot_lint.model.contracts.modules import covers


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseContract(Contract):
    """Base classes, who must derive from them, and which methods whoever does must have."""

    kind: ClassVar[str] = "base"

    canonical: str | tuple[str, ...] = field(
        metadata=key(
            "The dotted path of the class to derive from, or several of which any will do.",
            form="path",
            example='["testing.base.BaseTestCase", "testing.base.AsyncBaseTestCase"]',
            role="canonical",
        )
    )
    instead_of: tuple[str, ...] = field(
        default=(),
        metadata=key(
            "Dotted paths of classes that nobody may derive from without deriving from canonical.",
            form="path",
            example='["unittest.TestCase", "unittest.IsolatedAsyncioTestCase"]',
            role="instead",
        ),
    )
    classes: tuple[str, ...] = field(
        default=(),
        metadata=key(
            "Classes that must derive from canonical: bare names, dotted paths, or patterns of either with `*`.",
            form="pattern",
            example='["*Agent", "app.agents.*"]',
            role="member",
        ),
    )
    within: tuple[str, ...] = field(
        default=(),
        metadata=key(
            "Modules to which the contract is limited: a path, `pkg.*`, `pkg.**`; all, where it is empty.",
            form="module-pattern",
            example='["app.**"]',
        ),
    )
    methods: Mapping[str, str] = field(
        default_factory=dict,
        hash=False,
        metadata=key(
            "Methods that classes which derive from canonical must have, with their signatures.",
            form="signature",
            names="identifier",
            example='{run = "async def(self, context, *, timeout=None)"}',
        ),
    )
    parameters: tuple[str, ...] = field(
        default=(),
        metadata=key(
            "Dotted paths of parameters that must be annotated with canonical; `Class.engine` is one of `__init__`.",
            form="path",
            example='["app.jobs.Runner.engine", "app.jobs.start.engine"]',
            role="parameter",
        ),
    )
    doubles: tuple[str, ...] = field(
        default=(),
        metadata=key(
            "Name patterns of test doubles, which are not judged.",
            form="name-pattern",
            example='["Mock*", "Fake*"]',
            role="double",
        ),
    )

    def judges(self, module: str) -> bool:
        return not self.within or any(covers(pattern, module) for pattern in self.within)

    def claims(self, path: str) -> bool:
        """Whether a class at a path must derive from canonical. A pattern with a dot is one of the whole path."""
        name = path.rpartition(".")[2]
        return any(fnmatchcase(path if "." in one else name, one) for one in self.classes)

    @property
    def left_off(self) -> Mapping[str, str]:
        found = {}
        if not self.instead_of:
            found["SOT701"] = "has no `instead-of`"
        if not self.classes:
            found["SOT702"] = "has no `classes`"
        if not self.methods:
            found["SOT703"] = found["SOT704"] = "has no `methods`"
        if not self.parameters:
            found["SOT705"] = "has no `parameters`"
        return found
