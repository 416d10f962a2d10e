DROP TRIGGER stories_due_of_articles_v1 ON archive_article;
DROP TRIGGER stories_due_of_links_v1 ON archive_articlelink;
DROP FUNCTION stories_due_of_articles_v1();
DROP FUNCTION stories_due_of_links_v1();
