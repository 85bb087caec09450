"""Messages that were set aside, runs of the import, and the doubts of a person, also on the lines of the client list."""

from django.db import migrations, models

# Other numbers of persons who are there already, and warnings, which the list did not show before. From here on the
# import keeps both (persons_refresh_doubts, persons_refresh_client_list).
FILL = """
WITH numbered AS (
  SELECT id, as_of, unique_number, coalesce(warnings @? '$[*] ? (@ starts with "30004.")', false) AS was_replaced
  FROM persons_person WHERE unique_number <> ''
), paired AS (
  SELECT p.id, o.id AS other_id, o.as_of, o.was_replaced,
    p.was_replaced AND NOT o.was_replaced OR p.was_replaced = o.was_replaced AND o.as_of > p.as_of AS is_newer,
    p.was_replaced = o.was_replaced AND o.as_of = p.as_of AS is_same
  FROM numbered p JOIN numbered o ON o.unique_number = p.unique_number AND o.id <> p.id
), others AS (
  SELECT id, min(as_of) FILTER (WHERE is_newer) AS since,
    array_agg(other_id ORDER BY was_replaced, as_of DESC, other_id) FILTER (WHERE is_newer) AS newer,
    array_agg(other_id ORDER BY other_id) FILTER (WHERE is_same) AS same
  FROM paired GROUP BY id
)
UPDATE persons_person p SET doubts = CASE
  WHEN newer IS NOT NULL THEN jsonb_build_object('others', newer, 'newer_number',
    jsonb_build_object('since', (since AT TIME ZONE 'Europe/Brussels')::date))
  ELSE jsonb_build_object('others', same, 'other_number', true) END
FROM others WHERE others.id = p.id AND coalesce(newer, same) IS NOT NULL;
UPDATE persons_clientlistentry e
SET doubts = coalesce(p.doubts, '{}') - 'others' || jsonb_strip_nulls(jsonb_build_object('warnings', p.warnings))
FROM persons_person p WHERE p.id = e.person_id AND (p.doubts IS NOT NULL OR p.warnings IS NOT NULL);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("persons", "0007_lines_of_versions"),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("started_at", models.DateTimeField(verbose_name="begonnen")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="beëindigd")),
            ],
            options={
                "verbose_name": "inlezing",
                "verbose_name_plural": "inlezingen",
                "ordering": ["-started_at", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SetAsideMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "file",
                    models.CharField(help_text="Naam zonder map.", max_length=255, verbose_name="bestand"),
                ),
                ("line", models.PositiveIntegerField(help_text="0: geen.", verbose_name="regel")),
                ("field", models.CharField(blank=True, max_length=400, verbose_name="element")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("not_xml", "het is geen geldige XML, of het is afgebroken"),
                            ("not_canonical", "de bibliotheek voor XML weigert het"),
                            ("doctype", "het bevat een DOCTYPE, en dat is niet toegelaten"),
                            ("unknown_root", "het is geen bericht van een soort die het portaal leest"),
                            ("too_large", "het is te groot"),
                            ("bad_insz", "het nummer van de persoon is fout"),
                            ("bad_enum", "het bevat een code die het portaal niet kent"),
                            ("bad_date", "het bevat een foute datum"),
                            ("bad_value", "het bevat een waarde die daar niet mag staan"),
                            ("no_dossier", "er zit geen dossier in"),
                            ("exception_answer", "de bron antwoordde met een fout"),
                            ("incomplete", "er ontbreekt een verplicht gegeven"),
                            ("unreadable", "het bestand kan niet worden geopend"),
                            ("too_slow", "het lezen duurde te lang"),
                            ("from_the_future", "het is later gedateerd dan morgen"),
                            ("not_storable", "de databank weigert het"),
                        ],
                        max_length=16,
                        verbose_name="reden",
                    ),
                ),
                ("insz", models.CharField(blank=True, max_length=11, verbose_name="INSZ")),
                (
                    "as_of",
                    models.DateTimeField(
                        help_text="Leeg als het niet te lezen is.",
                        null=True,
                        verbose_name="tijdstip van het bericht",
                    ),
                ),
                ("first_at", models.DateTimeField(verbose_name="voor het eerst opzijgezet")),
                ("last_at", models.DateTimeField(verbose_name="laatst opzijgezet")),
                ("settled_at", models.DateTimeField(null=True, verbose_name="achterhaald sinds")),
                ("digest", models.BinaryField(max_length=32)),
            ],
            options={
                "verbose_name": "opzijgezet bericht",
                "verbose_name_plural": "opzijgezette berichten",
                "ordering": ["-first_at", "file", "line", "pk"],
                "default_permissions": ("view",),
            },
        ),
        migrations.AddField(
            model_name="clientlistentry",
            name="doubts",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="person",
            name="doubts",
            field=models.JSONField(
                editable=False,
                help_text="Waarom de gegevens verouderd kunnen zijn; zie persons_refresh_doubts.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="standing",
            name="rules",
            field=models.PositiveSmallIntegerField(
                default=0,
                help_text="`RULES` of persons/services/preparing.py that judged it; 0: before these were recorded.",
            ),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                condition=models.Q(("unique_number", ""), _negated=True),
                fields=["unique_number"],
                name="person_unique_number",
            ),
        ),
        migrations.AddIndex(
            model_name="setasidemessage",
            index=models.Index(
                condition=models.Q(("settled_at__isnull", True)), fields=["insz"], name="set_aside_open"
            ),
        ),
        migrations.AddIndex(
            model_name="setasidemessage",
            index=models.Index(fields=["-first_at"], name="set_aside_latest"),
        ),
        migrations.AddConstraint(
            model_name="setasidemessage",
            constraint=models.UniqueConstraint(fields=("digest",), name="set_aside_once"),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
