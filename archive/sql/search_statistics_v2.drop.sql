DROP FUNCTION search_statistics_v2();
