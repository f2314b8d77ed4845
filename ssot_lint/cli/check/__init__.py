"""The parts of ``ssot-lint check``: what it judges, what it shows, where it writes."""
