-- annotations_due_v1()
-- It replaces the function of its name: what was read out of an article and is no longer so goes at once, and not when
-- the article is read again. That is a quotation whose words, or its speaker's, stand elsewhere or nowhere, a decided one
-- whose words stand nowhere; a phrase that names days and is not where it was; and all such phrases when the date by
-- which they are understood is another. What is new waits behind what is changed.
CREATE OR REPLACE FUNCTION annotations_due_v1() RETURNS trigger
LANGUAGE plpgsql AS $function$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO archive_unannotatedarticle (article_id, priority) VALUES (NEW.id, 2);
        RETURN NULL;
    END IF;
    IF OLD.text IS DISTINCT FROM NEW.text THEN
        DELETE FROM archive_nameproposal WHERE article_id = NEW.id AND state = 'waiting';
        UPDATE archive_nameproposal SET start = NULL, "end" = NULL WHERE article_id = NEW.id AND start IS NOT NULL;
        DELETE FROM archive_quotation AS quotation WHERE article_id = NEW.id AND (
            strpos(NEW.text, quotation.text) = 0
            OR confirmed IS NULL AND (
                substr(NEW.text, start + 1, "end" - start) <> quotation.text
                OR substr(NEW.text, speaker_start + 1, speaker_end - speaker_start)
                    <> substr(OLD.text, speaker_start + 1, speaker_end - speaker_start)));
        DELETE FROM archive_datedphrase WHERE article_id = NEW.id
            AND substr(NEW.text, start + 1, "end" - start) <> substr(OLD.text, start + 1, "end" - start);
    END IF;
    IF (OLD.published_at, OLD.date_precision) IS DISTINCT FROM (NEW.published_at, NEW.date_precision) THEN
        DELETE FROM archive_datedphrase WHERE article_id = NEW.id;
    END IF;
    INSERT INTO archive_unannotatedarticle (article_id, priority) VALUES (NEW.id, 1);
    RETURN NULL;
END
$function$;
