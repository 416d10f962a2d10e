-- page_generation_v1()
-- As page_generations_v1 has it, but what is stale is written down only where a cache in front is told of it: the row
-- of archive_stalepages without keys says so (archive/caching/purging.py).
CREATE OR REPLACE FUNCTION page_generation_v1() RETURNS trigger
LANGUAGE plpgsql AS $function$
DECLARE
    most_keys CONSTANT int := 2000;
    keys text[] := ARRAY[TG_ARGV[0]];
    found_keys text[];
    name text;
BEGIN
    IF TG_OP <> 'TRUNCATE' THEN
        IF NOT EXISTS (SELECT FROM changed) THEN
            RETURN NULL;
        END IF;
    END IF;
    UPDATE archive_pagegeneration SET number = nextval('page_generation_numbers_v1') WHERE id = (
        SELECT id FROM archive_pagegeneration WHERE kind = TG_ARGV[0] LIMIT 1 FOR UPDATE SKIP LOCKED);
    IF NOT FOUND THEN
        INSERT INTO archive_pagegeneration (kind, number)
        VALUES (TG_ARGV[0], nextval('page_generation_numbers_v1'));
    END IF;
    IF NOT EXISTS (SELECT FROM archive_stalepages AS written WHERE written.keys = '{}') THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'TRUNCATE' THEN
        keys := ARRAY['all'];
    ELSE
        FOREACH name IN ARRAY TG_ARGV[1:] LOOP
            IF strpos(name, ':') > 0 THEN
                EXECUTE format('SELECT array_agg(DISTINCT %L || %I) FROM changed WHERE %2$I IS NOT NULL',
                    split_part(name, ':', 1) || '-', split_part(name, ':', 2)) INTO found_keys;
                keys := keys || coalesce(found_keys, '{}');
            -- A row that is new stands on no page yet.
            ELSIF TG_OP <> 'INSERT' THEN
                keys := keys || name;
            END IF;
        END LOOP;
    END IF;
    IF cardinality(keys) > most_keys THEN
        keys := ARRAY['all'];
    END IF;
    INSERT INTO archive_stalepages (keys) VALUES (keys);
    RETURN NULL;
END
$function$;
