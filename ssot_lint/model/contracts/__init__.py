"""The kinds of contract, one module for each: frozen records whose fields are the keys of the settings."""
