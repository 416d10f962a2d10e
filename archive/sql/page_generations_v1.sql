-- page_generations_v1: what pages are made of has changed, by kind (docs/caching.md).
-- A generation is the set of numbers of its kind. Every change gives one of them a new number, which no other change
-- ever had, in its own transaction: whoever reads the numbers sees those of what is committed, at once, from any host.
-- No transaction waits for another: each takes a row that nobody is writing, or adds one.
CREATE SEQUENCE page_generation_numbers_v1;

-- Arguments of the triggers: the kind, then what shared caches are told: either a key by itself, or the beginning of
-- keys followed by the column that holds the number of each ('article:id').
CREATE FUNCTION page_generation_v1() RETURNS trigger
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
