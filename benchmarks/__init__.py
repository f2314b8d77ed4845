"""ssot-lint and its peers, measured in alternation on a made repository or on a real one: ``python -m benchmarks``."""
