"""The public pages: each view is a form, a domain call and a template."""
