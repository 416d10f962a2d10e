-- Trigger article_search_sync_v1 on archive_article
-- Keeps archive_articlesearch true whatever writes an article: the admin, a bulk update or raw SQL.
CREATE FUNCTION article_search_sync_v1() RETURNS trigger
LANGUAGE plpgsql AS $function$
BEGIN
    INSERT INTO archive_articlesearch (article_id, vector)
    VALUES (NEW.id, article_vector_v1(NEW.title, NEW.kicker, NEW.summary, NEW.text))
    ON CONFLICT (article_id) DO UPDATE SET vector = EXCLUDED.vector;
    RETURN NULL;
END
$function$;

CREATE TRIGGER article_search_sync_v1
AFTER INSERT OR UPDATE OF title, kicker, summary, text ON archive_article
FOR EACH ROW EXECUTE FUNCTION article_search_sync_v1();
