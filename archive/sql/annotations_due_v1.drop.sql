DROP TRIGGER annotations_due_of_changed_v1 ON archive_article;
DROP TRIGGER annotations_due_of_new_v1 ON archive_article;
DROP FUNCTION annotations_due_v1();
