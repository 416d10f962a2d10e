"""The JSON API under /api/v1/: read-only, for anyone, over the same published articles as the pages."""
