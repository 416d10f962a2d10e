DROP FUNCTION search_names_count_v1();
DROP TRIGGER search_names_sync_v1 ON archive_alias;
DROP FUNCTION search_names_sync_v1();
DROP FUNCTION name_turns_v1(text);
