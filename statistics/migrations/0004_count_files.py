import django.db.models.deletion
import django.utils.timezone
import partners.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("statistics", "0003_closing_days"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CountFile",
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
                "verbose_name": "bestand met aantallen",
                "verbose_name_plural": "bestanden met aantallen",
                "ordering": ["-added_at", "-pk"],
                "default_permissions": ("view", "add", "delete"),
            },
        ),
        migrations.AddField(
            model_name="importedcount",
            name="file",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="counts",
                to="statistics.countfile",
                verbose_name="bestand",
            ),
        ),
        migrations.CreateModel(
            name="EarlierCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveBigIntegerField(verbose_name="aantal")),
                ("source", models.CharField(max_length=500, verbose_name="bron")),
                ("imported_at", models.DateTimeField(verbose_name="ingevoerd op")),
                ("replaced_at", models.DateTimeField(verbose_name="vervangen op")),
                (
                    "count",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="earlier",
                        to="statistics.importedcount",
                    ),
                ),
            ],
            options={
                "verbose_name": "eerder aantal",
                "verbose_name_plural": "eerdere aantallen",
                "ordering": ["-replaced_at", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.AddConstraint(
            model_name="countfile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("imported_at", None), ("imported_by", None)),
                    models.Q(("imported_at__isnull", False), ("imported_by__isnull", False)),
                    _connector="OR",
                ),
                name="count_file_imported_by_someone",
            ),
        ),
    ]
