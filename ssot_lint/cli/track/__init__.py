"""What the commands that follow migrations share: what is asked for, and what becomes of it."""
