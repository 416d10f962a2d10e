"""Search: what a reader typed becomes a query, the query a ranked page of articles with snippets and facets.

`engine.search_articles` is the one way in.
"""
