-- Triggers that turn unresolved article links into real ones by themselves, whichever side arrives last.
-- A link waits with a title or an address. An article answers to its address; of several, the oldest record. It answers
-- to its folded title when it is the only one of the same source that does. Articles whose source is not known may be
-- of any: where the source is said of one side only, or of neither, a title means the only article that may be meant.
-- Never the link's own article, and never one that the same article already links to in the same way.

-- article_link_namesake_v2: the one article that the folded title means when the article FROM_ID shows it, or NULL.
CREATE FUNCTION article_link_namesake_v2(from_id bigint, link_title_key text) RETURNS bigint
LANGUAGE plpgsql STABLE AS $function$
DECLARE
    -- The source that importers make for records without one (archive/ingest/shelves.py).
    unknown CONSTANT bigint := (SELECT id FROM archive_source WHERE slug = 'unknown');
    origin_source CONSTANT bigint := (SELECT source_id FROM archive_article WHERE id = from_id);
    found bigint[];
BEGIN
    IF link_title_key = '' THEN
        RETURN NULL;
    ELSIF origin_source = unknown THEN
        found := ARRAY(SELECT id FROM archive_article WHERE title_key = link_title_key AND id <> from_id LIMIT 2);
    ELSE
        found := ARRAY(
            SELECT id FROM archive_article
            WHERE title_key = link_title_key AND source_id = origin_source AND id <> from_id LIMIT 2);
        IF found = '{}' THEN
            found := ARRAY(
                SELECT id FROM archive_article WHERE title_key = link_title_key AND source_id = unknown LIMIT 2);
        END IF;
    END IF;
    RETURN CASE WHEN cardinality(found) = 1 THEN found[1] END;
END
$function$;

-- article_link_target_v2: the article that a link's title or address means, or NULL.
CREATE FUNCTION article_link_target_v2(from_id bigint, link_kind text, link_title text, link_url text) RETURNS bigint
LANGUAGE plpgsql STABLE AS $function$
DECLARE
    -- Found once here: inside the query it may be asked again for every article.
    namesake CONSTANT bigint := article_link_namesake_v2(from_id, left(arabic_words_v1(link_title), 300));
BEGIN
    RETURN (
        SELECT id FROM (
            -- Not empty is said of the column too, for the sake of its partial index.
            SELECT target.id, 1 AS rank FROM archive_article AS target
            WHERE link_url <> '' AND target.original_url <> '' AND target.original_url = link_url
            UNION ALL
            SELECT namesake, 2 WHERE namesake IS NOT NULL
        ) AS answer
        WHERE id <> from_id AND NOT EXISTS (
            SELECT FROM archive_articlelink AS twin
            WHERE twin.from_article_id = from_id AND twin.to_article_id = answer.id AND twin.kind = link_kind)
        ORDER BY rank, id LIMIT 1);
END
$function$;

CREATE FUNCTION article_link_resolve_v2() RETURNS trigger
LANGUAGE plpgsql AS $function$
BEGIN
    NEW.to_article_id := article_link_target_v2(NEW.from_article_id, NEW.kind, NEW.title, NEW.url);
    RETURN NEW;
END
$function$;

CREATE TRIGGER article_link_resolve_v2
BEFORE INSERT OR UPDATE OF title, url ON archive_articlelink
FOR EACH ROW WHEN (NEW.to_article_id IS NULL) EXECUTE FUNCTION article_link_resolve_v2();

CREATE FUNCTION article_arrival_resolve_v2() RETURNS trigger
LANGUAGE plpgsql AS $function$
BEGIN
    UPDATE archive_articlelink AS link SET to_article_id = NEW.id
    FROM (
        SELECT DISTINCT ON (waiting.from_article_id, waiting.kind) waiting.id
        FROM archive_articlelink AS waiting
        JOIN archive_article AS origin ON origin.id = waiting.from_article_id
        WHERE waiting.to_article_id IS NULL AND origin.id <> NEW.id
            AND ((waiting.url <> '' AND waiting.url = NEW.original_url)
                OR (waiting.title_key <> '' AND waiting.title_key = NEW.title_key
                    AND article_link_namesake_v2(origin.id, NEW.title_key) = NEW.id))
            AND NOT EXISTS (
                SELECT FROM archive_articlelink AS twin
                WHERE twin.from_article_id = origin.id AND twin.to_article_id = NEW.id AND twin.kind = waiting.kind)
        ORDER BY waiting.from_article_id, waiting.kind, waiting.id
    ) AS answered
    WHERE link.id = answered.id;
    IF TG_OP = 'UPDATE' AND NEW.source_id <> OLD.source_id THEN
        -- Its own waiting links are asked again: other articles come from the same source now.
        UPDATE archive_articlelink SET title = title WHERE from_article_id = NEW.id AND to_article_id IS NULL;
    END IF;
    RETURN NULL;
END
$function$;

CREATE TRIGGER article_arrival_resolve_v2
AFTER INSERT OR UPDATE OF title, original_url, source_id ON archive_article
FOR EACH ROW EXECUTE FUNCTION article_arrival_resolve_v2();

-- A link whose article is deleted goes back to waiting, with that article's title.
CREATE FUNCTION article_link_keep_title_v2() RETURNS trigger
LANGUAGE plpgsql AS $function$
BEGIN
    SELECT article.title INTO NEW.title FROM archive_article AS article WHERE article.id = OLD.to_article_id;
    NEW.title := coalesce(NEW.title, '');
    RETURN NEW;
END
$function$;

CREATE TRIGGER article_link_keep_title_v2
BEFORE UPDATE OF to_article_id ON archive_articlelink
FOR EACH ROW WHEN (OLD.to_article_id IS NOT NULL AND NEW.to_article_id IS NULL AND NEW.title = '')
EXECUTE FUNCTION article_link_keep_title_v2();
