"""When readers last saw a date, source, section or original address change, told of what was changed before."""

from django.db import migrations

# As 0036 did of texts: the history keeps each row as it was before a change, and what happened before an article last
# came into its readers' sight is no revision.
REVISED = """
WITH version AS (
    SELECT pgh_obj_id AS article_id, pgh_id AS number, pgh_created_at AS changed_at, status, published_at,
        jsonb_build_array(date_trunc('minute', published_at), date_precision, source_id, section_id, original_url) AS facts
    FROM archive_articleevent WHERE pgh_label = 'update'
    UNION ALL
    SELECT id, NULL, NULL, status, published_at,
        jsonb_build_array(date_trunc('minute', published_at), date_precision, source_id, section_id, original_url)
    FROM archive_article WHERE id IN (SELECT pgh_obj_id FROM archive_articleevent WHERE pgh_label = 'update')
), change AS (
    SELECT article_id, number, changed_at,
        status IN ('published', 'scheduled') AND coalesce(published_at <= changed_at, status = 'published')
        AND lead(status) OVER following IN ('published', 'scheduled')
        AND coalesce(lead(published_at) OVER following <= changed_at, lead(status) OVER following = 'published') AS is_seen,
        facts IS DISTINCT FROM lead(facts) OVER following AS is_revision
    FROM version WINDOW following AS (PARTITION BY article_id ORDER BY number NULLS LAST)
), placed AS (
    SELECT *, max(number) FILTER (WHERE NOT is_seen) OVER (PARTITION BY article_id) AS last_hidden FROM change
), revised AS (
    SELECT article_id, max(changed_at) AS revised_at FROM placed
    WHERE is_revision AND number > coalesce(last_hidden, 0) GROUP BY article_id
)
UPDATE archive_article SET revised_at = revised.revised_at
FROM revised WHERE id = revised.article_id
    AND (archive_article.revised_at IS NULL OR archive_article.revised_at < revised.revised_at)
"""


class Migration(migrations.Migration):
    dependencies = [("archive", "0064_facts_revised")]

    # Apart from the trigger's migration, whose lock nobody is to wait for as long as this takes.
    operations = [migrations.RunSQL(REVISED, reverse_sql=migrations.RunSQL.noop)]
