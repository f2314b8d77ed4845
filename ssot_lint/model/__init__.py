"""The nouns that every other package speaks of: facts, findings, contracts, options of a run, errors. Frozen values.

It reads nothing, decides nothing, and imports nothing of ours.
"""
