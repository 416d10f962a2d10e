-- arabic_forms_v3(spellings) -> spelling, folded, bare, stem
-- A row for each of the SPELLINGS (words of arabic_spellings_v2): folded, without prefix, and without prefix and suffix;
-- now و and ف come off before ب and ل too (وبرعاية), which themselves stay where they are the word's own (وبلدية).
-- It replaces the function of its name, whose shape and callers stay. The twins of archive.text.normalize.words and
-- archive.text.tokenize.without_prefix and stem.
-- Neither function is STRICT, which would keep their bodies from becoming part of the query that calls them.
-- The kept words are called for and not held in a variable: a constant array is looked up by hash.
CREATE OR REPLACE FUNCTION arabic_forms_v3(spellings text[]) RETURNS TABLE (spelling text, folded text, bare text, stem text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $function$
    SELECT spelling, word, bare, arabic_without_suffix_v3(bare)
    FROM (SELECT spelling, translate(spelling, 'أإآىةؤئ', 'ااايهءء') AS word
        FROM unnest(spellings) AS given (spelling) OFFSET 0) AS words,
    LATERAL (SELECT CASE
        WHEN left(word, 1) NOT IN ('ا', 'ل', 'و', 'ف', 'ب', 'ك') THEN 0
        WHEN word LIKE 'ال__%' OR word LIKE 'لل__%' THEN 2
        WHEN word LIKE '_ال__%' AND left(word, 1) IN ('و', 'ف', 'ب', 'ك')
            OR word LIKE '_لل__%' AND left(word, 1) IN ('و', 'ف') THEN 3
        WHEN word LIKE '__ال__%' AND left(word, 2) IN ('وب', 'وك', 'فب', 'فك') THEN 4
        WHEN word LIKE '_____%' AND left(word, 2) IN ('وب', 'ول', 'فب', 'فل') THEN 2
        WHEN word LIKE '____%' AND left(word, 1) IN ('و', 'ف', 'ب', 'ل') THEN 1
        ELSE 0 END AS length OFFSET 0) AS prefixes,
    LATERAL (SELECT substr(word, length + 1) AS stripped, CASE
        WHEN length = 0 THEN NULL WHEN left(word, length) LIKE '%لل' THEN 'ل' WHEN left(word, length) LIKE '%ال' THEN 'ال'
        WHEN length = 2 THEN substr(word, 2, 1)
        END AS article OFFSET 0) AS parts,
    LATERAL (SELECT CASE
        WHEN word LIKE '%لله' AND word IN ('الله', 'بالله', 'تالله', 'لله', 'والله', 'فالله', 'وبالله', 'فبالله',
            'وتالله', 'فتالله', 'ولله', 'فلله') THEN 'ﷲ'
        WHEN length = 0 OR word = ANY (arabic_kept_words_v2())
            OR left(word, length) || arabic_without_suffix_v3(stripped) = ANY (arabic_kept_words_v2()) THEN word
        -- Letters of the word's own that only look like the article, behind particles: بألمانيا, للبنان, للجنة.
        WHEN article || stripped = ANY (arabic_kept_words_v2())
            OR article || arabic_without_suffix_v3(stripped) = ANY (arabic_kept_words_v2()) THEN article || stripped
        ELSE stripped END AS bare OFFSET 0) AS chosen
$function$;

