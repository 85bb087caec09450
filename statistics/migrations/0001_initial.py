import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("partners", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClosingDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "calendar",
                    models.CharField(
                        choices=[
                            ("flemish_government", "Vlaamse overheid"),
                            ("public_holidays", "wettelijke feestdagen"),
                        ],
                        default="flemish_government",
                        max_length=20,
                        verbose_name="kalender",
                    ),
                ),
                ("day", models.DateField(verbose_name="dag")),
                ("name", models.CharField(max_length=80, verbose_name="naam")),
            ],
            options={
                "verbose_name": "sluitingsdag",
                "verbose_name_plural": "sluitingsdagen",
                "ordering": ["-day", "calendar", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("calendar", "day"),
                        name="closing_day_once",
                        violation_error_message="Deze dag staat al in deze kalender.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("calendar__in", ["flemish_government", "public_holidays"])),
                        name="closing_day_calendar_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DailyCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("institution_id", models.BigIntegerField(null=True)),
                ("channel", models.CharField(max_length=8)),
                ("kind", models.CharField(max_length=16)),
                ("outcome", models.CharField(max_length=8)),
                ("number", models.PositiveIntegerField()),
                ("day", models.DateField()),
            ],
            options={
                "abstract": False,
                "default_permissions": (),
                "indexes": [models.Index(fields=["day"], name="daily_count_day")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("institution_id", "day", "channel", "kind", "outcome"),
                        name="daily_count_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MonthlyCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("institution_id", models.BigIntegerField(null=True)),
                ("channel", models.CharField(max_length=8)),
                ("kind", models.CharField(max_length=16)),
                ("outcome", models.CharField(max_length=8)),
                ("number", models.PositiveIntegerField()),
                ("month", models.DateField(help_text="Eerste dag van de maand.")),
            ],
            options={
                "verbose_name": "maandelijkse raadplegingen",
                "verbose_name_plural": "maandelijkse raadplegingen per instelling",
                "permissions": [
                    ("view_monthly", "Can see the monthly figures of every institution"),
                    ("view_home", "Can see the figures on the home page of the admin"),
                ],
                "abstract": False,
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        fields=["kind", "outcome", "channel", "month"],
                        include=("institution_id", "number"),
                        name="monthly_count_figure",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("institution_id", "month", "channel", "kind", "outcome"),
                        name="monthly_count_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportedCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(help_text="Eerste dag van de maand.", verbose_name="maand")),
                (
                    "measure",
                    models.CharField(
                        choices=[("exchange", "uitwisselingen")], max_length=16, verbose_name="wat"
                    ),
                ),
                ("number", models.PositiveBigIntegerField(verbose_name="aantal")),
                ("source", models.CharField(max_length=500, verbose_name="bron")),
                (
                    "imported_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="ingevoerd op"
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="imported_counts",
                        to="partners.institution",
                        verbose_name="instelling",
                    ),
                ),
            ],
            options={
                "verbose_name": "ingevoerd aantal",
                "verbose_name_plural": "ingevoerde aantallen",
                "ordering": ["month", "institution__name", "pk"],
                "default_permissions": ("view",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("institution", "month", "measure"), name="imported_count_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("month__day", 1)), name="imported_count_month_starts_on_first"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("measure__in", ["exchange"])), name="imported_count_measure_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", ""), _negated=True), name="imported_count_has_source"
                    ),
                ],
            },
        ),
    ]
