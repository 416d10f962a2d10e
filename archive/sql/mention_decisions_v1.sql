-- mention_decisions_v1: an article in which an editor decided about a mention waits for archive.annotating, since who
-- said what in it is known by its mentions. A speaker goes at once, unless an editor decided it, when the mention in
-- the words that tell of the speaker goes, or the last one in the article. Mentions that no editor decided about tell of
-- themselves (archive.relinking).
CREATE FUNCTION mention_decisions_v1() RETURNS trigger
LANGUAGE plpgsql AS $function$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO archive_unannotatedarticle (article_id) VALUES (NEW.article_id);
        RETURN NULL;
    END IF;
    UPDATE archive_quotation SET speaker_id = NULL
    WHERE article_id = OLD.article_id AND speaker_id = OLD.entity_id AND confirmed IS NULL AND NOT EXISTS (
        SELECT FROM archive_mention AS mention
        WHERE mention.article_id = OLD.article_id AND mention.entity_id = OLD.entity_id
            AND mention.confirmed IS DISTINCT FROM false
            AND ((OLD.start < speaker_end AND speaker_start < OLD."end") IS NOT TRUE
                OR mention.start < speaker_end AND speaker_start < mention."end"));
    INSERT INTO archive_unannotatedarticle (article_id) VALUES (OLD.article_id);
    RETURN NULL;
END
$function$;

CREATE TRIGGER mention_decisions_of_new_v1 AFTER INSERT ON archive_mention
FOR EACH ROW WHEN (NEW.confirmed IS NOT NULL OR NEW.method = 'editor') EXECUTE FUNCTION mention_decisions_v1();
CREATE TRIGGER mention_decisions_of_changed_v1 AFTER UPDATE OF confirmed ON archive_mention
FOR EACH ROW WHEN (OLD.confirmed IS DISTINCT FROM NEW.confirmed) EXECUTE FUNCTION mention_decisions_v1();
CREATE TRIGGER mention_decisions_of_gone_v1 AFTER DELETE ON archive_mention
FOR EACH ROW WHEN (OLD.confirmed IS NOT NULL OR OLD.method = 'editor') EXECUTE FUNCTION mention_decisions_v1();
