DROP FUNCTION arabic_forms_v3(text[]);
DROP FUNCTION arabic_without_suffix_v3(text);
