DROP FUNCTION article_entries_v3(bigint[], text[], text[], text[], text[], int);
