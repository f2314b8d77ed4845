"""Contracts that people have agreed to go in; settings that declare them, and keep what they have reached, come out."""
