"""Understanding a saved web page: its metadata, the blocks of text in it, and which of them are the article."""
