-- The words of the articles that readers may see, in archive_searchword: for completion and for spelling.

-- unlearned_articles_v1: an article whose words, or whose readers, have changed waits for search_words_v1. Rows are only
-- ever added, so that none that comes while others are read is lost with them.
CREATE FUNCTION unlearned_articles_v1() RETURNS trigger
LANGUAGE plpgsql AS $function$
BEGIN
    INSERT INTO archive_unlearnedarticle (article_id, is_counted) VALUES (NEW.article_id, false);
    RETURN NULL;
END
$function$;

CREATE TRIGGER unlearned_words_v1 AFTER INSERT OR UPDATE OF vector ON archive_articlesearch
FOR EACH ROW EXECUTE FUNCTION unlearned_articles_v1();
CREATE TRIGGER unlearned_visibility_v1 AFTER UPDATE OF visible_from ON archive_articlesearch
FOR EACH ROW WHEN (OLD.visible_from IS DISTINCT FROM NEW.visible_from) EXECUTE FUNCTION unlearned_articles_v1();

-- search_words_v1()
-- Learns the words of waiting articles that readers may see now, counts all words anew and forgets those that have too
-- few articles. To be called after search_statistics_v2, with the articles that it counted marked so.
-- How many articles have a word is known by its number: only new articles are read. In a large archive the statistics
-- tell, less what hidden articles have of it; they know no words of one article, so in a small one it is counted here.
CREATE FUNCTION search_words_v1() RETURNS void
LANGUAGE plpgsql AS $function$
DECLARE
    large_archive CONSTANT int := 10000;
    max_field_chars CONSTANT int := 400000;
    is_small boolean;
BEGIN
    PERFORM pg_advisory_xact_lock(7301);
    SELECT count(*) < large_archive INTO is_small FROM archive_articlesearch WHERE visible_from <= now();
    WITH learned AS (
        DELETE FROM archive_unlearnedarticle AS waiting
        WHERE is_counted AND NOT EXISTS (
            SELECT FROM archive_articlesearch AS entry
            WHERE entry.article_id = waiting.article_id AND coalesce(visible_from, 'infinity') > now())
        RETURNING article_id
    ), words AS MATERIALIZED (
        SELECT spelling, folded, search_term_v2('x', spelling) AS number
        FROM (
            -- Each once: folding a word costs more than finding it again.
            SELECT spelling, arabic_words_v1(spelling) AS folded
            FROM (SELECT DISTINCT spelling FROM archive_article AS article,
                    unnest(string_to_array(arabic_spellings_v2(concat_ws(' . ',
                        left(title, max_field_chars), left(kicker, max_field_chars),
                        left(summary, max_field_chars), left(text, max_field_chars))), ' ')) AS spelling
                WHERE article.id IN (SELECT article_id FROM learned)) AS distinct_words
            WHERE spelling ~ '^[^0-9]{2,40}$'
            UNION
            SELECT spelling, folded FROM archive_searchword
        ) AS spelt
    ), entries AS (
        -- Those that readers see, or those that they do not.
        SELECT code >> 3 AS number, count(*) AS article_count
        FROM (SELECT unnest(codes) AS code FROM archive_articlesearch
            WHERE (coalesce(visible_from, 'infinity') <= now()) = is_small) AS codes
        GROUP BY 1
    ), counted AS MATERIALIZED (
        SELECT spelling, folded,
            CASE WHEN is_small THEN coalesce(entries.article_count, 0)
            ELSE coalesce(term.article_count, 1) - coalesce(entries.article_count, 0) END AS article_count
        FROM words LEFT JOIN archive_searchterm AS term USING (number) LEFT JOIN entries USING (number)
    ), forgotten AS (
        DELETE FROM archive_searchword AS word USING counted
        WHERE word.spelling = counted.spelling AND counted.article_count < CASE WHEN is_small THEN 1 ELSE 2 END
    )
    INSERT INTO archive_searchword AS word (spelling, folded, article_count)
    SELECT spelling, folded, article_count FROM counted
    WHERE article_count >= CASE WHEN is_small THEN 1 ELSE 2 END
    ON CONFLICT (spelling) DO UPDATE SET article_count = EXCLUDED.article_count
    WHERE word.article_count <> EXCLUDED.article_count;
END
$function$;
