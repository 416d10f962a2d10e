-- Triggers that keep archive_articlesearch true whatever writes: the admin, a bulk update or raw SQL. Once a statement,
-- because analysing many articles together costs less.

-- article_search_rows_v3(ids) -> rows as those of archive_articlesearch
-- The entries that these articles should have; an id that is no article's has none.
CREATE FUNCTION article_search_rows_v3(ids bigint[]) RETURNS TABLE (
    article_id bigint, vector tsvector, codes int[], length int, keys bigint[], listed_at timestamptz,
    visible_from timestamptz)
LANGUAGE plpgsql STABLE AS $function$
DECLARE
    batch_size CONSTANT int := 100;
BEGIN
    FOR start IN 1..cardinality(ids) BY batch_size LOOP
        RETURN QUERY SELECT entry.article_id, entry.vector, entry.codes, entry.length,
            article.keys, article.listed_at, article.visible_from
        FROM (SELECT array_agg(id) AS ids, array_agg(title::text) AS titles, array_agg(kicker::text) AS kickers,
                array_agg(summary) AS summaries, array_agg(text) AS bodies
            FROM archive_article WHERE id = ANY (article_search_rows_v3.ids[start : start + batch_size - 1])) AS batch,
            LATERAL article_entries_v3(batch.ids, titles, kickers, summaries, bodies) AS entry,
            -- One by one, by their ids: the planner thinks of a thousand entries, for which it might read all articles.
            LATERAL (SELECT article_keys_v2(id) AS keys, written.listed_at,
                    article_visible_from_v2(status, published_at) AS visible_from
                FROM archive_article AS written WHERE id = entry.article_id OFFSET 0) AS article;
    END LOOP;
END
$function$;

CREATE FUNCTION article_search_write_v3(ids bigint[]) RETURNS void
LANGUAGE sql AS $function$
    INSERT INTO archive_articlesearch (article_id, vector, codes, length, keys, listed_at, visible_from)
    SELECT * FROM article_search_rows_v3(ids)
    ON CONFLICT (article_id) DO UPDATE SET vector = EXCLUDED.vector, codes = EXCLUDED.codes,
        length = EXCLUDED.length, keys = EXCLUDED.keys, listed_at = EXCLUDED.listed_at,
        visible_from = EXCLUDED.visible_from;
$function$;

CREATE FUNCTION article_insert_search_sync_v3() RETURNS trigger
LANGUAGE plpgsql AS $function$
BEGIN
    PERFORM article_search_write_v3(ARRAY(SELECT id FROM written));
    RETURN NULL;
END
$function$;

CREATE FUNCTION article_update_search_sync_v3() RETURNS trigger
LANGUAGE plpgsql AS $function$
BEGIN
    PERFORM article_search_write_v3(ARRAY(SELECT id FROM before JOIN written USING (id)
        WHERE (before.title, before.kicker, before.summary, before.text)
            IS DISTINCT FROM (written.title, written.kicker, written.summary, written.text)));
    UPDATE archive_articlesearch SET keys = article_keys_v2(article_id), listed_at = written.listed_at,
        visible_from = article_visible_from_v2(written.status, written.published_at)
    FROM before JOIN written USING (id)
    WHERE article_id = id AND (before.status, before.published_at, before.section_id, before.source_id)
        IS DISTINCT FROM (written.status, written.published_at, written.section_id, written.source_id);
    RETURN NULL;
END
$function$;

CREATE TRIGGER article_insert_search_sync_v3 AFTER INSERT ON archive_article
REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION article_insert_search_sync_v3();
CREATE TRIGGER article_update_search_sync_v3 AFTER UPDATE ON archive_article
REFERENCING OLD TABLE AS before NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION article_update_search_sync_v3();
