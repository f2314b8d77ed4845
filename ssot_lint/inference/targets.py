"""The links of all contracts → what a path leads to, in the words of the stub world. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ssot_lint.inference.inferred import Stub, StubTarget
from ssot_lint.links.carried import carried
from ssot_lint.links.index import Index
from ssot_lint.links.link import Link


class Targets:
    """``index`` has the contracts: a ``StubTarget`` names a contract by its number there."""

    def __init__(self, index: Index) -> None:
        self.index = index
        named = {path for one in index.links for path in one.roles.entities}
        self._above = {
            ".".join(path.split(".")[:end]) for path in named for end in range(1, path.count(".") + 1)
        }

    def resolve(self, path: str) -> StubTarget | None:
        """What an absolute path leads to; None for what is no contract's."""
        for number, one in enumerate(self.index.links):
            link = one.path(path)
            if link is not None and (not link.rest or link.kind == "maker"):
                return StubTarget(number, _stub(link), link.origin)
        return None

    def methods(self, path: str) -> Mapping[str, StubTarget]:
        """The factories that are methods of the class at a path, by name."""
        found: dict[str, StubTarget] = {}
        if self.index.project.is_module(path):
            return found
        for number, one in enumerate(self.index.links):
            for factory in one.contract.named("factory"):
                owner, _, name = factory.rpartition(".")
                link = one.path(f"{path}.{name}") if not self.index.project.is_module(owner) else None
                if link is not None and link.kind == "factory":
                    found[name] = StubTarget(number, "factory", link.origin)
        return found

    def members(self) -> Sequence[Mapping[str, StubTarget]]:
        """The methods of each contract's class that hand out an instance, by name."""
        return [
            {
                **{name: StubTarget(number, "constructor") for name in sorted(one.roles.makers)},
                **self.methods(one.contract.symbol),
            }
            for number, one in enumerate(self.index.links)
        ]

    def brings(self, path: str, refer: Callable[[StubTarget], str]) -> Sequence[str]:
        """Source that binds the name at a path to what brings a contract's thing; see ``carried``."""
        module, rest = self.index.project.find(path)
        if module is None or len(rest) != 1:
            return ()
        for number, one in enumerate(self.index.links):

            def name(link: Link, number: int = number) -> str:
                kind: Stub = "outside" if link.outside else _stub(link)
                return refer(StubTarget(number, kind, link.origin or link.path, link.sure))

            found = carried(one, module, rest[0], name)
            if found is not None:
                return found.lines
        return ()

    def exists(self, path: str) -> bool:
        """Whether there is a module at a path: in the project, or because a contract says so."""
        return path in self._above or self.index.project.is_module(path)

    def foreign(self, path: str) -> bool:
        """Whether a path leads out of the project."""
        return not path.startswith(".") and self.index.project.split(path)[0] is None


def _stub(link: Link) -> Stub:
    if link.rest:
        return "constructor"
    match link.kind:
        case "subclass":
            return "outside" if link.outside else "subclass"
        case "factory" | "maker" | "instance" | "double" as kind:
            return kind
    return "symbol"
