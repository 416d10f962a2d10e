-- What search keeps of articles (docs/search.md tells why).

-- article_entries_v3(ids, titles, kickers, summaries, bodies) -> one row for each of the articles
-- vector: stems with positions, weight A for the title, B for kicker and summary, D for the body; and for every stem that
--   says much about the article its tier, as the lexeme 'TIER>STEM' (archive.search.candidates reads them).
-- codes: sorted; one for each word at each level where its form is another than at the level before (as typed, folded,
--   without prefix, stem, skeleton): its number (search_term_v2) in 28 bits, then in 3 bits how often it occurs, 1 to 8,
--   less one. A word counts four times in the title, three times in kicker and summary, twice in the first words of the body.
-- length: how many words there are.
-- Many articles at once, because analysing a word costs more than finding it again. A text with more different words than
-- a tsvector holds (one megabyte) is indexed by its beginning.
-- A tsvector is written as its own text, so that no other parser or stemmer has a say in what a word is.
CREATE FUNCTION article_entries_v3(
    ids bigint[], titles text[], kickers text[], summaries text[], bodies text[], max_field_chars int = 400000
) RETURNS TABLE (article_id bigint, vector tsvector, codes int[], length int)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
-- The planner knows nothing of how many words there are: never pair them row by row, nor compile anything.
SET enable_nestloop = off SET enable_mergejoin = off SET jit = off SET work_mem = '64MB'
AS $function$
DECLARE
    -- Phrases must not run from one field into the next.
    field_gap CONSTANT int := 10;
    lead_words CONSTANT int := 30;
    longest_stem_chars CONSTANT int := 64;
    last_position CONSTANT int := 16383;
    -- Its text is longer than a tsvector itself, whose limit this is.
    longest_vector_bytes CONSTANT int := 1048575;
    -- Of BM25, as archive.search.ranking has them; here the usual length stands for the archive's own.
    k1 CONSTANT float8 := 0.8;
    b CONSTANT float8 := 0.7;
    usual_length CONSTANT float8 := 240;
    lowest_tier CONSTANT int := 4;
    highest_tier CONSTANT int := 10;
    ln2 CONSTANT float8 := ln(2::float8);
BEGIN
    RETURN QUERY
    WITH articles AS MATERIALIZED (
        SELECT * FROM unnest(ids, titles, kickers, summaries, bodies) AS article (id, title, kicker, summary, body)
    ), fields AS MATERIALIZED (
        SELECT id, place, weight, factor,
            string_to_array(arabic_spellings_v2(left(coalesce(value, ''), max_field_chars)), ' ') AS spellings
        FROM articles, LATERAL (VALUES (1, 'A', 4, title), (2, 'B', 3, kicker || '. ' || summary), (3, 'D', 1, body))
            AS field (place, weight, factor, value)
    ), starts AS (
        SELECT *, sum(cardinality(spellings) + field_gap) OVER (PARTITION BY id ORDER BY place)
            - cardinality(spellings) - field_gap AS start
        FROM fields
    ), lengths AS MATERIALIZED (
        SELECT id, words, k1 * (1 - b + b * words / usual_length) AS damping
        FROM (SELECT id, sum(cardinality(spellings))::int AS words FROM fields GROUP BY id) AS counted
    ), occurrences AS MATERIALIZED (
        SELECT id, x, least(start + number, last_position) || starts.weight AS place,
            CASE WHEN factor = 1 AND number <= lead_words THEN 2 ELSE factor END AS factor
        FROM starts, unnest(spellings) WITH ORDINALITY AS spelling (x, number)
    ), forms AS MATERIALIZED (
        SELECT spelling AS x, left(stem, longest_stem_chars) AS lexeme, search_term_v2('x', spelling) AS x_term,
            search_term_v2('s', stem) AS s_term, ARRAY[
                CASE WHEN folded <> spelling THEN search_term_v2('e', folded) END,
                CASE WHEN bare <> folded THEN search_term_v2('p', bare) END,
                CASE WHEN stem <> bare THEN search_term_v2('s', stem) END,
                CASE WHEN char_length(skeleton) >= 2 AND skeleton <> stem THEN search_term_v2('k', skeleton) END
            ] AS terms
        FROM (SELECT array_agg(x) AS xs FROM (SELECT DISTINCT x FROM occurrences) AS xs) AS spellings,
            LATERAL arabic_forms_v3(xs) AS analysed,
            LATERAL (SELECT translate(stem, 'اويء', '') AS skeleton OFFSET 0) AS skeletons
    ), found AS MATERIALIZED (
        SELECT id, place, factor, lexeme, x_term FROM occurrences JOIN forms USING (x)
    ), words AS MATERIALIZED (
        SELECT id, weight, forms.* FROM forms JOIN (
            SELECT id, x_term, sum(factor)::int AS weight FROM found GROUP BY id, x_term
        ) AS counted USING (x_term)
    ), coded AS (
        SELECT id, sort(array_agg(term << 3 | least(weight, 8) - 1)) AS codes
        FROM (SELECT id, x_term AS term, weight FROM words
            UNION ALL SELECT id, term, sum(weight)::int
            FROM (SELECT id, unnest(terms) AS term, weight FROM words) AS changed
            WHERE term IS NOT NULL GROUP BY id, term) AS counted
        GROUP BY id
    ), placed AS (
        SELECT id, string_agg('''' || lexeme || ''':' || place, ' ') AS lexemes FROM found GROUP BY id
    ), tiers AS (
        SELECT id, string_agg(' ''' || tier || '>' || lexeme || '''', '') AS lexemes
        FROM (SELECT id, s_term, least(floor(2 * ln(1 + least(weight, 8) / damping) / ln2), highest_tier)::int AS tier
            FROM (SELECT id, s_term, sum(weight) AS weight FROM words GROUP BY id, s_term) AS stems
            JOIN lengths USING (id)) AS graded
        JOIN (SELECT DISTINCT s_term, lexeme FROM forms) AS lexemes USING (s_term)
        WHERE tier >= lowest_tier GROUP BY id
    ), entries AS MATERIALIZED (
        SELECT id, coalesce(placed.lexemes, '') || coalesce(tiers.lexemes, '') AS lexemes,
            coalesce(coded.codes, '{}') AS codes, words
        FROM lengths LEFT JOIN placed USING (id) LEFT JOIN tiers USING (id) LEFT JOIN coded USING (id)
    )
    SELECT id, lexemes::tsvector, entries.codes, words FROM entries WHERE octet_length(lexemes) <= longest_vector_bytes
    UNION ALL
    SELECT shorter.* FROM entries JOIN articles USING (id), LATERAL article_entries_v3(
        ARRAY[id], ARRAY[title], ARRAY[kicker], ARRAY[summary], ARRAY[body], max_field_chars / 2) AS shorter
    WHERE octet_length(lexemes) > longest_vector_bytes;
END
$function$;
