"""Articles on one affair, found over time: which belong together, their story's name, and what editors change."""
