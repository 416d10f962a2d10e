-- search_statistics_v2()
-- Counts anew how many articles there are, how long they are how they spread over the
-- months, and how many have each word at each level.
-- Readers search by the figures of before until it commits; articles written meanwhile are in the next count.
CREATE FUNCTION search_statistics_v2() RETURNS void
LANGUAGE plpgsql AS $function$
DECLARE
    k1 CONSTANT float8 := 0.8;
    b CONSTANT float8 := 0.7;
    usual_length CONSTANT float8 := 240;
    ln2 CONSTANT float8 := ln(2::float8);
BEGIN
    PERFORM pg_advisory_xact_lock(7301);
    DELETE FROM archive_searchterm;
    INSERT INTO archive_searchterm (number, article_count, tier_counts)
    SELECT number, sum(count),
        -- From tier 4 on; stems alone have tiers, but other levels' counts do no harm.
        ARRAY[sum(count) FILTER (WHERE tier = 4), sum(count) FILTER (WHERE tier = 5),
            sum(count) FILTER (WHERE tier = 6), sum(count) FILTER (WHERE tier = 7),
            sum(count) FILTER (WHERE tier = 8), sum(count) FILTER (WHERE tier = 9),
            sum(count) FILTER (WHERE tier >= 10)]
    FROM (
        SELECT code >> 3 AS number, floor(2 * ln(1 + ((code & 7) + 1) / damping) / ln2) AS tier,
            count(*) AS count
        FROM (SELECT k1 * (1 - b + b * length / usual_length) AS damping, unnest(codes) AS code
            FROM archive_articlesearch) AS unpacked
        GROUP BY 1, 2
    ) AS counted
    GROUP BY number HAVING sum(count) > 1;
    DELETE FROM archive_searchstatistics;
    INSERT INTO archive_searchstatistics (id, article_count, average_length, counted_at, months, month_counts)
    SELECT 1, coalesce(sum(count), 0), coalesce(sum(words) / nullif(sum(count), 0), usual_length), now(),
        coalesce(array_agg(month ORDER BY month), '{}'), coalesce(array_agg(count ORDER BY month), '{}')
    FROM (SELECT key >> 3 AS month, count(*) AS count, sum(length)::float8 AS words
        FROM archive_articlesearch, unnest(keys) AS key WHERE key & 7 = 3 GROUP BY key) AS by_month;
END
$function$;
