DROP TRIGGER stories_left_by_changed_links_v1 ON archive_articlelink;
DROP TRIGGER stories_left_by_gone_links_v1 ON archive_articlelink;
DROP TRIGGER stories_left_by_places_v1 ON archive_storyarticle;
DROP TRIGGER stories_left_by_articles_v1 ON archive_article;
DROP FUNCTION stories_left_by_links_v1();
DROP FUNCTION stories_left_by_places_v1();
DROP FUNCTION stories_left_by_articles_v1();
DROP FUNCTION stories_lose_names_v1(bigint[]);
