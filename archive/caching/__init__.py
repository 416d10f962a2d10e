"""Pages kept while nothing that they are made of changes (docs/caching.md)."""
