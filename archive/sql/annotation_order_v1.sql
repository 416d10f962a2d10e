-- annotation_order_v1: what an editor did is read before all that waits (archive.models.annotations).
CREATE FUNCTION annotation_order_v1() RETURNS trigger
LANGUAGE plpgsql AS $function$
BEGIN
    IF audit_actor_v1() IS NOT NULL THEN
        NEW.priority := 0;
    END IF;
    RETURN NEW;
END
$function$;

CREATE TRIGGER annotation_order_v1 BEFORE INSERT ON archive_unannotatedarticle
FOR EACH ROW EXECUTE FUNCTION annotation_order_v1();
