DROP FUNCTION arabic_stems_v1(text);
DROP FUNCTION arabic_kept_words_v1();
