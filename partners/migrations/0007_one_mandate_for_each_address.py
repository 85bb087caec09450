"""One row for each address of a mandate: the rest is in its versions (0006) and in the inscriptions (persons 0007)."""

from django.db import migrations, models

ONE_ROW = """
DELETE FROM partners_mandate m WHERE NOT EXISTS (SELECT FROM partners_mandateversion v WHERE v.mandate_id = m.id);
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0006_mandate_versions"),
        ("persons", "0007_lines_of_versions"),
    ]

    operations = [
        migrations.RunSQL(ONE_ROW),
        migrations.AlterModelOptions(
            "mandate",
            options={
                "ordering": ["institution_kind", "institution__name", "capacity", "pk"],
                "verbose_name": "machtiging",
                "verbose_name_plural": "machtigingen",
            },
        ),
        migrations.RemoveConstraint("mandate", "mandate_period_in_order"),
        migrations.RemoveConstraint("mandate", "mandate_max_months_positive"),
        migrations.RemoveConstraint("mandate", "mandate_max_months_bounded"),
        migrations.RemoveField("mandate", "legal_reference"),
        migrations.RemoveField("mandate", "legal_title"),
        migrations.RemoveField("mandate", "legal_url"),
        migrations.RemoveField("mandate", "blocks"),
        migrations.RemoveField("mandate", "max_months"),
        migrations.RemoveField("mandate", "valid_from"),
        migrations.RemoveField("mandate", "valid_until"),
        migrations.RemoveField("mandate", "is_example"),
        migrations.AddConstraint(
            "mandate",
            models.UniqueConstraint(
                fields=["institution_kind", "institution", "capacity"],
                nulls_distinct=False,
                name="mandate_address_once",
                violation_error_message="Deze machtiging bestaat al. Stel er een nieuwe versie van voor.",
            ),
        ),
    ]
