-- name_changes_v1: a row in archive_namechange for what changes the names that texts are searched for, and what is
-- known of them: names, the kinds and places of entities, refused names, decided homographs (archive.entities.gazetteer).
CREATE FUNCTION name_changes_v1() RETURNS trigger
LANGUAGE plpgsql AS $function$
BEGIN
    INSERT INTO archive_namechange DEFAULT VALUES;
    RETURN NULL;
END
$function$;

CREATE TRIGGER name_changes_of_names_v1 AFTER INSERT OR DELETE ON archive_alias
FOR EACH STATEMENT EXECUTE FUNCTION name_changes_v1();
CREATE TRIGGER name_changes_of_changed_names_v1 AFTER UPDATE OF entity_id, name, ambiguous ON archive_alias
FOR EACH ROW WHEN ((OLD.entity_id, OLD.name, OLD.ambiguous) IS DISTINCT FROM (NEW.entity_id, NEW.name, NEW.ambiguous))
EXECUTE FUNCTION name_changes_v1();
CREATE TRIGGER name_changes_of_entities_v1 AFTER UPDATE OF kind, latitude, longitude ON archive_entity
FOR EACH ROW WHEN ((OLD.kind, OLD.latitude, OLD.longitude) IS DISTINCT FROM (NEW.kind, NEW.latitude, NEW.longitude))
EXECUTE FUNCTION name_changes_v1();
CREATE TRIGGER name_changes_of_refused_v1 AFTER INSERT OR UPDATE OR DELETE ON archive_refusedname
FOR EACH STATEMENT EXECUTE FUNCTION name_changes_v1();
CREATE TRIGGER name_changes_of_new_decisions_v1 AFTER INSERT ON archive_nameproposal
FOR EACH ROW WHEN (NEW.reason = 'homograph' AND NEW.state <> 'waiting') EXECUTE FUNCTION name_changes_v1();
CREATE TRIGGER name_changes_of_decisions_v1 AFTER UPDATE OF state ON archive_nameproposal
FOR EACH ROW WHEN (NEW.reason = 'homograph' AND NEW.state <> OLD.state) EXECUTE FUNCTION name_changes_v1();
CREATE TRIGGER name_changes_of_gone_decisions_v1 AFTER DELETE ON archive_nameproposal
FOR EACH ROW WHEN (OLD.reason = 'homograph' AND OLD.state <> 'waiting') EXECUTE FUNCTION name_changes_v1();
