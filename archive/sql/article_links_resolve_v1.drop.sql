DROP TRIGGER article_link_keep_title_v1 ON archive_articlelink;
DROP FUNCTION article_link_keep_title_v1();
DROP TRIGGER article_arrival_resolve_v1 ON archive_article;
DROP FUNCTION article_arrival_resolve_v1();
DROP TRIGGER article_link_resolve_v1 ON archive_articlelink;
DROP FUNCTION article_link_resolve_v1();
DROP FUNCTION article_link_target_v1(bigint, text, text, text);
