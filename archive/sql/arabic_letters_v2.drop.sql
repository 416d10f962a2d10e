DROP FUNCTION arabic_spellings_v2(text);
DROP FUNCTION arabic_letters_v2(text);
