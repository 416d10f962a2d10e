"""Pictures that stand for a page where its address is shared: a headline set in the site's own faces."""
