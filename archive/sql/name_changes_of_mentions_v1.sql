-- name_changes_of_mentions_v1: a row in archive_namechange, as name_changes_v1 adds them, for what editors decide about a
-- mention of an entity with a name that is an ordinary word too and was accepted before: whether that is linked
-- wherever it stands hangs on it (archive.entities.gazetteer).
CREATE FUNCTION name_changes_of_mentions_v1() RETURNS trigger
LANGUAGE plpgsql AS $function$
DECLARE
    entity bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        entity := OLD.entity_id;
    ELSE
        entity := NEW.entity_id;
    END IF;
    IF EXISTS (
        SELECT FROM archive_alias AS alias JOIN archive_nameproposal AS proposal USING (key)
        WHERE alias.entity_id = entity AND proposal.reason = 'homograph' AND proposal.state = 'accepted')
    THEN
        INSERT INTO archive_namechange DEFAULT VALUES;
    END IF;
    RETURN NULL;
END
$function$;

CREATE TRIGGER name_changes_of_new_mentions_v1 AFTER INSERT ON archive_mention
FOR EACH ROW WHEN (NEW.confirmed IS NOT NULL) EXECUTE FUNCTION name_changes_of_mentions_v1();
CREATE TRIGGER name_changes_of_mentions_v1 AFTER UPDATE OF confirmed ON archive_mention
FOR EACH ROW WHEN (OLD.confirmed IS DISTINCT FROM NEW.confirmed) EXECUTE FUNCTION name_changes_of_mentions_v1();
CREATE TRIGGER name_changes_of_gone_mentions_v1 AFTER DELETE ON archive_mention
FOR EACH ROW WHEN (OLD.confirmed IS NOT NULL) EXECUTE FUNCTION name_changes_of_mentions_v1();
