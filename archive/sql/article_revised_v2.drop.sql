DROP TRIGGER article_revised_v2 ON archive_article;
DROP FUNCTION article_revised_v2();
