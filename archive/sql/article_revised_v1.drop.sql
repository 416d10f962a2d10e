DROP TRIGGER article_revised_v1 ON archive_article;
DROP FUNCTION article_revised_v1();
