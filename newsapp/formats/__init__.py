"""Date and number formats for Django forms and the admin; pages use archive.text.dates."""
