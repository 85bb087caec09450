"""A search by name finds the beginning of any word.

Names that are here already get their words, and the sort key that the code makes of them now.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models
from psycopg2.extras import execute_values

from persons.sorting import name_words, sort_key

AT_ONCE = 5_000

# Django cannot describe a foreign key of two columns.
OF_A_LINE = """
ALTER TABLE persons_nameword ADD CONSTRAINT nameword_of_a_line FOREIGN KEY (inscription_id, version_id)
REFERENCES persons_clientlistentry (inscription_id, version_id) ON DELETE CASCADE
"""
SORT_KEYS = """
UPDATE persons_clientlistentry e SET sort_key = p.sort_key FROM persons_person p
WHERE p.id = e.person_id AND p.sort_key <> '' AND p.sort_key <> e.sort_key
"""
WORDS = """
INSERT INTO persons_nameword (inscription_id, version_id, institution_id, word, counts_from, counts_until)
SELECT e.inscription_id, e.version_id, e.institution_id, word, e.counts_from, e.counts_until
FROM persons_clientlistentry e JOIN persons_person p ON p.id = e.person_id CROSS JOIN LATERAL unnest(p.name_words) word
"""


def fill_in(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        last = 0
        while True:
            cursor.execute(
                "SELECT id, last_name, first_name FROM persons_person WHERE id > %s AND sort_key <> ''"
                " ORDER BY id LIMIT %s",
                [last, AT_ONCE],
            )
            rows = cursor.fetchall()
            if not rows:
                break
            last = rows[-1][0]
            execute_values(
                cursor,
                "UPDATE persons_person p SET sort_key = v.key, name_words = v.words"
                " FROM (VALUES %s) v(id, key, words) WHERE p.id = v.id",
                [(pk, sort_key(*names)[:420], name_words(*names)) for pk, *names in rows],
                template="(%s, %s, %s::text[])",
                page_size=AT_ONCE,
            )
        cursor.execute(SORT_KEYS)
        cursor.execute(WORDS)


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0011_successors"),
        ("persons", "0019_slack"),
    ]

    operations = [
        migrations.AddField(
            model_name="person",
            name="name_words",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=100), db_default=[], editable=False, size=None
            ),
        ),
        migrations.AddIndex(
            model_name="clientlistentry",
            index=models.Index(fields=["institution", "birth_date"], name="client_list_by_birth"),
        ),
        migrations.CreateModel(
            name="NameWord",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "inscription_id",
                        "version_id",
                        "word",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "inscription",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="persons.inscription",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="partners.mandateversion",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="partners.institution",
                    ),
                ),
                ("word", models.CharField(db_collation="C", max_length=100)),
                ("counts_from", models.DateField()),
                ("counts_until", models.DateField()),
            ],
            options={
                "verbose_name": "woord van een naam",
                "verbose_name_plural": "woorden van namen",
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        fields=["institution", "word", "inscription", "version"],
                        include=("counts_from", "counts_until"),
                        name="client_list_by_word",
                    )
                ],
            },
        ),
        migrations.RunSQL(OF_A_LINE, "ALTER TABLE persons_nameword DROP CONSTRAINT nameword_of_a_line"),
        migrations.RunPython(fill_in, migrations.RunPython.noop),
    ]
