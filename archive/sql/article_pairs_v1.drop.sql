DROP FUNCTION article_pairs_v1(tsvector);
