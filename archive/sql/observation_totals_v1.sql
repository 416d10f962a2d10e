-- measure_totals_v1(measure bigint, since date): the rows of archive_measuretotal from that day on, made anew.
-- observation_totals_v1: triggers that keep them true, and tell the dataset when its figures changed, whatever changes
-- them. A statement is answered once, however many rows it writes.
CREATE FUNCTION measure_totals_v1(measure bigint, since date) RETURNS void
LANGUAGE plpgsql AS $function$
DECLARE
    kind text := (SELECT m.kind FROM archive_measure m WHERE m.id = measure);
BEGIN
    DELETE FROM archive_measuretotal t WHERE t.measure_id = measure AND t.date >= since;
    IF kind = 'daily' THEN
        INSERT INTO archive_measuretotal (measure_id, date, value, reported)
        SELECT measure, o.date, sum(o.value), count(*) FROM archive_observation o
        WHERE o.measure_id = measure AND o.date >= since AND o.value IS NOT NULL
        GROUP BY o.date;
    ELSIF kind = 'total' THEN
        -- Steps from each region's last figure to its next add up to sums in which none is missing for a day of silence.
        INSERT INTO archive_measuretotal (measure_id, date, value, reported)
        WITH known AS (
            SELECT r.id AS region_id, since - 1 AS date, last.value
            FROM archive_region r CROSS JOIN LATERAL (
                SELECT o.value FROM archive_observation o
                WHERE o.measure_id = measure AND o.region_id = r.id AND o.date < since AND o.value IS NOT NULL
                ORDER BY o.date DESC LIMIT 1
            ) last
            UNION ALL
            SELECT o.region_id, o.date, o.value FROM archive_observation o
            WHERE o.measure_id = measure AND o.date >= since AND o.value IS NOT NULL
        ), steps AS (
            SELECT k.date, k.value - coalesce(lag(k.value) OVER (PARTITION BY k.region_id ORDER BY k.date), 0) AS step
            FROM known k
        ), days AS (
            SELECT s.date, sum(sum(s.step)) OVER (ORDER BY s.date) AS value, count(*) AS reported
            FROM steps s GROUP BY s.date
        )
        SELECT measure, d.date, d.value, d.reported FROM days d WHERE d.date >= since;
    END IF;
END
$function$;

CREATE FUNCTION observation_totals_v1() RETURNS trigger
LANGUAGE plpgsql AS $function$
DECLARE
    measures bigint[];
    days date[];
BEGIN
    -- PostgreSQL knows the rows of a statement only by the names that its trigger gives them.
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(t.measure_id), array_agg(t.since) INTO measures, days
        FROM (SELECT n.measure_id, min(n.date) AS since FROM new_rows n GROUP BY n.measure_id) t;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(t.measure_id), array_agg(t.since) INTO measures, days
        FROM (SELECT o.measure_id, min(o.date) AS since FROM old_rows o GROUP BY o.measure_id) t;
    ELSE
        SELECT array_agg(t.measure_id), array_agg(t.since) INTO measures, days
        FROM (
            SELECT c.measure_id, min(c.date) AS since FROM (
                SELECT n.* FROM new_rows n JOIN old_rows o USING (id)
                WHERE (n.measure_id, n.region_id, n.date, n.value, n.note)
                    IS DISTINCT FROM (o.measure_id, o.region_id, o.date, o.value, o.note)
                UNION ALL
                SELECT o.* FROM new_rows n JOIN old_rows o USING (id)
                WHERE (n.measure_id, n.region_id, n.date, n.value, n.note)
                    IS DISTINCT FROM (o.measure_id, o.region_id, o.date, o.value, o.note)
            ) c GROUP BY c.measure_id
        ) t;
    END IF;
    -- The datasets first: whoever else writes figures of theirs waits here, and then sees these.
    UPDATE archive_dataset d
    SET changed_at = greatest(clock_timestamp(), d.changed_at + interval '1 microsecond')
    WHERE d.id IN (SELECT m.dataset_id FROM archive_measure m WHERE m.id = ANY (measures));
    PERFORM measure_totals_v1(t.measure_id, t.since) FROM unnest(measures, days) AS t(measure_id, since);
    RETURN NULL;
END
$function$;

CREATE FUNCTION measure_kind_v1() RETURNS trigger
LANGUAGE plpgsql AS $function$
BEGIN
    PERFORM measure_totals_v1(NEW.id, '-infinity');
    UPDATE archive_dataset d
    SET changed_at = greatest(clock_timestamp(), d.changed_at + interval '1 microsecond')
    WHERE d.id = NEW.dataset_id;
    RETURN NULL;
END
$function$;

CREATE TRIGGER observation_totals_of_new_v1 AFTER INSERT ON archive_observation
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION observation_totals_v1();
CREATE TRIGGER observation_totals_of_changed_v1 AFTER UPDATE ON archive_observation
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION observation_totals_v1();
CREATE TRIGGER observation_totals_of_deleted_v1 AFTER DELETE ON archive_observation
REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION observation_totals_v1();
CREATE TRIGGER measure_kind_v1 AFTER UPDATE OF kind ON archive_measure
FOR EACH ROW WHEN (OLD.kind IS DISTINCT FROM NEW.kind) EXECUTE FUNCTION measure_kind_v1();
