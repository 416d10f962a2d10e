-- Articles whose place in a story may be another now wait for archive.annotating: those with a new follow-up, whose
-- stories become one, and those whose state has changed, after whom the story may be named, or no longer.
CREATE FUNCTION stories_due_of_links_v1() RETURNS trigger
LANGUAGE plpgsql AS $function$
BEGIN
    INSERT INTO archive_unannotatedarticle (article_id) VALUES (NEW.from_article_id);
    RETURN NULL;
END
$function$;

CREATE FUNCTION stories_due_of_articles_v1() RETURNS trigger
LANGUAGE plpgsql AS $function$
BEGIN
    INSERT INTO archive_unannotatedarticle (article_id) VALUES (NEW.id);
    RETURN NULL;
END
$function$;

CREATE TRIGGER stories_due_of_links_v1 AFTER INSERT OR UPDATE OF kind, to_article_id ON archive_articlelink
FOR EACH ROW WHEN (NEW.kind = 'follow_up' AND NEW.to_article_id IS NOT NULL)
EXECUTE FUNCTION stories_due_of_links_v1();
CREATE TRIGGER stories_due_of_articles_v1 AFTER UPDATE OF status ON archive_article
FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
EXECUTE FUNCTION stories_due_of_articles_v1();
