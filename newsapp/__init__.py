"""Configures the project: settings, addresses, the server and its database. The product is in `archive`."""
