import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0004_normal_forms"),
    ]

    operations = [
        migrations.AlterField(
            model_name="mandate",
            name="max_months",
            field=models.PositiveSmallIntegerField(
                default=24,
                help_text="Een inschrijving duurt ten hoogste zo lang. Ten hoogste 120 maanden.",
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(120),
                ],
                verbose_name="langste inschrijving (maanden)",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(("max_months__lte", 120)), name="mandate_max_months_bounded"
            ),
        ),
    ]
