"""A report goes in; text comes out. One module for each format, found by its name."""
