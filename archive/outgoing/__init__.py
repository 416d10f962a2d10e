"""Giving the archive back: whole and exact, or as tables, wires and crawls that other programs read."""
