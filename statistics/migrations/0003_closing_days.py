"""Closing days 2013-2035: public holidays, and those of the Flemish government besides them.

The public holidays come from the package `holidays`. The Flemish government is also closed on 11 July, 2 and 15
November and from 26 to 31 December (domain brief §8: that 2 and 15 November belong to it is common knowledge, not
read in a text); a day that turns out otherwise is changed in the admin.
"""

import datetime

import holidays
from django.db import migrations

YEARS = range(2013, 2036)
FLEMISH_GOVERNMENT, PUBLIC_HOLIDAYS = "flemish_government", "public_holidays"
OTHERS = [
    (7, 11, "Feestdag van de Vlaamse Gemeenschap"),
    (11, 2, "Allerzielen"),
    (11, 15, "Feest van de Dynastie"),
    *[(12, day, "Sluiting op het einde van het jaar") for day in range(26, 32)],
]


def seed(apps, schema_editor):
    ClosingDay = apps.get_model("statistics", "ClosingDay")
    public = dict(holidays.country_holidays("BE", years=YEARS, language="nl", categories="public"))
    others = {datetime.date(year, month, day): name for year in YEARS for month, day, name in OTHERS}
    ClosingDay.objects.bulk_create(
        [
            *[ClosingDay(calendar=PUBLIC_HOLIDAYS, day=day, name=name) for day, name in public.items()],
            *[
                ClosingDay(calendar=FLEMISH_GOVERNMENT, day=day, name=name)
                for day, name in (others | public).items()
            ],
        ]
    )


def empty(apps, schema_editor):
    apps.get_model("statistics", "ClosingDay").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("statistics", "0002_watermark")]

    operations = [migrations.RunPython(seed, empty)]
