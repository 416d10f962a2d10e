DROP FUNCTION arabic_words_v1(text);
