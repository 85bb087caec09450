"""One status of the client list in the order of urgency, and one row for each client."""

from django.db import migrations, models

import persons.dayranges

# As persons_refresh_client_list does for new lines.
FILL = """
UPDATE persons_clientlistentry e SET shows = cardinality(v.blocks)
  + CASE WHEN 'VormingsActiviteiten' = ANY (v.blocks) THEN 1000 ELSE 0 END
FROM partners_mandateversion v WHERE v.id = e.version_id;
UPDATE persons_clientlistentry e SET hidden_on = k.hidden_on
FROM (
  SELECT l.inscription_id, l.version_id, range_agg(
    daterange(greatest(o.counts_from, l.counts_from), least(o.counts_until, l.counts_until), '[]')) AS hidden_on
  FROM persons_clientlistentry l
  JOIN persons_clientlistentry o ON o.institution_id = l.institution_id AND o.insz = l.insz
    AND o.counts_from <= l.counts_until AND o.counts_until >= l.counts_from
    AND (o.shows > l.shows OR o.shows = l.shows AND o.inscription_id < l.inscription_id)
  GROUP BY l.inscription_id, l.version_id
) k
WHERE e.inscription_id = k.inscription_id AND e.version_id = k.version_id;
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
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="clientlistentry",
            name="hidden_on",
            field=persons.dayranges.DayRangesField(null=True),
        ),
        migrations.RemoveIndex(model_name="clientlistentry", name="client_list_by_verdict"),
        migrations.AddIndex(
            model_name="clientlistentry",
            index=models.Index(
                fields=["institution", "verdict", "sort_key", "inscription"],
                include=["counts_from", "counts_until", "version", "hidden_on"],
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
