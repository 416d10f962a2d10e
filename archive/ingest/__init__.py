"""Getting what people have into the archive: bytes to records (`readers`), records to articles (`load`)."""
