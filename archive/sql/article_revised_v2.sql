-- article_revised_v2: keeps archive_article.revised_at, when what readers see of an article was last changed under
-- their eyes: its texts, and what identifies it (date, source, section, original address). archive.revisions tells the
-- same change from the history, whose rows bear the same time. What is done to an article that they do not see is no
-- revision, and one that goes out of their sight begins anew.
-- It is done after the change, by a second one where it is needed. A trigger before it would make every save of a whole
-- row, which names the columns of a unique constraint, hold the row against rows that refer to it.
CREATE FUNCTION article_revised_v2() RETURNS trigger
LANGUAGE plpgsql AS $function$
DECLARE
    was_seen boolean := OLD.status IN ('published', 'scheduled')
        AND coalesce(OLD.published_at <= now(), OLD.status = 'published');
    is_seen boolean := NEW.status IN ('published', 'scheduled')
        AND coalesce(NEW.published_at <= now(), NEW.status = 'published');
    -- Whoever writes a whole row may have read it before the last revision.
    revised timestamptz := OLD.revised_at;
BEGIN
    IF NOT (was_seen AND is_seen) THEN
        revised := NULL;
    ELSIF (OLD.title, OLD.kicker, OLD.summary, OLD.place, OLD.text, date_trunc('minute', OLD.published_at),
            OLD.date_precision, OLD.source_id, OLD.section_id, OLD.original_url)
        IS DISTINCT FROM (NEW.title, NEW.kicker, NEW.summary, NEW.place, NEW.text,
            date_trunc('minute', NEW.published_at), NEW.date_precision, NEW.source_id, NEW.section_id,
            NEW.original_url) THEN
        revised := now();
    END IF;
    IF NEW.revised_at IS DISTINCT FROM revised THEN
        UPDATE archive_article SET revised_at = revised WHERE id = NEW.id;
    END IF;
    RETURN NULL;
END
$function$;

CREATE TRIGGER article_revised_v2
AFTER UPDATE OF title, kicker, summary, place, text, status, published_at, date_precision, source_id, section_id,
    original_url ON archive_article
FOR EACH ROW EXECUTE FUNCTION article_revised_v2();
