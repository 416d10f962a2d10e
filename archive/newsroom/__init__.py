"""The newsroom: states of an article and who changes them, many at once, what waits, and help with writing."""
