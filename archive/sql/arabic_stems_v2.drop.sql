DROP FUNCTION arabic_stems_v2(text);
DROP FUNCTION arabic_forms_v2(text);
DROP FUNCTION arabic_without_suffixes_v2(text);
DROP FUNCTION arabic_kept_words_v2();
