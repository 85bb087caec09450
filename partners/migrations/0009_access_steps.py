"""Access is confirmed by a second person, ends after twelve months, and every step of it is an event.

Access that exists counts as confirmed. Access without an end, or with one more than twelve months ahead, ends twelve
months from the day of this migration, or from its first day when that is later.
"""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


# Before the events are made: the rows that get another end carry the reason until then.
EXISTING = """
UPDATE partners_membership SET status = 'confirmed', confirmed_at = now();
UPDATE partners_membership m SET valid_until = n.longest,
  reason = 'Toegang duurt voortaan ten hoogste twaalf maanden.'
FROM (SELECT id, (greatest(valid_from, (now() AT TIME ZONE 'Europe/Brussels')::date) + interval '12 months')::date AS longest
      FROM partners_membership) n
WHERE n.id = m.id AND (m.valid_until IS NULL OR m.valid_until > n.longest);
-- PostgreSQL alters no table while checks of its rows wait for the end of the transaction.
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""

ONCE = """
ALTER TABLE partners_membership DROP CONSTRAINT membership_once;
ALTER TABLE partners_membership ADD CONSTRAINT membership_once EXCLUDE USING gist (
  int8range(user_id, user_id, '[]') WITH &&,
  int8range(institution_id, institution_id, '[]') WITH &&,
  int8range(hashtextextended(role, 0), hashtextextended(role, 0), '[]') WITH &&,
  daterange(valid_from, valid_until, '[]') WITH &&
) WHERE (status <> 'withdrawn');
"""

EVENTS = """
INSERT INTO partners_membershipevent (membership_id, what, at, user_name, role, valid_from, valid_until, reason)
SELECT id, CASE reason WHEN '' THEN 'confirmed' ELSE 'changed' END, now(), '', role, valid_from, valid_until,
  CASE reason WHEN '' THEN 'Bestond al voor elke stap bewaard werd.' ELSE reason END
FROM partners_membership ORDER BY id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0008_failed_sign_ins"),
    ]

    # No reverse: proposals would be in force, and the steps would be lost.
    operations = [
        migrations.CreateModel(
            name="MembershipEvent",
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
                            ("proposed", "voorgesteld"),
                            ("confirmed", "bevestigd"),
                            ("given", "gegeven"),
                            ("carried_over", "overgenomen van een vorige instelling"),
                            ("extended", "verlengd"),
                            ("ended", "beëindigd"),
                            ("withdrawn", "ingetrokken"),
                            ("changed", "gewijzigd"),
                            ("suspended", "account geschorst wegens niet-gebruik"),
                            ("closed", "account gesloten"),
                            ("reopened", "account weer geopend"),
                        ],
                        max_length=12,
                        verbose_name="stap",
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="tijdstip")),
                ("user_name", models.CharField(blank=True, max_length=201, verbose_name="door")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("case_worker", "dossierbeheerder"),
                            ("local_administrator", "lokale beheerder"),
                            ("privacy_officer", "functionaris voor gegevensbescherming"),
                        ],
                        max_length=20,
                        verbose_name="rol",
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="van")),
                ("valid_until", models.DateField(verbose_name="tot en met")),
                ("reason", models.CharField(blank=True, max_length=250, verbose_name="reden")),
            ],
            options={
                "verbose_name": "stap van een toegang",
                "verbose_name_plural": "stappen van toegangen",
                "ordering": ["-at", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.AlterModelOptions(
            name="membership",
            options={
                "ordering": ["institution__name", "role", "pk"],
                "verbose_name": "toegang",
                "verbose_name_plural": "toegangen",
            },
        ),
        migrations.RemoveConstraint(
            model_name="membership",
            name="membership_period_in_order",
        ),
        migrations.AddField(
            model_name="membership",
            name="confirmed_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="bevestigd op"),
        ),
        migrations.AddField(
            model_name="membership",
            name="confirmed_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="bevestigd door",
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="follows",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="followers",
                to="partners.membership",
                verbose_name="vervolg op",
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="proposed_at",
            field=models.DateTimeField(
                default=django.utils.timezone.now, editable=False, verbose_name="voorgesteld op"
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="proposed_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="voorgesteld door",
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="reason",
            field=models.CharField(blank=True, max_length=250, verbose_name="reden"),
        ),
        migrations.AddField(
            model_name="membership",
            name="status",
            field=models.CharField(
                choices=[
                    ("proposed", "wacht op bevestiging"),
                    ("confirmed", "bevestigd"),
                    ("withdrawn", "ingetrokken"),
                ],
                default="proposed",
                editable=False,
                max_length=12,
                verbose_name="toestand",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="email_set_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="e-mailadres ingevuld door",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="reopened_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="weer geopend"),
        ),
        migrations.AddField(
            model_name="user",
            name="suspended_at",
            field=models.DateTimeField(
                editable=False, null=True, verbose_name="geschorst wegens niet-gebruik"
            ),
        ),
        migrations.RunSQL(EXISTING),
        migrations.AlterField(
            model_name="membership",
            name="valid_until",
            field=models.DateField(verbose_name="tot en met"),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_until__gte", models.F("valid_from"))),
                name="membership_period_in_order",
                violation_error_message="Het einde ligt voor het begin.",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["proposed", "confirmed", "withdrawn"])),
                name="membership_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "confirmed"), _negated=True),
                    ("confirmed_at__isnull", False),
                    _connector="OR",
                ),
                name="membership_confirmed_at_a_time",
            ),
        ),
        migrations.AddField(
            model_name="membershipevent",
            name="membership",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="partners.membership",
                verbose_name="toegang",
            ),
        ),
        migrations.AddField(
            model_name="membershipevent",
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
            model_name="membershipevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "what__in",
                        [
                            "proposed",
                            "confirmed",
                            "given",
                            "carried_over",
                            "extended",
                            "ended",
                            "withdrawn",
                            "changed",
                            "suspended",
                            "closed",
                            "reopened",
                        ],
                    )
                ),
                name="membershipevent_step_known",
            ),
        ),
        migrations.RunSQL(ONCE),
        migrations.RunSQL(EVENTS),
    ]
