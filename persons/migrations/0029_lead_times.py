from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """What the lead times read: detours and questions by the day of the answer, and inscriptions without a dossier."""

    dependencies = [
        ("partners", "0017_signals"),
        ("persons", "0028_arrived"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="accessrequest",
            index=models.Index(
                condition=models.Q(("withdrawn_at__isnull", True)),
                fields=["answered_on"],
                include=("institution", "third_party", "asked_on"),
                name="accessrequest_answered",
            ),
        ),
        migrations.AddIndex(
            model_name="inscription",
            index=models.Index(
                condition=models.Q(("person__isnull", True), ("voided_at__isnull", True)),
                fields=["valid_until"],
                name="inscription_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="question",
            index=models.Index(fields=["answered_at"], name="question_answered"),
        ),
    ]
