-- Trigger mention_places_v1 on archive_article
-- Keeps the offsets of mentions on their words when an article's text changes, whatever changes it. Words before or
-- after the changed stretch move with the text; words inside it are looked for there, with as much of what stood around
-- them as is left, so that each of several same names stays itself. Words that are gone leave their mention without a
-- place: it then means the whole article, unless nobody ever decided about it.
CREATE FUNCTION mention_places_v1() RETURNS trigger
LANGUAGE plpgsql AS $function$
DECLARE
    -- Further than any text is long: moved mentions wait there, so that none is in another's way.
    aside CONSTANT int := 1000000000;
    -- How many characters before and after the words are looked for with them, one pair after the other.
    contexts CONSTANT int[] := '{{32,32},{32,0},{0,32},{8,8},{8,0},{0,8},{0,0}}';
    context int[];
    -- Joined to nothing, which unpacks a stored text once and not at every look.
    was CONSTANT text := OLD.text || '';
    is_now CONSTANT text := NEW.text || '';
    growth CONSTANT int := length(is_now) - length(was);
    longest_common int := least(length(was), length(is_now));
    -- Characters that both texts have in common at their beginning and, without those, at their end.
    same_before int := 0;
    same_after int := 0;
    step int;
    mention record;
    words text;
    word_count int;
    sought text;
    sought_start int;
    region_start int;
    floor int;
    place int;
BEGIN
    IF NOT EXISTS (SELECT FROM archive_mention WHERE article_id = NEW.id AND start IS NOT NULL) THEN
        RETURN NULL;
    END IF;
    step := longest_common;
    WHILE step > 0 LOOP
        WHILE same_before + step <= longest_common
            AND substr(was, same_before + 1, step) = substr(is_now, same_before + 1, step) LOOP
            same_before := same_before + step;
        END LOOP;
        step := step / 2;
    END LOOP;
    longest_common := longest_common - same_before;
    step := longest_common;
    WHILE step > 0 LOOP
        WHILE same_after + step <= longest_common
            AND substr(was, length(was) - same_after - step + 1, step)
                = substr(is_now, length(is_now) - same_after - step + 1, step) LOOP
            same_after := same_after + step;
        END LOOP;
        step := step / 2;
    END LOOP;

    UPDATE archive_mention SET start = start + aside, "end" = "end" + aside
    WHERE article_id = NEW.id AND "end" > same_before;

    FOR mention IN
        SELECT id, entity_id, start - aside AS start, "end" - aside AS "end", method, confirmed
        FROM archive_mention WHERE article_id = NEW.id AND start >= aside ORDER BY start
    LOOP
        words := substr(was, mention.start + 1, mention."end" - mention.start);
        word_count := length(words);
        IF mention.start >= length(was) - same_after THEN
            place := mention.start + growth;
        ELSE
            -- Mentions of one entity keep their order; only when that fails, any place will do.
            floor := coalesce((SELECT max(other."end") FROM archive_mention AS other
                WHERE other.article_id = NEW.id AND other.entity_id = mention.entity_id AND other.start < aside), 0);
            place := NULL;
            FOREACH context SLICE 1 IN ARRAY contexts || ARRAY[[0, 0]] LOOP
                sought_start := greatest(0, mention.start - context[1]);
                sought := substr(was, sought_start + 1, mention."end" + context[2] - sought_start);
                region_start := greatest(floor - (mention.start - sought_start), same_before - length(sought), 0);
                place := nullif(strpos(
                    substr(is_now, region_start + 1, length(is_now) - same_after + length(sought) - region_start),
                    sought), 0) + region_start - 1 + mention.start - sought_start;
                EXIT WHEN place IS NOT NULL;
                IF context = ARRAY[0, 0] THEN
                    floor := 0;
                END IF;
            END LOOP;
        END IF;
        IF word_count < mention."end" - mention.start OR EXISTS (
            SELECT FROM archive_mention AS other
            WHERE other.article_id = NEW.id AND other.entity_id = mention.entity_id AND other.start = place
        ) THEN
            place := NULL;
        END IF;
        IF place IS NULL AND (mention.method = 'names' AND mention.confirmed IS NULL OR EXISTS (
            SELECT FROM archive_mention AS other
            WHERE other.article_id = NEW.id AND other.entity_id = mention.entity_id AND other.start IS NULL)
        ) THEN
            DELETE FROM archive_mention WHERE id = mention.id;
        ELSE
            UPDATE archive_mention SET start = place, "end" = place + word_count WHERE id = mention.id;
        END IF;
    END LOOP;
    RETURN NULL;
END
$function$;

CREATE TRIGGER mention_places_v1
AFTER UPDATE OF text ON archive_article
FOR EACH ROW WHEN (OLD.text IS DISTINCT FROM NEW.text) EXECUTE FUNCTION mention_places_v1();
