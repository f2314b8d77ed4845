"""ssot-lint: prove where Python code departs from its declared single source of truth.

The packages stand in the order of the pipeline, and none imports a later one: ``model``, ``settings``, ``sources``,
``facts``, ``cache``, ``gather``, ``links``, ``inference``, ``rules``, ``findings``, ``engine``, then ``discovery`` and
``report``, last ``cli``, ``plugins`` and ``flake8_plugin``. Each says in its first paragraph what goes in and what
comes out.

What is deliberately absent:

- The linted code is never imported, executed or unpickled.
- Facts of a file depend on its bytes and on the names asked for: no settings, no path, no other file.
- Links and rules are pure: same input, same output, no I/O, nothing mutated.
- Only ``settings`` reads settings, only ``sources`` reads sources, only ``inference`` imports astroid.
- The index is always the whole project. Front ends narrow what is reported, never what is indexed.
- Front ends hold no logic: each asks ``engine`` and prints what it gets.
- There is no mutable state at module level.
"""

__version__ = "0.1.0"
