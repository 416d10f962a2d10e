-- article_vector_v1(title, kicker, summary, body) -> tsvector
-- The search vector of an article: stems with positions, weight A for the title, B for kicker and summary, D for the
-- body. Written as a tsvector's own text, so that no other parser or stemmer has a say in what a word is.
-- IMMUTABLE: article_search_sync_v1 and the rebuild depend on it.
CREATE FUNCTION article_vector_v1(title text, kicker text, summary text, body text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $function$
DECLARE
    max_field_chars int := 400000;
    -- Phrases must not run from one field into the next.
    field_gap CONSTANT int := 10;
    longest_stem_chars CONSTANT int := 64;
    last_position CONSTANT int := 16383;
    vector tsvector;
BEGIN
    LOOP
        BEGIN
            -- Materialized, or each use of the stems would stem the text again.
            WITH fields AS MATERIALIZED (
                SELECT weight, arabic_stems_v1(arabic_words_v1(left(coalesce(value, ''), max_field_chars))) AS stems, place
                FROM (VALUES (title, 'A', 1), (kicker || '. ' || summary, 'B', 2), (body, 'D', 3))
                    AS field (value, weight, place)
            ), starts AS (
                SELECT weight, stems,
                    sum(cardinality(stems) + field_gap) OVER (ORDER BY place) - cardinality(stems) - field_gap AS start
                FROM fields
            )
            SELECT coalesce(string_agg(format('''%s'':%s%s', left(stem, longest_stem_chars),
                least(start + number, last_position), weight), ' '), '')::tsvector INTO vector
            FROM starts, unnest(stems) WITH ORDINALITY AS words (stem, number);
            RETURN vector;
        EXCEPTION WHEN program_limit_exceeded THEN
            -- A tsvector holds one megabyte; a text with more distinct words is indexed by its beginning.
            max_field_chars := max_field_chars / 2;
        END;
    END LOOP;
END
$function$;
