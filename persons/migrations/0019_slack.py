"""How many lessons may be missed and which day decides; the order of the list by urgency.

Both stay empty until the same message is imported again (`RULES` in persons/services/preparing.py).
"""

from django.db import migrations, models
from django.db.models import BigIntegerField, Case, F, Func, Q, When
from django.db.models.functions import Cast

DECIDABLE = Q(may_miss__isnull=False, decides_on__isnull=False)
SLACK = Cast(F("may_miss"), BigIntegerField()) * 10_000_000
DAYS = Func(F("decides_on"), template="(%(expressions)s - DATE '0001-01-01')", output_field=BigIntegerField())
URGENCY = Case(
    When(DECIDABLE, verdict="reachable", then=SLACK + DAYS),
    When(DECIDABLE, verdict="on_track", then=SLACK + 5_000_000 + DAYS),
    When(verdict="reachable", then=1_000_000_000_000),
    When(verdict="out_of_reach", then=1_000_000_000_001),
    When(verdict="contradictory", then=1_000_000_000_002),
    When(verdict="on_track", then=1_000_000_000_003),
    When(verdict="no_lessons", then=1_000_000_000_004),
    When(verdict="kept", then=1_000_000_000_005),
    When(verdict="suspended", then=1_000_000_000_006),
    When(verdict="exempt", then=1_000_000_000_007),
    default=1_000_000_000_008,
    output_field=BigIntegerField(),
)


class Migration(migrations.Migration):
    dependencies = [("persons", "0018_question_to_institution")]

    operations = [
        migrations.AddField(
            model_name="standing",
            name="may_miss",
            field=models.PositiveSmallIntegerField(
                help_text="How many lessons to come may be missed in the most urgent part.", null=True
            ),
        ),
        migrations.AddField(
            model_name="standing",
            name="decides_on",
            field=models.DateField(
                help_text="The day of the lesson with which that part is lost if all are missed.", null=True
            ),
        ),
        migrations.AddField(
            model_name="clientlistentry",
            name="may_miss",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="clientlistentry", name="decides_on", field=models.DateField(null=True)
        ),
        migrations.AddField(
            model_name="clientlistentry",
            name="urgency",
            field=models.GeneratedField(
                db_persist=True, expression=URGENCY, output_field=models.BigIntegerField()
            ),
        ),
        migrations.AddIndex(
            model_name="clientlistentry",
            index=models.Index(
                fields=["institution", "urgency", "sort_key", "inscription"], name="client_list_by_urgency"
            ),
        ),
        migrations.AddIndex(
            model_name="clientlistentry",
            index=models.Index(
                condition=models.Q(("decides_on__isnull", False)),
                fields=["institution", "decides_on", "sort_key", "inscription"],
                name="client_list_by_decision",
            ),
        ),
    ]
