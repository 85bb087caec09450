import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0017_signals"),
        ("statistics", "0005_expectations"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AdoptionMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(help_text="Eerste dag van de maand.", verbose_name="maand")),
                (
                    "kind",
                    models.CharField(
                        choices=[("invite", "uitnodiging om te beginnen"), ("remind", "herinnering")],
                        max_length=8,
                        verbose_name="soort",
                    ),
                ),
                (
                    "asked_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="gevraagd op"
                    ),
                ),
                ("sent_at", models.DateTimeField(editable=False, null=True, verbose_name="verstuurd op")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="gevraagd door",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="adoption_mails",
                        to="partners.institution",
                        verbose_name="instelling",
                    ),
                ),
            ],
            options={
                "verbose_name": "mail over het gebruik",
                "verbose_name_plural": "wie gebruikt het niet?",
                "permissions": [("view_adoption", "Can see which institutions do not use the portal")],
                "default_permissions": ("add",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("institution", "month"), name="adoption_mail_once_a_month"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("month__day", 1)), name="adoption_mail_month_starts_on_first"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["invite", "remind"])),
                        name="adoption_mail_kind_known",
                    ),
                ],
            },
        ),
    ]
