"""One status of the client list in the order of urgency, and one row for each client."""

from django.db import migrations, models

# As persons_refresh_client_list does for new lines.
FILL = """
UPDATE persons_clientlistentry e SET shows = cardinality(v.blocks)
  + CASE WHEN 'VormingsActiviteiten' = ANY (v.blocks) THEN 1000 ELSE 0 END
FROM partners_mandateversion v WHERE v.id = e.version_id;
UPDATE persons_clientlistentry e SET has_better = true
FROM persons_clientlistentry o
WHERE o.institution_id = e.institution_id AND o.insz = e.insz
  AND o.counts_from <= e.counts_until AND o.counts_until >= e.counts_from
  AND (o.shows > e.shows OR o.shows = e.shows AND o.inscription_id < e.inscription_id);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0011_successors"),
        ("persons", "0021_reminders"),
    ]

    operations = [
        migrations.AddField(
            model_name="clientlistentry",
            name="shows",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="clientlistentry",
            name="has_better",
            field=models.BooleanField(default=False),
        ),
        migrations.RemoveIndex(model_name="clientlistentry", name="client_list_by_verdict"),
        migrations.AddIndex(
            model_name="clientlistentry",
            index=models.Index(
                fields=["institution", "verdict", "sort_key", "inscription"],
                include=["counts_from", "counts_until", "version", "has_better", "insz", "shows"],
                name="client_list_by_verdict",
            ),
        ),
        migrations.AddIndex(
            model_name="clientlistentry",
            index=models.Index(
                fields=["institution", "verdict", "urgency", "sort_key", "inscription"],
                name="client_list_verdict_urgency",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
