-- arabic_kept_words_v1() -> text[]
-- Folded words whose first letters look like a prefix and are none; filled from archive/text/kept_words_v1.txt.
-- IMMUTABLE: arabic_stems_v1 depends on it.
CREATE FUNCTION arabic_kept_words_v1() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN string_to_array(arabic_words_v1('@kept_words_v1@'), ' ');

-- arabic_stems_v1(text) -> text[]
-- The light stems of the output of arabic_words_v1, one a word, in order; the twin of archive.text.tokenize.stem.
-- IMMUTABLE: article_vector_v1 depends on it.
-- Affixes come off the whole text at once, which is many times faster than word by word; words are then compared. The
-- kept words are called for and not held in a variable: a constant array is looked up by hash.
CREATE FUNCTION arabic_stems_v1(words text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $function$
DECLARE
    prefix CONSTANT text := ' (?:[وف]?(?:[بك]?ال|لل)(?=[ء-ي]{2})|[وفبل](?=[ء-ي]{3}))';
    suffix CONSTANT text := '([ء-ي]{2})(?:ها|ان|ات|ون|ين|يه|يا|ه|ي|ا)(?= |$)';
    -- Doubled spaces keep one for each neighbour's rule to take.
    spaced text := ' ' || replace(words, ' ', '  ') || ' ';
    stripped text := regexp_replace(spaced, prefix, ' ', 'g');
BEGIN
    IF words = '' THEN
        RETURN '{}';
    END IF;
    RETURN ARRAY(
        SELECT CASE
            WHEN word ~ '^[وف]?(?:[بت]?الله|لله)$' THEN 'ﷲ'
            WHEN word = stripped_word OR word = ANY (arabic_kept_words_v1()) OR bare = ANY (arabic_kept_words_v1())
                THEN bare
            -- Letters of the word's own that only look like the article, behind particles: بألمانيا, للبنان, للجنة.
            WHEN own IS NOT NULL AND (own = ANY (arabic_kept_words_v1())
                    OR regexp_replace(own, suffix, '\1') = ANY (arabic_kept_words_v1()))
                THEN regexp_replace(own, suffix, '\1')
            ELSE stem END
        FROM unnest(
            string_to_array(btrim(spaced), '  '),
            string_to_array(btrim(regexp_replace(spaced, suffix, '\1', 'g')), '  '),
            string_to_array(btrim(stripped), '  '),
            string_to_array(btrim(regexp_replace(stripped, suffix, '\1', 'g')), '  ')
        ) WITH ORDINALITY AS forms (word, bare, stripped_word, stem, place),
        LATERAL (SELECT CASE
            WHEN word = stripped_word THEN NULL
            WHEN word ~ '^[وف]?لل' THEN 'ل' || stripped_word
            WHEN word ~ '^[وف]?[بك]?ال' THEN 'ال' || stripped_word END) AS owned (own)
        ORDER BY place);
END
$function$;
