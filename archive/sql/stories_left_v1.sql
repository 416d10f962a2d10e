-- stories_left_v1: what an article leaves behind that goes out of its story, or out of readers' sight. A story is not
-- called any longer by the headline of what is gone, whoever wrote that to the database: until archive.annotating
-- reads one of its other articles and names it anew, it has no name, and is not shown. And the two articles of a
-- follow-up that is taken back wait to be read again: they may belong to one story no more.

-- story_loses_name_v1(story id): takes its name, if no editor gave it and no headline has it that readers see there.
-- Names are made of headlines with single spaces (archive.stories.naming).
CREATE FUNCTION story_loses_name_v1(story_id bigint) RETURNS void
LANGUAGE sql VOLATILE AS $function$
    UPDATE archive_story AS story SET title = '', slug = ''
    WHERE story.id = story_loses_name_v1.story_id AND NOT is_named AND title <> '' AND NOT EXISTS (
        SELECT FROM archive_storyarticle AS place JOIN archive_article AS article ON article.id = place.article_id
        WHERE place.story_id = story.id AND NOT place.taken_out
            AND article_visible_from_v2(article.status, article.published_at) <= now()
            AND strpos(regexp_replace(article.title, '[\s\u00a0\u202f]+', ' ', 'g'), story.title) > 0)
$function$;

CREATE FUNCTION stories_left_by_articles_v1() RETURNS trigger
LANGUAGE plpgsql AS $function$
BEGIN
    PERFORM story_loses_name_v1(story_id) FROM archive_storyarticle WHERE article_id = NEW.id AND NOT taken_out;
    RETURN NULL;
END
$function$;

CREATE FUNCTION stories_left_by_places_v1() RETURNS trigger
LANGUAGE plpgsql AS $function$
BEGIN
    PERFORM story_loses_name_v1(OLD.story_id);
    INSERT INTO archive_unannotatedarticle (article_id)
    SELECT article_id FROM archive_storyarticle WHERE story_id = OLD.story_id AND NOT taken_out ORDER BY id LIMIT 1;
    RETURN NULL;
END
$function$;

CREATE FUNCTION stories_left_by_links_v1() RETURNS trigger
LANGUAGE plpgsql AS $function$
BEGIN
    INSERT INTO archive_unannotatedarticle (article_id) VALUES (OLD.from_article_id), (OLD.to_article_id);
    RETURN NULL;
END
$function$;

CREATE TRIGGER stories_left_by_articles_v1 AFTER UPDATE OF status, published_at ON archive_article
FOR EACH ROW WHEN (article_visible_from_v2(OLD.status, OLD.published_at) <= now()
    AND (article_visible_from_v2(NEW.status, NEW.published_at) <= now()) IS NOT TRUE)
EXECUTE FUNCTION stories_left_by_articles_v1();
CREATE TRIGGER stories_left_by_places_v1 AFTER DELETE ON archive_storyarticle
FOR EACH ROW WHEN (NOT OLD.taken_out) EXECUTE FUNCTION stories_left_by_places_v1();
CREATE TRIGGER stories_left_by_gone_links_v1 AFTER DELETE ON archive_articlelink
FOR EACH ROW WHEN (OLD.kind = 'follow_up' AND OLD.to_article_id IS NOT NULL)
EXECUTE FUNCTION stories_left_by_links_v1();
CREATE TRIGGER stories_left_by_changed_links_v1 AFTER UPDATE OF kind, to_article_id ON archive_articlelink
FOR EACH ROW WHEN (OLD.kind = 'follow_up' AND OLD.to_article_id IS NOT NULL
    AND (OLD.kind, OLD.to_article_id) IS DISTINCT FROM (NEW.kind, NEW.to_article_id))
EXECUTE FUNCTION stories_left_by_links_v1();
