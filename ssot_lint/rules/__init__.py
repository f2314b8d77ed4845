"""The rules: one module per rule or close family. ``ALL`` is the explicit, ordered table."""

from __future__ import annotations

from ssot_lint.rule import Rule, validate

ALL: tuple[Rule, ...] = validate(
    (
        Rule("SOT101", "alias-import"),
        Rule("SOT102", "noncanonical-import"),
        Rule("SOT103", "retired-name"),
        Rule("SOT104", "alias-assignment"),
        Rule("SOT105", "re-export"),
        Rule("SOT106", "import-fallback"),
        Rule("SOT107", "string-reference"),
        Rule("SOT201", "direct-construction"),
        Rule("SOT202", "indirect-construction"),
        Rule("SOT203", "competing-subclass"),
        Rule("SOT204", "factory-bypass"),
        Rule("SOT205", "unisolated-factory-call"),
        Rule("SOT206", "rival-factory"),
        Rule("SOT301", "module-instance"),
        Rule("SOT302", "lazy-global"),
        Rule("SOT303", "singleton-class"),
        Rule("SOT304", "cached-factory"),
        Rule("SOT305", "shared-mutable-state"),
        Rule("SOT306", "unkeyed-registry"),
        Rule("SOT900", "unparsable-file"),
        Rule("SOT901", "unknown-canonical"),
        Rule("SOT902", "unbound-implementation"),
        Rule("SOT903", "unused-contract"),
        Rule("SOT904", "unused-exemption"),
        Rule("SOT905", "expired-exemption"),
        Rule("SOT906", "unexplained-exemption"),
    )
)
