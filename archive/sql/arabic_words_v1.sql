-- arabic_words_v1(text) -> text
-- The folded words of a text joined by single spaces; the twin of archive.text.normalize.words.
-- IMMUTABLE: generated columns (title_key, alias keys) and article_vector_v1 depend on it.
CREATE FUNCTION arabic_words_v1(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN btrim(
    regexp_replace(
        arabic_fold_v1(value),
        '[^0-9a-z\u00df-\u00f6\u00f8-\u02af\u0370-\u0373\u0376\u0377\u037b-\u037d\u037f\u0386\u0388-\u03ff\u0400-\u0481\u048a-\u052f\u0531-\u0556\u0561-\u0587\u05d0-\u05ea\u0621-\u063f\u0641-\u064a\u066e\u066f\u0672-\u06a8\u06aa-\u06bd\u06bf\u06c4-\u06cb\u06cd-\u06d3\u06ee\u06ef\u06fa-\u06fc\u06ff\u0750-\u077f\u08a0-\u08b4\u08b6-\u08c7\u0904-\u0939\u0e01-\u0e30\u10a0-\u10ff\u1100-\u11ff\u3041-\u3096\u30a1-\u30fa\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]+',
        ' ', 'g'));
