-- article_pairs_v1(vector) -> smallint[]
-- Which common stems (archive/text/common_stems_v1.txt) stand right beside each other in a VECTOR of article_entries_v3:
-- the numbers of archive.text.pairs, sorted. A phrase of common words would be sought in every article that has
-- them all; those that lack a pair of its neighbours need not be read.
CREATE FUNCTION article_pairs_v1(vector tsvector) RETURNS smallint[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
-- As article_entries_v3: never pair row by row, nor compile anything.
SET enable_nestloop = off SET enable_mergejoin = off SET jit = off
AS $function$
DECLARE
    stems CONSTANT text[] := string_to_array('@common_stems_v1@', ' ');
    numbers CONSTANT int := 8192;
    spread CONSTANT int := 1009;
BEGIN
    RETURN ARRAY(
        WITH places AS MATERIALIZED (
            SELECT number, unnest(positions) AS place
            FROM unnest(vector) AS word JOIN unnest(stems) WITH ORDINALITY AS common (stem, number) ON stem = lexeme
        )
        SELECT DISTINCT ((one.number * spread + next.number) % numbers)::smallint AS pair
        FROM places AS one JOIN places AS next ON next.place = one.place + 1
        ORDER BY pair);
END
$function$;
