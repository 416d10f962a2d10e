-- Triggers that keep archive_articlesearch true whatever writes: the admin, a bulk update or raw SQL.

-- article_visible_from_v2: since when readers may see an article, or NULL; as ArticleQuerySet.published() says it.
CREATE FUNCTION article_visible_from_v2(status text, published_at timestamptz) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE status WHEN 'published' THEN coalesce(published_at, '1000-01-01Z') WHEN 'scheduled' THEN published_at END;

CREATE FUNCTION article_search_sync_v2() RETURNS trigger
LANGUAGE plpgsql AS $function$
BEGIN
    IF TG_OP = 'INSERT' OR (OLD.title, OLD.kicker, OLD.summary, OLD.text)
        IS DISTINCT FROM (NEW.title, NEW.kicker, NEW.summary, NEW.text) THEN
        INSERT INTO archive_articlesearch (article_id, vector, codes, length, keys, listed_at, visible_from)
        SELECT NEW.id, index.vector, index.codes, index.length, article_keys_v2(NEW.id), NEW.listed_at,
            article_visible_from_v2(NEW.status, NEW.published_at)
        FROM article_index_v2(NEW.title, NEW.kicker, NEW.summary, NEW.text) AS index
        ON CONFLICT (article_id) DO UPDATE SET vector = EXCLUDED.vector, codes = EXCLUDED.codes,
            length = EXCLUDED.length, keys = EXCLUDED.keys, listed_at = EXCLUDED.listed_at,
            visible_from = EXCLUDED.visible_from;
    ELSE
        UPDATE archive_articlesearch SET keys = article_keys_v2(NEW.id), listed_at = NEW.listed_at,
            visible_from = article_visible_from_v2(NEW.status, NEW.published_at)
        WHERE article_id = NEW.id;
    END IF;
    RETURN NULL;
END
$function$;

CREATE TRIGGER article_search_sync_v2
AFTER INSERT OR UPDATE OF title, kicker, summary, text, status, published_at, section_id, source_id ON archive_article
FOR EACH ROW EXECUTE FUNCTION article_search_sync_v2();

-- Once a statement, so that the mentions of an article written together cost its entry one change.
CREATE FUNCTION mention_search_sync_v2() RETURNS trigger
LANGUAGE plpgsql AS $function$
BEGIN
    UPDATE archive_articlesearch AS entry SET keys = fresh.keys
    FROM (SELECT article_id, article_keys_v2(article_id) AS keys
        FROM (SELECT DISTINCT article_id FROM changed) AS articles) AS fresh
    WHERE entry.article_id = fresh.article_id AND entry.keys IS DISTINCT FROM fresh.keys;
    RETURN NULL;
END
$function$;

CREATE TRIGGER mention_insert_search_sync_v2 AFTER INSERT ON archive_mention
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mention_search_sync_v2();
CREATE TRIGGER mention_delete_search_sync_v2 AFTER DELETE ON archive_mention
REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mention_search_sync_v2();
CREATE TRIGGER mention_update_search_sync_v2 AFTER UPDATE ON archive_mention
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mention_search_sync_v2();
-- An article loses what a mention moved away from it took along.
CREATE TRIGGER mention_moved_search_sync_v2 AFTER UPDATE ON archive_mention
REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mention_search_sync_v2();
