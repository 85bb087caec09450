"""Tell a norm that can still be lost from one that is met, in the choices and in the verdicts that are stored."""

from fractions import Fraction

from django.db import migrations, models

CHOICES = [
    ("out_of_reach", "Niet meer haalbaar"),
    ("contradictory", "Na te kijken"),
    ("reachable", "Bij te sturen"),
    ("on_track", "Op schema"),
    ("kept", "Norm gehaald"),
    ("no_lessons", "Nog te vroeg"),
    ("suspended", "Opgeschort"),
    ("exempt", "Vrijgesteld"),
]
GRAVITY = [code for code, _label in CHOICES]
BATCH = 1000

# The triggers that copy a verdict to the lists are absent while migrations run.
COPY = """
UPDATE persons_clientlistentry e SET verdict = s.verdict, parts = s.parts
FROM persons_standing s WHERE s.person_id = e.person_id AND e.verdict IS NOT NULL AND s.verdict = 'on_track'
"""


def can_be_lost(part):
    """Return True if missing every lesson to come loses the norm, as in `persons.attendance` on this day."""
    numerator, denominator, to_come, required = (
        Fraction(part[key]) for key in ("numerator", "denominator", "to_come", "required")
    )
    return 100 * numerator < required * (denominator + to_come)


def mark(apps, schema_editor):
    standings = apps.get_model("persons", "Standing").objects.filter(parts__contains=[{"verdict": "kept"}])
    changed = []
    for standing in standings.iterator(BATCH):
        for part in standing.parts:
            if part["verdict"] == "kept" and can_be_lost(part):
                part["verdict"] = "on_track"
        standing.verdict = min((part["verdict"] for part in standing.parts), key=GRAVITY.index)
        changed.append(standing)
    standings.model.objects.bulk_update(changed, ["verdict", "parts"], batch_size=BATCH)
    schema_editor.execute(COPY)


class Migration(migrations.Migration):
    dependencies = [("persons", "0005_nameless_last")]

    operations = [
        migrations.AlterField(
            model_name="clientlistentry",
            name="verdict",
            field=models.CharField(choices=CHOICES, max_length=16, null=True),
        ),
        migrations.AlterField(
            model_name="standing", name="verdict", field=models.CharField(choices=CHOICES, max_length=16)
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
