"""Clients without a name come last in the lists that exist already (see persons_refresh_client_list)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("persons", "0004_person_warnings")]

    operations = [
        migrations.RunSQL(
            "UPDATE persons_clientlistentry SET sort_key = U&'\\FFFF' WHERE sort_key = ''",
            "UPDATE persons_clientlistentry SET sort_key = '' WHERE sort_key = U&'\\FFFF'",
        ),
    ]
