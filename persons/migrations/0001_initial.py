import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("partners", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PersonGroupObjectPermission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
            ],
            options={
                "db_table": "persons_current_grant",
                "abstract": False,
                "managed": False,
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Block",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=48)),
                ("xml", models.TextField()),
            ],
            options={
                "verbose_name": "dossieronderdeel",
                "verbose_name_plural": "dossieronderdelen",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Inscription",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("insz", models.CharField(max_length=11, verbose_name="INSZ")),
                ("valid_from", models.DateField(verbose_name="van")),
                ("valid_until", models.DateField(verbose_name="tot en met")),
                ("reason", models.CharField(max_length=250, verbose_name="reden")),
                ("proof", models.CharField(blank=True, max_length=250, verbose_name="bewijs")),
                (
                    "registered_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="geregistreerd op"),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inscriptions",
                        to="partners.institution",
                    ),
                ),
                (
                    "mandate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inscriptions",
                        to="partners.mandate",
                    ),
                ),
                (
                    "registered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "inschrijving",
                "verbose_name_plural": "inschrijvingen",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Enrolment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=64)),
                (
                    "part",
                    models.CharField(
                        choices=[("MO", "MO"), ("NT2", "NT2"), ("PLO", "PLO")],
                        max_length=4,
                        verbose_name="onderdeel",
                    ),
                ),
                ("course", models.CharField(blank=True, max_length=250, verbose_name="cursus")),
                ("centre", models.CharField(blank=True, max_length=200, verbose_name="centrum")),
                ("ends", models.DateField(null=True, verbose_name="tot en met")),
                ("exempt", models.BooleanField(default=False)),
                ("suspensions", models.JSONField(default=list)),
            ],
            options={
                "verbose_name": "inschrijving in een cursus",
                "verbose_name_plural": "inschrijvingen in een cursus",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("insz", models.CharField(max_length=11, verbose_name="INSZ")),
                ("unique_number", models.CharField(blank=True, max_length=16, verbose_name="uniek nummer")),
                ("last_name", models.CharField(blank=True, max_length=200, verbose_name="naam")),
                ("first_name", models.CharField(blank=True, max_length=200, verbose_name="voornaam")),
                ("sort_key", models.CharField(editable=False, max_length=420)),
                (
                    "birth_date",
                    models.CharField(
                        blank=True,
                        help_text="Zoals ontvangen; kan onvolledig zijn.",
                        max_length=10,
                        verbose_name="geboortedatum",
                    ),
                ),
                ("gender", models.CharField(blank=True, max_length=1, verbose_name="geslacht")),
                (
                    "named_at",
                    models.DateTimeField(
                        editable=False, help_text="Tijdstip van het nieuwste bericht met een naam.", null=True
                    ),
                ),
                ("version", models.CharField(max_length=5, verbose_name="berichtversie")),
                (
                    "as_of",
                    models.DateTimeField(help_text="Tijdstip van het bericht.", verbose_name="gegevens van"),
                ),
                (
                    "reference",
                    models.CharField(blank=True, max_length=36, verbose_name="referte van het bericht"),
                ),
                ("digest", models.BinaryField(max_length=32)),
                (
                    "refreshed_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="ingelezen op"
                    ),
                ),
            ],
            options={
                "verbose_name": "persoon",
                "verbose_name_plural": "personen",
                "ordering": ["sort_key", "pk"],
                "permissions": [
                    ("view_person", "Can open the file"),
                    ("follow_person", "Has in own caseload"),
                ],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="PersonUserObjectPermission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ClientListEntry",
            fields=[
                (
                    "inscription",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="list_entry",
                        serialize=False,
                        to="persons.inscription",
                    ),
                ),
                ("public_id", models.UUIDField()),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField()),
                ("sort_key", models.CharField(db_collation="C", max_length=420)),
                ("insz", models.CharField(max_length=11)),
                ("last_name", models.CharField(max_length=200)),
                ("first_name", models.CharField(max_length=200)),
                ("birth_date", models.CharField(blank=True, max_length=10)),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("out_of_reach", "Niet meer haalbaar"),
                            ("reachable", "Onder de norm, haalbaar"),
                            ("kept", "Norm gehaald"),
                            ("no_lessons", "Nog geen oordeel"),
                            ("suspended", "Opgeschort"),
                            ("exempt", "Vrijgesteld"),
                        ],
                        max_length=16,
                        null=True,
                    ),
                ),
                ("parts", models.JSONField(null=True)),
                ("target_code", models.CharField(blank=True, max_length=24)),
                ("target_type", models.CharField(blank=True, max_length=24)),
                ("as_of", models.DateField()),
            ],
            options={
                "verbose_name": "regel van de cliëntenlijst",
                "verbose_name_plural": "regels van de cliëntenlijst",
                "ordering": ["sort_key", "inscription_id"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Standing",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="standing",
                        serialize=False,
                        to="persons.person",
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("out_of_reach", "Niet meer haalbaar"),
                            ("reachable", "Onder de norm, haalbaar"),
                            ("kept", "Norm gehaald"),
                            ("no_lessons", "Nog geen oordeel"),
                            ("suspended", "Opgeschort"),
                            ("exempt", "Vrijgesteld"),
                        ],
                        max_length=16,
                    ),
                ),
                ("parts", models.JSONField(default=list)),
                ("target_code", models.CharField(blank=True, max_length=24)),
                ("target_type", models.CharField(blank=True, max_length=24)),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(("insz__regex", "^[0-9]{11}$")), name="person_insz_digits"
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.UniqueConstraint(fields=("insz",), name="person_insz_once"),
        ),
        migrations.AddField(
            model_name="inscription",
            name="person",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="inscriptions",
                to="persons.person",
            ),
        ),
        migrations.AddField(
            model_name="enrolment",
            name="person",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="enrolments",
                to="persons.person",
            ),
        ),
        migrations.AddField(
            model_name="block",
            name="person",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="blocks",
                to="persons.person",
            ),
        ),
        migrations.AddField(
            model_name="personuserobjectpermission",
            name="content_object",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="persons.person"),
        ),
        migrations.AddField(
            model_name="personuserobjectpermission",
            name="permission",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.permission"),
        ),
        migrations.AddField(
            model_name="personuserobjectpermission",
            name="user",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name="clientlistentry",
            name="institution",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="partners.institution",
            ),
        ),
        migrations.AddField(
            model_name="clientlistentry",
            name="mandate",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="partners.mandate"
            ),
        ),
        migrations.AddField(
            model_name="clientlistentry",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="persons.person"
            ),
        ),
        migrations.AddIndex(
            model_name="inscription",
            index=models.Index(
                fields=["institution", "person"],
                include=("valid_from", "valid_until", "mandate"),
                name="inscription_gate",
            ),
        ),
        migrations.AddIndex(
            model_name="inscription",
            index=models.Index(fields=["insz"], name="inscription_insz"),
        ),
        migrations.AddIndex(
            model_name="inscription",
            index=models.Index(fields=["person"], name="inscription_person"),
        ),
        migrations.AddConstraint(
            model_name="inscription",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_until__gte", models.F("valid_from"))),
                name="inscription_period_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="inscription",
            constraint=models.CheckConstraint(
                condition=models.Q(("insz__regex", "^[0-9]{11}$")), name="inscription_insz_digits"
            ),
        ),
        migrations.AddConstraint(
            model_name="inscription",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="inscription_has_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.UniqueConstraint(fields=("person", "key"), name="enrolment_once"),
        ),
        migrations.AddConstraint(
            model_name="block",
            constraint=models.UniqueConstraint(fields=("person", "name"), name="block_once"),
        ),
        migrations.AlterUniqueTogether(
            name="personuserobjectpermission",
            unique_together={("user", "permission", "content_object")},
        ),
        migrations.AddIndex(
            model_name="clientlistentry",
            index=models.Index(fields=["institution", "sort_key", "inscription"], name="client_list_by_name"),
        ),
        migrations.AddIndex(
            model_name="clientlistentry",
            index=models.Index(
                fields=["institution", "verdict", "sort_key", "inscription"],
                include=("valid_from", "valid_until", "mandate"),
                name="client_list_by_verdict",
            ),
        ),
        migrations.AddIndex(
            model_name="clientlistentry",
            index=models.Index(
                fields=["institution", "valid_until", "sort_key", "inscription"],
                include=("valid_from", "mandate"),
                name="client_list_by_end",
            ),
        ),
        migrations.AddIndex(
            model_name="clientlistentry",
            index=models.Index(fields=["institution", "insz"], name="client_list_by_insz"),
        ),
    ]
