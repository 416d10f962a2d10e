"""Those who work here: their sessions, second factors, passwords, and the log of what they do (docs/security.md)."""
