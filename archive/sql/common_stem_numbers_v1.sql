-- common_stem_numbers_v1() -> {stem: its number from 1}, of archive/text/common_stems_v1.txt
-- Without arguments and IMMUTABLE: it is worked out once, when a query that asks it is planned.
CREATE FUNCTION common_stem_numbers_v1() RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $function$
    SELECT jsonb_object_agg(stem, number)
    FROM unnest(string_to_array('@common_stems_v1@', ' ')) WITH ORDINALITY AS common (stem, number)
$function$;
