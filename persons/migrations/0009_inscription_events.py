"""Every step of an inscription is an event, and an inscription can be voided."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

# Inscriptions made before had no other step than their registration.
REGISTERED = """
INSERT INTO persons_inscriptionevent (inscription_id, what, at, user_id, user_name, new_until, reason)
SELECT i.id, 'registered', i.registered_at, i.registered_by_id,
  coalesce(nullif(btrim(concat(u.first_name, ' ', u.last_name)), ''), u.email, ''), i.valid_until, i.reason
FROM persons_inscription i LEFT JOIN partners_user u ON u.id = i.registered_by_id
ORDER BY i.id
"""

NO_OVERLAP = """
ALTER TABLE persons_inscription DROP CONSTRAINT inscription_no_overlap;
ALTER TABLE persons_inscription ADD CONSTRAINT inscription_no_overlap EXCLUDE USING gist (
  int8range(institution_id, institution_id, '[]') WITH &&,
  int8range(insz::bigint, insz::bigint, '[]') WITH &&,
  int8range(mandate_id, mandate_id, '[]') WITH &&,
  daterange(valid_from, valid_until, '[]') WITH &&
) WHERE (voided_at IS NULL)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0008_failed_sign_ins"),
        ("persons", "0008_doubts"),
    ]

    # No reverse: voided inscriptions would open files again.
    operations = [
        migrations.CreateModel(
            name="InscriptionEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("registered", "ingeschreven"),
                            ("extended", "verlengd"),
                            ("ended", "beëindigd"),
                            ("withdrawn", "ingetrokken als vergissing"),
                            ("carried_over", "overgenomen van een ander nummer"),
                            ("merged", "samengevoegd"),
                        ],
                        max_length=12,
                        verbose_name="stap",
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="tijdstip")),
                ("user_name", models.CharField(blank=True, max_length=201, verbose_name="door")),
                ("old_until", models.DateField(null=True, verbose_name="tot en met, ervoor")),
                ("new_until", models.DateField(null=True, verbose_name="tot en met, erna")),
                ("reason", models.CharField(blank=True, max_length=250, verbose_name="reden")),
            ],
            options={
                "verbose_name": "stap van een inschrijving",
                "verbose_name_plural": "stappen van inschrijvingen",
                "ordering": ["-at", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.RemoveIndex(
            model_name="inscription",
            name="inscription_gate",
        ),
        migrations.AddField(
            model_name="inscription",
            name="voided_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="vervallen op"),
        ),
        migrations.AddIndex(
            model_name="inscription",
            index=models.Index(
                fields=["institution", "person"],
                include=("valid_from", "valid_until", "mandate", "voided_at"),
                name="inscription_gate",
            ),
        ),
        migrations.AddField(
            model_name="inscriptionevent",
            name="inscription",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="persons.inscription",
                verbose_name="inschrijving",
            ),
        ),
        migrations.AddField(
            model_name="inscriptionevent",
            name="user",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="account",
            ),
        ),
        migrations.AddConstraint(
            model_name="inscriptionevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("what__in", ["registered", "extended", "ended", "withdrawn", "carried_over", "merged"])
                ),
                name="inscriptionevent_step_known",
            ),
        ),
        migrations.RunSQL(NO_OVERLAP),
        migrations.RunSQL(REGISTERED),
    ]
