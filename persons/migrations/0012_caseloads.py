"""A caseload is of a user at an institution, by number; guardian's user permissions become a view over it.

Marks of before go to every institution where the user is a case worker and the person has an inscription in force.
"""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

MARKS = """
INSERT INTO persons_caseloadrow (institution_id, user_id, insz, since)
SELECT DISTINCT i.institution_id, f.user_id, i.insz, now()
FROM persons_personuserobjectpermission f
JOIN persons_inscription i ON i.person_id = f.content_object_id AND i.voided_at IS NULL
JOIN partners_membership m ON m.user_id = f.user_id AND m.institution_id = i.institution_id
  AND m.role = 'case_worker' AND m.status = 'confirmed'
JOIN partners_mandateversion v ON v.mandate_id = i.mandate_id AND v.status = 'confirmed'
CROSS JOIN (SELECT (now() AT TIME ZONE 'Europe/Brussels')::date AS day) today
WHERE today.day BETWEEN i.valid_from AND i.valid_until AND today.day BETWEEN m.valid_from AND m.valid_until
  AND today.day BETWEEN v.valid_from AND coalesce(v.valid_until, 'infinity')
"""


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("partners", "0011_successors"),
        ("persons", "0011_carried_from"),
    ]

    # No reverse: rows of clients who wait have no person to point to.
    operations = [
        migrations.CreateModel(
            name="CaseloadRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("insz", models.CharField(max_length=11, verbose_name="INSZ")),
                ("since", models.DateTimeField(default=django.utils.timezone.now, verbose_name="sinds")),
                (
                    "institution",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.institution",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "cliënt in een caseload",
                "verbose_name_plural": "cliënten in caseloads",
                "ordering": ["institution", "user", "insz"],
                "default_permissions": (),
                "indexes": [models.Index(fields=["institution", "user", "insz"], name="caseload_of_a_user")],
                "constraints": [
                    models.UniqueConstraint(fields=["institution", "insz", "user"], name="caseload_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="HandOver",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "made_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="tijdstip"),
                ),
                ("clients", models.PositiveIntegerField(verbose_name="aantal cliënten")),
                ("reason", models.CharField(max_length=250, verbose_name="reden")),
                ("seen_at", models.DateTimeField(null=True, verbose_name="gezien")),
                (
                    "giver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="van",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.institution",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="door",
                    ),
                ),
                (
                    "receiver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="naar",
                    ),
                ),
            ],
            options={
                "verbose_name": "overdracht",
                "verbose_name_plural": "overdrachten",
                "ordering": ["-made_at", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.RunSQL(MARKS),
        migrations.DeleteModel("PersonUserObjectPermission"),
        migrations.CreateModel(
            name="PersonUserObjectPermission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "content_object",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        to="persons.person",
                    ),
                ),
                (
                    "permission",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        to="auth.permission",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "persons_followed",
                "abstract": False,
                "default_permissions": (),
                "managed": False,
            },
        ),
    ]
