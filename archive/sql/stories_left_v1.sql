-- stories_left_v1: what an article leaves behind that is deleted or goes out of readers' sight, whoever wrote that to
-- the database. Its story is not called any longer by its headline: until archive.annotating reads one of its other
-- articles and names it anew, it has no name, and is not shown. And the two articles of a follow-up that is taken back
-- wait to be read again: they may belong to one story no more. What is taken out of a story, or put into another, is
-- left to who does that (archive.stories.changing.renew).

-- stories_lose_names_v1(story ids): takes the names of those that no editor named, if no headline has it that readers
-- see there. Names are made of headlines with single spaces (archive.stories.naming). The stories are locked by their
-- ids, so that two who do it wait for each other, and before they are read: one may be given such a name just now.
CREATE FUNCTION stories_lose_names_v1(story_ids bigint[]) RETURNS void
LANGUAGE plpgsql AS $function$
BEGIN
    PERFORM id FROM archive_story WHERE id = ANY (story_ids) ORDER BY id FOR NO KEY UPDATE;
    UPDATE archive_story AS story SET title = '', slug = ''
    WHERE story.id = ANY (story_ids) AND NOT is_named AND title <> '' AND NOT EXISTS (
        SELECT FROM archive_storyarticle AS place JOIN archive_article AS article ON article.id = place.article_id
        WHERE place.story_id = story.id AND NOT place.taken_out
            AND article_visible_from_v2(article.status, article.published_at) <= now()
            AND strpos(regexp_replace(article.title, '[\s\u00a0\u202f]+', ' ', 'g'), story.title) > 0);
END
$function$;

CREATE FUNCTION stories_left_by_articles_v1() RETURNS trigger
LANGUAGE plpgsql AS $function$
DECLARE
    -- Their ids first: for the thousand rows that the planner thinks of it might read all places.
    gone CONSTANT bigint[] := ARRAY(SELECT id FROM before JOIN written USING (id)
        WHERE article_visible_from_v2(before.status, before.published_at) <= now()
            AND (article_visible_from_v2(written.status, written.published_at) <= now()) IS NOT TRUE);
BEGIN
    IF cardinality(gone) > 0 THEN
        PERFORM stories_lose_names_v1(ARRAY(
            SELECT story_id FROM archive_storyarticle WHERE article_id = ANY (gone) AND NOT taken_out));
    END IF;
    RETURN NULL;
END
$function$;

CREATE FUNCTION stories_left_by_places_v1() RETURNS trigger
LANGUAGE plpgsql AS $function$
DECLARE
    story_ids CONSTANT bigint[] := ARRAY(SELECT DISTINCT story_id FROM gone WHERE NOT taken_out);
BEGIN
    PERFORM stories_lose_names_v1(story_ids);
    INSERT INTO archive_unannotatedarticle (article_id)
    SELECT place.article_id FROM unnest(story_ids) AS story (id), LATERAL (
        SELECT article_id FROM archive_storyarticle WHERE story_id = story.id AND NOT taken_out
        ORDER BY id LIMIT 1) AS place;
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

-- Its name has it fire after article_update_search_sync: the worker, too, locks entries of search before stories.
CREATE TRIGGER stories_left_by_articles_v1 AFTER UPDATE ON archive_article
REFERENCING OLD TABLE AS before NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION stories_left_by_articles_v1();
CREATE TRIGGER stories_left_by_places_v1 AFTER DELETE ON archive_storyarticle
REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION stories_left_by_places_v1();
CREATE TRIGGER stories_left_by_gone_links_v1 AFTER DELETE ON archive_articlelink
FOR EACH ROW WHEN (OLD.kind = 'follow_up' AND OLD.to_article_id IS NOT NULL)
EXECUTE FUNCTION stories_left_by_links_v1();
CREATE TRIGGER stories_left_by_changed_links_v1 AFTER UPDATE OF kind, to_article_id ON archive_articlelink
FOR EACH ROW WHEN (OLD.kind = 'follow_up' AND OLD.to_article_id IS NOT NULL
    AND (OLD.kind, OLD.to_article_id) IS DISTINCT FROM (NEW.kind, NEW.to_article_id))
EXECUTE FUNCTION stories_left_by_links_v1();
