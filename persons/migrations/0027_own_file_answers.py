"""A privacy officer says whether the number of an account is really that of its owner, who is a client."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0017_signals"),
        ("persons", "0026_escapes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="ownfilereport",
            name="answer",
            field=models.CharField(
                blank=True,
                choices=[("right", "klopt"), ("wrong", "klopt niet")],
                default="",
                max_length=5,
                verbose_name="antwoord",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="ownfilereport",
            name="answered_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="beantwoord door",
            ),
        ),
        migrations.AddField(
            model_name="ownfilereport",
            name="answered_at",
            field=models.DateTimeField(null=True, verbose_name="beantwoord op"),
        ),
        migrations.AddIndex(
            model_name="ownfilereport",
            index=models.Index(fields=["user", "institution"], name="own_file_report_account"),
        ),
        migrations.AddConstraint(
            model_name="ownfilereport",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer", ""), ("answered_at__isnull", True))
                | models.Q(("answer__in", ["right", "wrong"]), ("answered_at__isnull", False)),
                name="own_file_report_answer_known",
            ),
        ),
    ]
