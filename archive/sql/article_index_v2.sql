-- What search keeps of an article (docs/search.md tells why): article_index_v2 analyses its words, article_keys_v2
-- says what it can be narrowed by.

-- search_term_v2(level, word) -> int, 0 to 2^28 - 1
-- The number of a word at a level of analysis: x as typed, e folded, p without prefix, s stem, k skeleton. PostgreSQL
-- keeps this hash as it is from version to version, because partitioned tables rely on it.
CREATE FUNCTION search_term_v2(level text, word text) RETURNS int
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (hashtextextended(level || word, 0) & 268435455)::int;

-- article_index_v2(title, kicker, summary, body) -> vector, codes, length
-- vector: stems with positions, weight A for the title, B for kicker and summary, D for the body; and for every stem that
--   says much about the article its tier, as the lexeme 'TIER>STEM' (archive.search.candidates reads them).
-- codes: sorted; one for each word at each level, its number in 28 bits, then in 3 bits how often it occurs, 1 to 8,
--   less one. A word counts four times in the title, three times in kicker and summary, twice in the first words of the body.
-- length: how many words there are.
-- IMMUTABLE: article_search_sync_v2 and the rebuild depend on it. A tsvector is written as its own text, so that no
-- other parser or stemmer has a say in what a word is.
CREATE FUNCTION article_index_v2(
    title text, kicker text, summary text, body text, OUT vector tsvector, OUT codes int[], OUT length int)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $function$
DECLARE
    max_field_chars int := 400000;
    -- Phrases must not run from one field into the next.
    field_gap CONSTANT int := 10;
    lead_words CONSTANT int := 30;
    longest_stem_chars CONSTANT int := 64;
    last_position CONSTANT int := 16383;
    -- Of BM25, as archive.search.ranking has them; here the usual length stands for the archive's own.
    k1 CONSTANT float8 := 0.8;
    b CONSTANT float8 := 0.7;
    usual_length CONSTANT float8 := 240;
    lowest_tier CONSTANT int := 4;
    highest_tier CONSTANT int := 10;
    ln2 CONSTANT float8 := ln(2::float8);
BEGIN
    LOOP
        BEGIN
            WITH fields AS MATERIALIZED (
                SELECT place, weight, factor, arabic_spellings_v2(left(coalesce(value, ''), max_field_chars)) AS value
                FROM (VALUES (1, 'A', 4, title), (2, 'B', 3, kicker || '. ' || summary), (3, 'D', 1, body))
                    AS field (place, weight, factor, value)
            ), starts AS (
                SELECT *, sum(count + field_gap) OVER (ORDER BY place) - count - field_gap AS start
                FROM (SELECT *, cardinality(string_to_array(value, ' ')) AS count FROM fields) AS counted
            ), words AS MATERIALIZED (
                SELECT start + number AS position, weight, x,
                    CASE WHEN factor = 1 AND number <= lead_words THEN 2 ELSE factor END AS factor
                FROM starts, unnest(string_to_array(value, ' ')) WITH ORDINALITY AS spelling (x, number)
            ), counted AS MATERIALIZED (
                SELECT x, translate(x, 'أإآىةؤئ', 'ااايهءء') AS e, sum(factor)::int AS weight,
                    string_agg(least(position, last_position) || words.weight, ',') AS places
                FROM words GROUP BY x
            ), joined AS MATERIALIZED (
                SELECT string_agg(e, ' ') AS words, array_agg(x) AS xs, array_agg(weight) AS weights,
                    array_agg(places) AS all_places
                FROM counted
            ), forms AS MATERIALIZED (
                -- Each spelling once: analysing a word costs more than finding it again.
                SELECT form.* FROM joined, arabic_forms_v2(words) AS forms,
                    unnest(xs, string_to_array(words, ' '), bare, stems, weights, all_places)
                        AS form (x, e, p, s, weight, places)
            ), total AS MATERIALIZED (
                SELECT count(*)::int AS length, k1 * (1 - b + b * count(*) / usual_length) AS damping FROM words
            ), stems AS MATERIALIZED (
                SELECT s, sum(weight)::int AS weight FROM forms GROUP BY s
            ), levels AS (
                SELECT search_term_v2('x', x) AS term, weight FROM forms WHERE e ~ '[اهيء]'
                UNION ALL SELECT search_term_v2('e', e), weight FROM forms
                UNION ALL SELECT search_term_v2('p', p), weight FROM forms
                UNION ALL SELECT search_term_v2('s', s), weight FROM stems
                UNION ALL SELECT search_term_v2('k', CASE WHEN char_length(bones) >= 2 THEN bones ELSE s END), weight
                    FROM (SELECT s, weight, translate(s, 'اويء', '') AS bones FROM stems) AS skeletons
            )
            SELECT total.length,
                ARRAY(SELECT term << 3 | least(sum(weight), 8)::int - 1 FROM levels GROUP BY term ORDER BY term),
                (coalesce((SELECT string_agg('''' || left(s, longest_stem_chars) || ''':' || places, ' ') FROM forms), '')
                || coalesce((SELECT string_agg(' ''' || tier || '>' || left(s, longest_stem_chars) || '''', '')
                    FROM (SELECT s, least(floor(2 * ln(1 + least(weight, 8) / damping) / ln2), highest_tier)::int
                            AS tier FROM stems)
                        AS tiers WHERE tier >= lowest_tier), ''))::tsvector
            INTO length, codes, vector FROM total;
            RETURN;
        EXCEPTION WHEN program_limit_exceeded THEN
            -- A tsvector holds one megabyte; a text with more distinct words is indexed by its beginning.
            max_field_chars := max_field_chars / 2;
        END;
    END LOOP;
END
$function$;

-- article_keys_v2(article_id) -> bigint[]
-- What the article can be narrowed by and counted under: numbers of the form value * 8 + kind, kinds as in
-- archive.search.keys. The months are those of UTC: they only lead to the articles of a period, and its own days decide.
CREATE FUNCTION article_keys_v2(wanted_id bigint) RETURNS bigint[]
LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $function$
    SELECT array_agg(value << 3 | kind ORDER BY value << 3 | kind) FROM (
        SELECT id % 64 AS value, 0 AS kind FROM archive_article WHERE id = wanted_id
        UNION ALL SELECT section_id, 1 FROM archive_article WHERE id = wanted_id AND section_id IS NOT NULL
        UNION ALL SELECT source_id, 2 FROM archive_article WHERE id = wanted_id
        UNION ALL SELECT (extract(year FROM listed_at AT TIME ZONE 'UTC') * 12
                + extract(month FROM listed_at AT TIME ZONE 'UTC') - 1)::bigint, 3
            FROM archive_article WHERE id = wanted_id
        UNION ALL SELECT DISTINCT entity_id, 4 FROM archive_mention
            WHERE article_id = wanted_id AND confirmed IS DISTINCT FROM false
    ) AS keys
$function$;
