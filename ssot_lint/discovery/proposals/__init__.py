"""Drafts and the engine's findings go in; proposals come out, with evidence and harm, and as text, JSON and a page."""
