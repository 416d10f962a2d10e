"""The demo archive: original articles and real names for a new installation to start with. FORMAT.md has the form."""
