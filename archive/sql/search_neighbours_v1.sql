-- search_neighbours_v1(word) -> int[]
-- Numbers of what is left of the beginning of a word when none, one or two of its letters are taken away, two letters at
-- least: words that differ by one or two edits share a number. IMMUTABLE: the index search_word_neighbours depends on it.
-- Beyond the beginning, words are compared by those who ask. 20 bits keep the index small; two words that share a number by
-- chance are compared for nothing.
CREATE FUNCTION search_neighbours_v1(word text) RETURNS int[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $function$
DECLARE
    head CONSTANT text := left(word, 7);
    letters CONSTANT int := char_length(head);
    rests text[] := ARRAY[head];
    rest text;
BEGIN
    FOR place IN 1 .. letters LOOP
        rest := left(head, place - 1) || substr(head, place + 1);
        rests := rests || rest;
        FOR other IN place .. letters - 1 LOOP
            rests := rests || (left(rest, other - 1) || substr(rest, other + 1));
        END LOOP;
    END LOOP;
    RETURN ARRAY(SELECT DISTINCT (hashtextextended(one, 0) & 1048575)::int FROM unnest(rests) AS one
        WHERE char_length(one) >= 2);
END
$function$;
