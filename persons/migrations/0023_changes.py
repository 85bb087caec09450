"""What new messages changed for persons, how far they are in a course, and when they last fell below the norm."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0011_successors"),
        ("persons", "0022_worklist_order"),
    ]

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="tijdstip")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("fell_below", "zakte onder de norm"),
                            ("out_of_reach", "haalt de norm niet meer"),
                            ("back_above", "haalt de norm weer"),
                            ("course_begun", "begon een cursus"),
                            ("course_left", "verliet een cursus voor het einde"),
                            ("course_ended", "cursus afgelopen"),
                            ("certificate", "behaalde een attest"),
                            ("suspended", "werd opgeschort"),
                            ("resumed", "opschorting afgelopen"),
                            ("arrived", "dossier aangekomen"),
                            ("set_aside", "nieuwer bericht opzijgezet"),
                        ],
                        max_length=16,
                        verbose_name="wijziging",
                    ),
                ),
                (
                    "part",
                    models.CharField(
                        blank=True,
                        choices=[("MO", "MO"), ("NT2", "NT2"), ("PLO", "PLO")],
                        max_length=4,
                        verbose_name="onderdeel",
                    ),
                ),
                ("course", models.CharField(blank=True, max_length=250, verbose_name="cursus")),
                (
                    "blocks",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=48), default=list, size=None
                    ),
                ),
            ],
            options={
                "verbose_name": "wijziging",
                "verbose_name_plural": "wijzigingen",
                "ordering": ["-at", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="clientlistentry",
            name="fell_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="enrolment",
            name="phase",
            field=models.CharField(
                blank=True,
                db_default="",
                help_text="How far the person is in it, as of the message (`attendance.parts.Phase`); empty: cancelled.",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="standing",
            name="fell_at",
            field=models.DateTimeField(
                help_text="When an import last said that a part fell below the norm or out of reach; empty when none is below.",
                null=True,
            ),
        ),
        migrations.AddIndex(
            model_name="clientlistentry",
            index=models.Index(
                condition=models.Q(("fell_at__isnull", False)),
                fields=["institution", "fell_at"],
                name="client_list_by_fall",
            ),
        ),
        migrations.AddField(
            model_name="change",
            name="inscription",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="persons.inscription",
            ),
        ),
        migrations.AddField(
            model_name="change",
            name="person",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="changes",
                to="persons.person",
            ),
        ),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(fields=["-at", "-id"], name="change_latest"),
        ),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(fields=["person", "at"], name="change_of_person"),
        ),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "fell_below",
                            "out_of_reach",
                            "back_above",
                            "course_begun",
                            "course_left",
                            "course_ended",
                            "certificate",
                            "suspended",
                            "resumed",
                            "arrived",
                            "set_aside",
                        ],
                    )
                ),
                name="change_kind_known",
            ),
        ),
    ]
