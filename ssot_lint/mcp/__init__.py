"""Coding agents, by the Model Context Protocol: what they ask goes to ``engine.session``, what is known comes out.

It judges nothing, reads no project itself and writes nothing: agents write their files themselves.
"""

__all__ = ["wire"]
