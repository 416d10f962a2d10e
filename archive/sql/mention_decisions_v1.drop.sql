DROP TRIGGER mention_decisions_of_gone_v1 ON archive_mention;
DROP TRIGGER mention_decisions_of_changed_v1 ON archive_mention;
DROP TRIGGER mention_decisions_of_new_v1 ON archive_mention;
DROP FUNCTION mention_decisions_v1();
