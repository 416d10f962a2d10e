DROP TRIGGER name_changes_of_gone_mentions_v1 ON archive_mention;
DROP TRIGGER name_changes_of_mentions_v1 ON archive_mention;
DROP TRIGGER name_changes_of_new_mentions_v1 ON archive_mention;
DROP FUNCTION name_changes_of_mentions_v1();
