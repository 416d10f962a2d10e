DROP TRIGGER name_words_v1 ON archive_searchname;
DROP FUNCTION name_words_v1();
