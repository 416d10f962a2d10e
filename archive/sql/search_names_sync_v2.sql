-- search_names_sync_v1() -> trigger
-- The same rows as before. Its plan is made when the tables are small, or said to be empty, and kept while they grow: a
-- load of many names in one transaction read all of them for each. So rows are looked up by an index, and nothing is joined.
CREATE OR REPLACE FUNCTION search_names_sync_v1() RETURNS trigger
LANGUAGE plpgsql
SET enable_seqscan = off
AS $function$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM archive_searchname WHERE alias_id = OLD.id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO archive_searchname (alias_id, turned, article_count)
        -- As popular as the entity's other names, until they are counted again.
        SELECT NEW.id, turned, coalesce((
            SELECT max(article_count) FROM archive_searchname
            WHERE alias_id = ANY (ARRAY(SELECT id FROM archive_alias WHERE entity_id = NEW.entity_id))), 0)
        FROM name_turns_v1(NEW.key) AS turned;
    END IF;
    RETURN NULL;
END
$function$;
