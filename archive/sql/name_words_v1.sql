-- name_words_v1() -> trigger
-- Adds the words of new names that are in no other to archive_nameword, where they wait to be sounded. It follows
-- archive_searchname, where every word of every name leads once, whatever wrote the name. Without a unique index: two
-- transactions that add the same words would wait for each other. Its plan is kept while the tables grow, so a word is
-- looked up by its index.
CREATE FUNCTION name_words_v1() RETURNS trigger
LANGUAGE plpgsql
SET enable_seqscan = off
AS $function$
BEGIN
    INSERT INTO archive_nameword (word, keys, rules, name_count)
    SELECT word, '{}', 0, 0 FROM (SELECT DISTINCT split_part(turned, ' ', 1) AS word FROM written) AS led
    WHERE NOT EXISTS (SELECT FROM archive_nameword AS known WHERE known.word = led.word);
    RETURN NULL;
END
$function$;

CREATE TRIGGER name_words_v1 AFTER INSERT ON archive_searchname REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION name_words_v1();
