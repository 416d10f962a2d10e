"""Backups of everything: the database, the files beside it and the keys, at one point, checked, and put back."""
