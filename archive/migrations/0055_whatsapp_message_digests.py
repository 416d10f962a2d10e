"""WhatsApp's ids of messages have the number in them that sent one: only their digests are kept."""

from django.db import migrations, models

DIGEST = """
UPDATE archive_whatsappmessage SET message_id = encode(sha256(convert_to(message_id, 'UTF8')), 'hex')
WHERE message_id !~ '^[0-9a-f]{64}$'
"""


class Migration(migrations.Migration):

    dependencies = [
        ('archive', '0054_repeated_refusals'),
    ]

    operations = [
        migrations.RunSQL(DIGEST, migrations.RunSQL.noop),
        # The column stays what it is, for the release before, which may come back, looks into it and fills it.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameField(model_name='whatsappmessage', old_name='message_id', new_name='digest'),
                migrations.AlterField(
                    model_name='whatsappmessage',
                    name='digest',
                    field=models.CharField(
                        db_column='message_id', max_length=200, primary_key=True, serialize=False
                    ),
                ),
            ],
        ),
    ]
