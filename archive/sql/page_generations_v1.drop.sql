DROP FUNCTION page_generation_v1();
DROP SEQUENCE page_generation_numbers_v1;
