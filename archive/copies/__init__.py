"""The same text printed twice: found by its shingles as it comes in, in whichever paper and however it was cut."""
