"""Drills that take minutes, or whole programs of a system: `script/drill` runs them."""
