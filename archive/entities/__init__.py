"""Entities in articles: which names stand where, and what appears with what."""
