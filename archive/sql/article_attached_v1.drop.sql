DROP TRIGGER article_event_attached_v1 ON archive_articleevent;
DROP FUNCTION article_event_attached_v1();
DROP FUNCTION article_attached_v1(bigint);
