import django.db.models.deletion
import django.utils.timezone
import partners.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0017_signals"),
        ("statistics", "0004_count_files"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ExpectationFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", partners.fields.OneLineField(max_length=120, verbose_name="bestand")),
                ("source", partners.fields.OneLineField(max_length=500, verbose_name="bron")),
                ("content", models.BinaryField()),
                (
                    "added_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="opgeladen op"
                    ),
                ),
                ("imported_at", models.DateTimeField(editable=False, null=True, verbose_name="ingevoerd op")),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="opgeladen door",
                    ),
                ),
                (
                    "imported_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="ingevoerd door",
                    ),
                ),
            ],
            options={
                "verbose_name": "bestand met verwachtingen",
                "verbose_name_plural": "bestanden met verwachtingen",
                "ordering": ["-added_at", "-pk"],
                "abstract": False,
                "default_permissions": ("view", "add", "delete"),
            },
        ),
        migrations.CreateModel(
            name="Expectation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ocmw", "OCMW"),
                            ("vdab", "VDAB"),
                            ("vmsw", "VMSW"),
                            ("shm", "sociale huisvestingsmaatschappij"),
                            ("cvo", "CVO"),
                            ("cbe", "CBE"),
                            ("ahovoks", "AHOVOKS"),
                            ("onthaalbureau", "onthaalbureau"),
                            ("hvn", "Huis van het Nederlands"),
                            ("agency", "agentschap"),
                            ("sector", "sector (samengeteld)"),
                        ],
                        help_text="Geldt voor elke instelling van deze soort die geen eigen verwachting heeft.",
                        max_length=16,
                        verbose_name="soort instelling",
                    ),
                ),
                ("first_month", models.DateField(verbose_name="van maand")),
                ("last_month", models.DateField(blank=True, null=True, verbose_name="tot en met maand")),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("monthly", "raadplegingen per maand"),
                            ("per_client", "raadplegingen per cliënt per kwartaal"),
                            ("none", "geen verwachting"),
                        ],
                        default="monthly",
                        max_length=12,
                        verbose_name="grondslag",
                    ),
                ),
                (
                    "number",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=9, null=True, verbose_name="aantal"
                    ),
                ),
                (
                    "bottleneck_share",
                    models.PositiveSmallIntegerField(
                        default=50,
                        help_text="Onder dit deel van de verwachting is het gebruik een knelpunt.",
                        verbose_name="knelpunt onder (%)",
                    ),
                ),
                (
                    "source",
                    partners.fields.OneLineField(
                        help_text="Bijvoorbeeld “Plan 2026 van het agentschap”.",
                        max_length=500,
                        verbose_name="bron",
                    ),
                ),
                (
                    "added_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="ingevoerd op"
                    ),
                ),
                (
                    "added_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="ingevoerd door",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="expectations",
                        to="partners.institution",
                        verbose_name="instelling",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="expectations",
                        to="statistics.expectationfile",
                        verbose_name="bestand",
                    ),
                ),
            ],
            options={
                "verbose_name": "verwachting",
                "verbose_name_plural": "verwachtingen",
                "ordering": ["-added_at", "-pk"],
                "default_permissions": ("view", "add"),
            },
        ),
        migrations.CreateModel(
            name="ClientCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(help_text="Eerste dag van de maand.", verbose_name="maand")),
                ("number", models.PositiveIntegerField(verbose_name="aantal")),
                ("counted_at", models.DateTimeField(verbose_name="geteld op")),
                ("is_final", models.BooleanField(verbose_name="definitief")),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="client_counts",
                        to="partners.institution",
                        verbose_name="instelling",
                    ),
                ),
            ],
            options={
                "verbose_name": "aantal cliënten",
                "verbose_name_plural": "aantallen cliënten",
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("institution", "month"), name="client_count_once"),
                    models.CheckConstraint(
                        condition=models.Q(("month__day", 1)), name="client_count_month_starts_on_first"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DeviationNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(help_text="Eerste dag van de maand.", verbose_name="maand")),
                (
                    "text",
                    partners.fields.OneLineField(
                        help_text="Waarom het gebruik afwijkt. De instelling leest dit ook; noem geen personen.",
                        max_length=500,
                        verbose_name="nota",
                    ),
                ),
                (
                    "added_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="geschreven op"
                    ),
                ),
                (
                    "added_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="geschreven door",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deviation_notes",
                        to="partners.institution",
                        verbose_name="instelling",
                    ),
                ),
            ],
            options={
                "verbose_name": "nota bij een afwijking",
                "verbose_name_plural": "nota's bij afwijkingen",
                "ordering": ["-month", "-added_at", "-pk"],
                "default_permissions": ("view", "add"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("month__day", 1)), name="deviation_note_month_starts_on_first"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="deviation_note_has_text"
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="expectationfile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("imported_at", None), ("imported_by", None)),
                    models.Q(("imported_at__isnull", False), ("imported_by__isnull", False)),
                    _connector="OR",
                ),
                name="expectation_file_imported_by_someone",
            ),
        ),
        migrations.AddConstraint(
            model_name="expectation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("institution__isnull", False), ("kind", "")),
                    models.Q(
                        ("institution__isnull", True),
                        (
                            "kind__in",
                            [
                                "ocmw",
                                "vdab",
                                "vmsw",
                                "shm",
                                "cvo",
                                "cbe",
                                "ahovoks",
                                "onthaalbureau",
                                "hvn",
                                "agency",
                                "sector",
                            ],
                        ),
                    ),
                    _connector="OR",
                ),
                name="expectation_of_institution_or_kind",
                violation_error_message="Kies een instelling of een soort, niet allebei.",
            ),
        ),
        migrations.AddConstraint(
            model_name="expectation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("first_month__day", 1),
                    models.Q(("last_month", None), ("last_month__day", 1), _connector="OR"),
                ),
                name="expectation_months_start_on_first",
            ),
        ),
        migrations.AddConstraint(
            model_name="expectation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("last_month", None), ("last_month__gte", models.F("first_month")), _connector="OR"
                ),
                name="expectation_period_in_order",
                violation_error_message="De periode eindigt voor ze begint.",
            ),
        ),
        migrations.AddConstraint(
            model_name="expectation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("basis", "none"), ("number", None)),
                    models.Q(("basis__in", ["monthly", "per_client"]), ("number__gte", 0)),
                    _connector="OR",
                ),
                name="expectation_number_fits_basis",
                violation_error_message="Deze grondslag vraagt een aantal, “geen verwachting” geen.",
            ),
        ),
        migrations.AddConstraint(
            model_name="expectation",
            constraint=models.CheckConstraint(
                condition=models.Q(("bottleneck_share__range", (1, 100))),
                name="expectation_share_is_percentage",
                violation_error_message="Een percentage van 1 tot en met 100.",
            ),
        ),
        migrations.AddConstraint(
            model_name="expectation",
            constraint=models.CheckConstraint(
                condition=models.Q(("source", ""), _negated=True), name="expectation_has_source"
            ),
        ),
    ]
