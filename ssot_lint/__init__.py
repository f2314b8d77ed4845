"""ssot-lint: prove where Python code departs from its declared single source of truth.

The flow has one direction::

    bytes -> facts -> links -> checks -> findings -> report
    files    facts    links    rules     suppress    report, cli, flake8_plugin

What is deliberately absent:

- The linted code is never imported, executed or unpickled.
- Facts of a file depend on its bytes and on the names asked for: no settings, no path, no other file.
- Links and rules are pure: same input, same output, no I/O, nothing mutated.
- Only ``config`` reads settings, only ``disk`` and ``objects`` read sources, only ``infer`` and its ``tips`` import
  astroid.
- The index is always the whole project. Front ends narrow what is reported, never what is indexed.
- Front ends hold no logic: each asks ``engine`` and prints what it gets.
- There is no mutable state at module level.
"""

__version__ = "0.1.0"
