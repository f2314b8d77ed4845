"""What one file says by name: imports, bindings, uses, strings and calls. Only ``facts`` itself uses it."""
