-- arabic_kept_words_v2() -> text[]
-- Folded words whose first letters look like a prefix and are none; filled from archive/text/kept_words_v3.txt.
CREATE OR REPLACE FUNCTION arabic_kept_words_v2() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN string_to_array('@kept_words_v3@', ' ');
