-- arabic_kept_words_v2() -> text[]
-- Folded words whose first letters look like a prefix and are none; filled from archive/text/kept_words_v2.txt.
-- IMMUTABLE: arabic_forms_v2 depends on it.
CREATE FUNCTION arabic_kept_words_v2() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN string_to_array('@kept_words_v2@', ' ');

-- arabic_without_suffixes_v2(words) -> text
-- Words joined by spaces, each without its suffix; the twin of archive.text.tokenize.without_suffix.
CREATE FUNCTION arabic_without_suffixes_v2(words text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN rtrim(regexp_replace(words || ' ',
    '([ء-ي]{3})(?:ات|ت)(?:ها|هم|ه|نا) |([ء-ي]{2})(?:ها|ان|ات|ون|ين|يه|يا|ه|ي|ا) ', '\1\2 ', 'g'));

-- arabic_forms_v2(words) -> bare, stems
-- Two arrays, in the order of the words in the output of arabic_words_v1: each without its prefix, and each without
-- prefix and suffix; the twins of archive.text.tokenize.without_prefix and stem.
-- Affixes come off the whole text at once, which is many times faster than word by word; words are then compared. The
-- kept words are called for and not held in a variable: a constant array is looked up by hash.
CREATE FUNCTION arabic_forms_v2(words text, OUT bare text[], OUT stems text[])
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $function$
DECLARE
    prefix CONSTANT text := ' (?:[وف]?(?:[بك]?ال|لل)(?=[ء-ي]{2})|[وفبل](?=[ء-ي]{3}))';
    -- Doubled spaces keep one for each neighbour's rule to take.
    stripped text := btrim(regexp_replace(' ' || replace(words, ' ', '  '), prefix, ' ', 'g'));
BEGIN
    stripped := replace(stripped, '  ', ' ');
    SELECT coalesce(array_agg(form ORDER BY place), '{}'),
        coalesce(array_agg(CASE
            WHEN form = stripped_word THEN stem
            -- Its letters were counted without those that are its own.
            ELSE arabic_without_suffixes_v2(form) END ORDER BY place), '{}')
    INTO bare, stems
    FROM unnest(
        string_to_array(words, ' '), string_to_array(stripped, ' '),
        string_to_array(arabic_without_suffixes_v2(stripped), ' ')
    ) WITH ORDINALITY AS forms (word, stripped_word, stem, place),
    LATERAL (SELECT left(word, -length(stripped_word)) AS letters OFFSET 0) AS prefixes,
    LATERAL (SELECT CASE
        WHEN letters LIKE '%لل' THEN 'ل' WHEN letters LIKE '%ال' THEN 'ال' END AS article OFFSET 0) AS articles,
    LATERAL (SELECT CASE
        WHEN word LIKE '%لله' AND word ~ '^[وف]?(?:[بت]?الله|لله)$' THEN 'ﷲ'
        WHEN letters = '' OR word = ANY (arabic_kept_words_v2()) OR letters || stem = ANY (arabic_kept_words_v2())
            THEN word
        -- Letters of the word's own that only look like the article, behind particles: بألمانيا, للبنان, للجنة.
        WHEN article || stripped_word = ANY (arabic_kept_words_v2())
            OR article || stem = ANY (arabic_kept_words_v2()) THEN article || stripped_word
        ELSE stripped_word END AS form OFFSET 0) AS chosen;
END
$function$;

-- arabic_stems_v2(words) -> text[]
-- The light stems of the output of arabic_words_v1, one a word, in order; the twin of archive.text.tokenize.stem.
CREATE FUNCTION arabic_stems_v2(words text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN (arabic_forms_v2(words)).stems;
