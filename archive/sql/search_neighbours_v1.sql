-- search_neighbours_v1(word) -> int[]
-- Numbers of what is left of the beginning of a word when none, one or two of its letters are taken away, two letters at
-- least: words that differ by one or two edits share a number. IMMUTABLE: the index search_word_neighbours depends on it.
-- Beyond the beginning, words are compared by those who ask. 20 bits keep the index small; two words that share a number by
-- chance are compared for nothing.
CREATE FUNCTION search_neighbours_v1(word text) RETURNS int[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $function$
    WITH beginning AS (SELECT left(word, 7) AS head),
    one AS (
        SELECT left(head, place - 1) || substr(head, place + 1) AS rest, place
        FROM beginning, generate_series(1, char_length(head)) AS place
    ), rests AS (
        SELECT head AS rest FROM beginning
        UNION SELECT rest FROM one
        UNION SELECT left(rest, other - 1) || substr(rest, other + 1)
        FROM one, generate_series(place, char_length(rest)) AS other
    )
    SELECT coalesce(array_agg(DISTINCT (hashtextextended(rest, 0) & 1048575)::int), '{}')
    FROM rests WHERE char_length(rest) >= 2
$function$;
