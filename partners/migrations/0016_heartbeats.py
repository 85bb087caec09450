from django.db import migrations, models


class Migration(migrations.Migration):
    """When each job of `manage.py work` last ran."""

    dependencies = [("partners", "0015_escape_blocks")]

    operations = [
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("job", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("lane", models.PositiveSmallIntegerField()),
                ("begun_at", models.DateTimeField()),
                ("succeeded_at", models.DateTimeField(null=True)),
                ("late_at", models.DateTimeField()),
                ("outcome", models.CharField(blank=True, max_length=200)),
                ("fault", models.CharField(blank=True, max_length=200)),
                ("reference", models.CharField(blank=True, max_length=8)),
            ],
            options={"default_permissions": ()},
        ),
    ]
