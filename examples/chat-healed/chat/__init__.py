"""A small chat back end: users ask, an agent answers, events tell how far it is."""
