"""Sijill: a searchable archive of Arabic news. One Django app, in packages whose imports point one way."""
