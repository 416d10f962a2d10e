DROP TRIGGER mention_moved_search_sync_v2 ON archive_mention;
DROP TRIGGER mention_update_search_sync_v2 ON archive_mention;
DROP TRIGGER mention_delete_search_sync_v2 ON archive_mention;
DROP TRIGGER mention_insert_search_sync_v2 ON archive_mention;
DROP FUNCTION mention_search_sync_v2();
DROP TRIGGER article_search_sync_v2 ON archive_article;
DROP FUNCTION article_search_sync_v2();
DROP FUNCTION article_visible_from_v2(text, timestamptz);
