-- annotations_due_v1: an article that is new, or whose text, title or date has changed, waits for archive.annotating;
-- what was proposed for its old text goes, unless an editor has decided about it.
CREATE FUNCTION annotations_due_v1() RETURNS trigger
LANGUAGE plpgsql AS $function$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.text IS DISTINCT FROM NEW.text THEN
        DELETE FROM archive_nameproposal WHERE article_id = NEW.id AND state = 'waiting';
        UPDATE archive_nameproposal SET start = NULL, "end" = NULL WHERE article_id = NEW.id AND start IS NOT NULL;
    END IF;
    INSERT INTO archive_unannotatedarticle (article_id) VALUES (NEW.id);
    RETURN NULL;
END
$function$;

CREATE TRIGGER annotations_due_of_new_v1 AFTER INSERT ON archive_article
FOR EACH ROW EXECUTE FUNCTION annotations_due_v1();
CREATE TRIGGER annotations_due_of_changed_v1 AFTER UPDATE OF text, title, published_at, date_precision ON archive_article
FOR EACH ROW WHEN ((OLD.text, OLD.title, OLD.published_at, OLD.date_precision)
    IS DISTINCT FROM (NEW.text, NEW.title, NEW.published_at, NEW.date_precision))
EXECUTE FUNCTION annotations_due_v1();
