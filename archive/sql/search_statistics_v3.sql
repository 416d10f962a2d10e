-- search_statistics_v2()
-- Counts anew how many articles there are, how long they are, how they spread over the months, and how many have each word
-- at each level. The same figures as before where they count, in half the time.
-- Readers search by the figures of before until it commits; articles written meanwhile are in the next count.
CREATE OR REPLACE FUNCTION search_statistics_v2() RETURNS void
LANGUAGE plpgsql
SET work_mem = '256MB' SET jit = off
AS $function$
DECLARE
    k1 CONSTANT float8 := 0.8;
    b CONSTANT float8 := 0.7;
    usual_length CONSTANT float8 := 240;
    ln2 CONSTANT float8 := ln(2::float8);
BEGIN
    PERFORM pg_advisory_xact_lock(7301);
    DELETE FROM archive_searchterm;
    INSERT INTO archive_searchterm (number, article_count, tier_counts)
    SELECT code >> 3, count(*),
        -- From tier 4 on, of words so common that candidates are told by it (archive.search.candidates); they are few.
        -- Stems alone have tiers, but other levels' counts do no harm.
        CASE WHEN count(*) > 500 THEN ARRAY[
            count(*) FILTER (WHERE tiers[(code & 7) + 1] = 4), count(*) FILTER (WHERE tiers[(code & 7) + 1] = 5),
            count(*) FILTER (WHERE tiers[(code & 7) + 1] = 6), count(*) FILTER (WHERE tiers[(code & 7) + 1] = 7),
            count(*) FILTER (WHERE tiers[(code & 7) + 1] = 8), count(*) FILTER (WHERE tiers[(code & 7) + 1] = 9),
            count(*) FILTER (WHERE tiers[(code & 7) + 1] >= 10)] ELSE '{}' END
    FROM (
        SELECT tiers, unnest(codes) AS code
        FROM archive_articlesearch,
            LATERAL (SELECT k1 * (1 - b + b * length / usual_length) AS damping OFFSET 0) AS entry,
            -- What each of the numbers of occurrences means in an article of this length: once, not for every word.
            LATERAL (SELECT array_agg(floor(2 * ln(1 + occurrences / damping) / ln2)::int ORDER BY occurrences) AS tiers
                FROM generate_series(1, 8) AS occurrences OFFSET 0) AS graded
    ) AS unpacked
    GROUP BY code >> 3 HAVING count(*) > 1;
    DELETE FROM archive_searchstatistics;
    INSERT INTO archive_searchstatistics (id, article_count, average_length, counted_at, months, month_counts)
    SELECT 1, coalesce(sum(count), 0), coalesce(sum(words) / nullif(sum(count), 0), usual_length), now(),
        coalesce(array_agg(month ORDER BY month), '{}'), coalesce(array_agg(count ORDER BY month), '{}')
    FROM (SELECT key >> 3 AS month, count(*) AS count, sum(length)::float8 AS words
        FROM archive_articlesearch, unnest(keys) AS key WHERE key & 7 = 3 GROUP BY key) AS by_month;
END
$function$;
