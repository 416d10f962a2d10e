DROP TRIGGER article_search_sync_v1 ON archive_article;
DROP FUNCTION article_search_sync_v1();
