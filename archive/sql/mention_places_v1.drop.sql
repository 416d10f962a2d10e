DROP TRIGGER mention_places_v1 ON archive_article;
DROP FUNCTION mention_places_v1();
