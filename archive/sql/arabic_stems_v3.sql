-- The same results as before, in less time: each match of a regular expression costs its start, so the single spaces
-- between most words are left as they are.
CREATE OR REPLACE FUNCTION arabic_spellings_v2(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN btrim(
    regexp_replace(
        arabic_letters_v2(value),
        '[^ 0-9a-z\u00df-\u00f6\u00f8-\u02af\u0370-\u0373\u0376\u0377\u037b-\u037d\u037f\u0386\u0388-\u03ff\u0400-\u0481\u048a-\u052f\u0531-\u0556\u0561-\u0587\u05d0-\u05ea\u0621-\u063f\u0641-\u064a\u066e\u066f\u0672-\u06a8\u06aa-\u06bd\u06bf\u06c4-\u06cb\u06cd-\u06d3\u06ee\u06ef\u06fa-\u06fc\u06ff\u0750-\u077f\u08a0-\u08b4\u08b6-\u08c7\u0904-\u0939\u0e01-\u0e30\u10a0-\u10ff\u1100-\u11ff\u3041-\u3096\u30a1-\u30fa\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3][^0-9a-z\u00df-\u00f6\u00f8-\u02af\u0370-\u0373\u0376\u0377\u037b-\u037d\u037f\u0386\u0388-\u03ff\u0400-\u0481\u048a-\u052f\u0531-\u0556\u0561-\u0587\u05d0-\u05ea\u0621-\u063f\u0641-\u064a\u066e\u066f\u0672-\u06a8\u06aa-\u06bd\u06bf\u06c4-\u06cb\u06cd-\u06d3\u06ee\u06ef\u06fa-\u06fc\u06ff\u0750-\u077f\u08a0-\u08b4\u08b6-\u08c7\u0904-\u0939\u0e01-\u0e30\u10a0-\u10ff\u1100-\u11ff\u3041-\u3096\u30a1-\u30fa\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]*| [^0-9a-z\u00df-\u00f6\u00f8-\u02af\u0370-\u0373\u0376\u0377\u037b-\u037d\u037f\u0386\u0388-\u03ff\u0400-\u0481\u048a-\u052f\u0531-\u0556\u0561-\u0587\u05d0-\u05ea\u0621-\u063f\u0641-\u064a\u066e\u066f\u0672-\u06a8\u06aa-\u06bd\u06bf\u06c4-\u06cb\u06cd-\u06d3\u06ee\u06ef\u06fa-\u06fc\u06ff\u0750-\u077f\u08a0-\u08b4\u08b6-\u08c7\u0904-\u0939\u0e01-\u0e30\u10a0-\u10ff\u1100-\u11ff\u3041-\u3096\u30a1-\u30fa\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]+',
        ' ', 'g'));

-- arabic_without_suffix_v3(word) -> text
-- A folded word without its suffix; the twin of archive.text.tokenize.without_suffix. Written out, because the start of a
-- regular expression costs more than all of these comparisons.
CREATE FUNCTION arabic_without_suffix_v3(word text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN left(word, CASE
    WHEN right(word, 1) NOT IN ('ا', 'ن', 'ت', 'ه', 'ي', 'م') THEN char_length(word)
    WHEN word LIKE '___%ات__' AND right(word, 2) IN ('ها', 'هم', 'نا') THEN -4
    WHEN word LIKE '___%اته' THEN -3
    WHEN word LIKE '___%ت__' AND right(word, 2) IN ('ها', 'هم', 'نا') THEN -3
    WHEN word LIKE '___%ته' THEN -2
    WHEN word LIKE '____%' AND right(word, 2) IN ('ها', 'ان', 'ات', 'ون', 'ين', 'يه', 'يا') THEN -2
    WHEN word LIKE '___%' AND right(word, 1) IN ('ه', 'ي', 'ا') THEN -1
    ELSE char_length(word) END);

-- arabic_forms_v3(spellings) -> spelling, folded, bare, stem
-- A row for each of the SPELLINGS (words of arabic_spellings_v2): folded, without prefix, and without prefix and suffix;
-- the twins of archive.text.normalize.words and archive.text.tokenize.without_prefix and stem.
-- Neither function is STRICT, which would keep their bodies from becoming part of the query that calls them.
-- The kept words are called for and not held in a variable: a constant array is looked up by hash.
CREATE FUNCTION arabic_forms_v3(spellings text[]) RETURNS TABLE (spelling text, folded text, bare text, stem text)
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
        WHEN word LIKE '____%' AND left(word, 1) IN ('و', 'ف', 'ب', 'ل') THEN 1
        ELSE 0 END AS length OFFSET 0) AS prefixes,
    LATERAL (SELECT substr(word, length + 1) AS stripped, CASE
        WHEN length = 0 THEN NULL WHEN left(word, length) LIKE '%لل' THEN 'ل' WHEN left(word, length) LIKE '%ال' THEN 'ال'
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

