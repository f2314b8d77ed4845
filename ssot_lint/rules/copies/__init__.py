"""The sketches of all files → which definitions resemble each other, and how. Pure; no file is read, nothing is parsed.

``compared`` unpacks sketches, ``likeness`` compares two, ``candidates`` finds the pairs that are worth it,
``exclusions`` says what is no copy however much it resembles, ``nearest`` picks the nearest other of each, and
``wording`` says it.
"""
