-- Names as one may begin to type them: a row of archive_searchname for each word of each name, kept true by triggers
-- whatever writes archive_alias; and how many articles have the name, counted now and then.

-- name_turns_v1(key) -> text, one for each of the first words of a folded name: that word, what follows, what precedes.
CREATE FUNCTION name_turns_v1(key text) RETURNS SETOF text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $function$
    SELECT DISTINCT array_to_string(words[place:] || words[:place - 1], ' ')
    FROM (SELECT string_to_array(key, ' ') AS words) AS name, generate_series(1, least(cardinality(words), 12)) AS place
$function$;

CREATE FUNCTION search_names_sync_v1() RETURNS trigger
LANGUAGE plpgsql AS $function$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM archive_searchname WHERE alias_id = OLD.id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO archive_searchname (alias_id, turned, article_count)
        -- As popular as the entity's other names, until they are counted again.
        SELECT NEW.id, turned, coalesce((
            SELECT max(name.article_count) FROM archive_searchname AS name
            JOIN archive_alias AS alias ON alias.id = name.alias_id WHERE alias.entity_id = NEW.entity_id), 0)
        FROM name_turns_v1(NEW.key) AS turned;
    END IF;
    RETURN NULL;
END
$function$;

CREATE TRIGGER search_names_sync_v1 AFTER INSERT OR DELETE OR UPDATE OF name, entity_id ON archive_alias
FOR EACH ROW EXECUTE FUNCTION search_names_sync_v1();

-- search_names_count_v1()
-- Counts anew in how many articles that readers see each name's entity is.
CREATE FUNCTION search_names_count_v1() RETURNS void
LANGUAGE sql AS $function$
    WITH counted AS (
        SELECT key >> 3 AS entity_id, count(*) AS count
        FROM archive_articlesearch, unnest(keys) AS key
        WHERE key & 7 = 4 AND visible_from <= now() GROUP BY key
    )
    UPDATE archive_searchname AS name SET article_count = coalesce(count, 0)
    FROM archive_alias AS alias LEFT JOIN counted USING (entity_id)
    WHERE alias.id = name.alias_id AND name.article_count <> coalesce(count, 0)
$function$;
