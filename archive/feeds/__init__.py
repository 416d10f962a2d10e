"""Feeds: the newest articles of the archive, a section, a name, an author, a story, a search. Always in Arabic.

A feed's item is known by the article's address without its title, which stays when the title is corrected. An article
whose date is not known to the day carries no date of publication. A feed holds summaries or whole articles, as the
site's settings say, or the address (`?content=full`, `?content=summary`).
"""
