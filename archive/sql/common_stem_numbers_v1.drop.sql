DROP FUNCTION common_stem_numbers_v1();
