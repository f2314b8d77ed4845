"""What one file keeps beyond a call, and what it does to what is kept. Only ``facts`` itself uses it."""
