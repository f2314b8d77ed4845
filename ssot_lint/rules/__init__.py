"""The rules: one module per rule or close family. ``ALL`` is the explicit, ordered table.

Within one family the order is that of precedence: of two rules that flag one place the first alone reports.
"""

from __future__ import annotations

from ssot_lint.rule import Rule, validate
from ssot_lint.rules import (
    alias_assignment,
    alias_import,
    cached_factory,
    competing_subclass,
    direct_construction,
    factory_bypass,
    import_fallback,
    indirect_construction,
    lazy_global,
    module_instance,
    noncanonical_import,
    re_export,
    retired_name,
    rival_factory,
    shared_mutable_state,
    singleton_class,
    string_reference,
    unisolated_factory_call,
    unkeyed_registry,
)

PRECEDENCE: tuple[Rule, ...] = validate(
    (
        Rule("SOT106", "import-fallback", import_fallback.check),
        Rule("SOT103", "retired-name", retired_name.check),
        Rule("SOT107", "string-reference", string_reference.check),
        Rule("SOT105", "re-export", re_export.check),
        Rule("SOT104", "alias-assignment", alias_assignment.check),
        Rule("SOT101", "alias-import", alias_import.check),
        Rule("SOT102", "noncanonical-import", noncanonical_import.check),
        Rule("SOT204", "factory-bypass", factory_bypass.check),
        Rule("SOT203", "competing-subclass", competing_subclass.check),
        Rule("SOT201", "direct-construction", direct_construction.check),
        Rule("SOT202", "indirect-construction", indirect_construction.check),
        Rule("SOT205", "unisolated-factory-call", unisolated_factory_call.check),
        Rule("SOT206", "rival-factory", rival_factory.check),
        Rule("SOT303", "singleton-class", singleton_class.check),
        Rule("SOT304", "cached-factory", cached_factory.check),
        Rule("SOT306", "unkeyed-registry", unkeyed_registry.check),
        Rule("SOT302", "lazy-global", lazy_global.check),
        Rule("SOT301", "module-instance", module_instance.check),
        Rule("SOT305", "shared-mutable-state", shared_mutable_state.check),
        Rule("SOT900", "unparsable-file"),
        Rule("SOT901", "unknown-canonical"),
        Rule("SOT902", "unbound-implementation"),
        Rule("SOT903", "unused-contract"),
        Rule("SOT904", "unused-exemption"),
        Rule("SOT905", "expired-exemption"),
        Rule("SOT906", "unexplained-exemption"),
    )
)

ALL: tuple[Rule, ...] = tuple(sorted(PRECEDENCE, key=lambda rule: rule.code))
