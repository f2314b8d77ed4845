"""What the classes, functions, containers and exports of one file look like. Only ``facts`` itself uses it."""
