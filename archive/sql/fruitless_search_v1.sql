-- A search that found nothing, counted: one function, so that it is asked for among the page's other questions
-- (archive.newsroom.fruitless). True where it was counted; a database that takes no writes counts nothing.
CREATE FUNCTION fruitless_search_v1(searched text, on_day date, most integer) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('transaction_read_only')::boolean THEN
        RETURN false;
    END IF;
    INSERT INTO archive_fruitlesssearch (words, day, count)
    SELECT searched, on_day, 1
    WHERE EXISTS (SELECT FROM archive_fruitlesssearch WHERE day = on_day AND words = searched)
        OR (SELECT count(*) FROM archive_fruitlesssearch WHERE day = on_day) < most
    ON CONFLICT (day, words) DO UPDATE SET count = archive_fruitlesssearch.count + 1;
    RETURN FOUND;
END
$$;
