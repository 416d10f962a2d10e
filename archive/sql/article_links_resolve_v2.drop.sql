DROP TRIGGER article_link_keep_title_v2 ON archive_articlelink;
DROP FUNCTION article_link_keep_title_v2();
DROP TRIGGER article_arrival_resolve_v2 ON archive_article;
DROP FUNCTION article_arrival_resolve_v2();
DROP TRIGGER article_link_resolve_v2 ON archive_articlelink;
DROP FUNCTION article_link_resolve_v2();
DROP FUNCTION article_link_target_v2(bigint, text, text, text);
DROP FUNCTION article_link_namesake_v2(bigint, text);
