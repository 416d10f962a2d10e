"""When readers last saw an article's text change; told at once of what has a history already."""

from django.db import migrations, models

from archive.sql import run_sql

# The history keeps each row as it was before a change. What happened before an article last came into its readers'
# sight is no revision; nor is a change of markup alone, which the history has among the text.
REVISED = r"""
WITH version AS (
    SELECT pgh_obj_id AS article_id, pgh_id AS number, pgh_created_at AS changed_at, title, kicker, summary, place, body,
        status, published_at
    FROM archive_articleevent WHERE pgh_label = 'update'
    UNION ALL
    SELECT id, NULL, NULL, title, kicker, summary, place, body, status, published_at
    FROM archive_article WHERE id IN (SELECT pgh_obj_id FROM archive_articleevent WHERE pgh_label = 'update')
), change AS (
    SELECT article_id, number, changed_at,
        status IN ('published', 'scheduled') AND coalesce(published_at <= changed_at, status = 'published')
        AND lead(status) OVER following IN ('published', 'scheduled')
        AND coalesce(lead(published_at) OVER following <= changed_at, lead(status) OVER following = 'published') AS is_seen,
        (title, kicker, summary, place, regexp_replace(body, '<[^>]*>|\s+', '', 'g')) IS DISTINCT FROM (
            lead(title) OVER following, lead(kicker) OVER following, lead(summary) OVER following,
            lead(place) OVER following, lead(regexp_replace(body, '<[^>]*>|\s+', '', 'g')) OVER following
        ) AS is_revision
    FROM version WINDOW following AS (PARTITION BY article_id ORDER BY number NULLS LAST)
), placed AS (
    SELECT *, max(number) FILTER (WHERE NOT is_seen) OVER (PARTITION BY article_id) AS last_hidden FROM change
), revised AS (
    SELECT article_id, max(changed_at) AS revised_at FROM placed
    WHERE is_revision AND number > coalesce(last_hidden, 0) GROUP BY article_id
)
UPDATE archive_article SET revised_at = revised.revised_at FROM revised WHERE id = revised.article_id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('archive', '0035_pictures'),
    ]

    operations = [
        migrations.AddField(
            model_name='article',
            name='revised_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='revised at'),
        ),
        migrations.RunSQL(REVISED, reverse_sql=migrations.RunSQL.noop),
        run_sql("article_revised_v1"),
    ]
