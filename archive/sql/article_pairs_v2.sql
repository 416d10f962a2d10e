-- article_pairs_v1(vector) -> smallint[]
-- It replaces the function of its name: the same numbers, without a table of the stems made for every article.
-- The numbers of the stems are written out: a restore derives the column with no other function at hand.
CREATE OR REPLACE FUNCTION article_pairs_v1(vector tsvector) RETURNS smallint[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
-- As article_entries_v3: never pair row by row, nor compile anything.
SET enable_nestloop = off SET enable_mergejoin = off SET jit = off
AS $function$
DECLARE
    numbers CONSTANT int := 8192;
    spread CONSTANT int := 1009;
BEGIN
    RETURN ARRAY(
        WITH places AS MATERIALIZED (
            SELECT number::int AS number, unnest(positions) AS place
            FROM (SELECT '@common_stems_v1:numbers@'::jsonb -> lexeme AS number, positions FROM unnest(vector) OFFSET 0) AS words
            WHERE number IS NOT NULL
        )
        SELECT DISTINCT ((one.number * spread + next.number) % numbers)::smallint AS pair
        FROM places AS one JOIN places AS next ON next.place = one.place + 1
        ORDER BY pair);
END
$function$;
