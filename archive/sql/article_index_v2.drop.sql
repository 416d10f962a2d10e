DROP FUNCTION article_keys_v2(bigint);
DROP FUNCTION article_index_v2(text, text, text, text);
DROP FUNCTION search_term_v2(text, text);
