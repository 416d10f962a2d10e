DROP FUNCTION fruitless_search_v1(text, date, integer);
