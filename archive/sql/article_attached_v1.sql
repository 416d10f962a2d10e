-- article_attached_v1(bigint) -> jsonb
-- What goes with an article and is no column of its row: its authors, links, refusals and pictures, in their order.
-- Numbers tell whether somebody or something is still the same, names what it was: a version must be readable when
-- they are gone. STABLE: it reads the tables as they are.
CREATE FUNCTION article_attached_v1(number bigint) RETURNS jsonb
LANGUAGE sql STABLE AS $function$
SELECT jsonb_build_object(
    'authors', coalesce((
        SELECT jsonb_agg(jsonb_build_object('id', author.id, 'name', author.name) ORDER BY author.name, author.id)
        FROM archive_article_authors AS signed JOIN archive_author AS author ON author.id = signed.author_id
        WHERE signed.article_id = number), '[]'),
    'links', coalesce((
        SELECT jsonb_agg(jsonb_build_object(
            'kind', link.kind, 'origin', link.origin, 'position', link.position, 'title', link.title, 'url', link.url,
            'article', link.to_article_id, 'article_title', coalesce(target.title, '')
        ) ORDER BY link.kind, link.position, link.id)
        FROM archive_articlelink AS link LEFT JOIN archive_article AS target ON target.id = link.to_article_id
        WHERE link.from_article_id = number), '[]'),
    'refused_links', coalesce((
        SELECT jsonb_agg(jsonb_build_object('article', other.id, 'article_title', other.title) ORDER BY refused.id)
        FROM archive_refusedlink AS refused JOIN archive_article AS other ON other.id = refused.other_id
        WHERE refused.article_id = number), '[]'),
    'images', coalesce((
        SELECT jsonb_agg(jsonb_build_object(
            'file', image.file, 'url', image.url, 'caption', image.caption, 'credit', image.credit,
            'alternative_text', image.alternative_text, 'is_decorative', image.is_decorative,
            'width', image.width, 'height', image.height, 'position', image.position
        ) ORDER BY image.position, image.id)
        FROM archive_image AS image WHERE image.article_id = number), '[]')
)
$function$;

-- The row of an article is written before what goes with it, by the admin and by imports alike: when its old row is
-- kept, what went with that still stands in the other tables.
CREATE FUNCTION article_event_attached_v1() RETURNS trigger
LANGUAGE plpgsql AS $function$
BEGIN
    NEW.attached := article_attached_v1(NEW.pgh_obj_id);
    RETURN NEW;
END
$function$;

CREATE TRIGGER article_event_attached_v1 BEFORE INSERT ON archive_articleevent
FOR EACH ROW WHEN (NEW.pgh_label = 'update') EXECUTE FUNCTION article_event_attached_v1();
