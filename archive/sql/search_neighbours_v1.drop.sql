DROP FUNCTION search_neighbours_v1(text);
