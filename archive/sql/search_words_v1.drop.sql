DROP FUNCTION search_words_v1();
DROP TRIGGER unlearned_visibility_v1 ON archive_articlesearch;
DROP TRIGGER unlearned_words_v1 ON archive_articlesearch;
DROP FUNCTION unlearned_articles_v1();
