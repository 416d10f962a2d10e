"""Copies of the database that stream from it, and which requests are answered from them (docs/scaling.md)."""
