"""Findings and where migrations stand → one page for a browser: a single file that needs no network.

Only ``page`` knows the library for templates.
"""
