"""Findings over code and time → where a migration stands: adoption, tests, shims, steps in order, and history.

Reads states of the project and commits; writes nothing, and judges nothing itself.
"""
