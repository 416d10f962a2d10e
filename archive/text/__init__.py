"""Arabic text in plain Python: folding, words, stems, slugs, dates, and the small HTML of article bodies.

Nothing here imports a Django model. `archive.sql` holds the same analysis as SQL functions; a test holds the two
equal, so an index made by one is found by queries made with the other.
"""
