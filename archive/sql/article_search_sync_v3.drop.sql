DROP TRIGGER article_update_search_sync_v3 ON archive_article;
DROP TRIGGER article_insert_search_sync_v3 ON archive_article;
DROP FUNCTION article_update_search_sync_v3();
DROP FUNCTION article_insert_search_sync_v3();
DROP FUNCTION article_search_write_v3(bigint[]);
DROP FUNCTION article_search_rows_v3(bigint[]);
