import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import partners.models
import partners.querysets
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("email", models.EmailField(max_length=254, unique=True, verbose_name="e-mailadres")),
                ("first_name", models.CharField(blank=True, max_length=100, verbose_name="voornaam")),
                ("last_name", models.CharField(blank=True, max_length=100, verbose_name="naam")),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Mag in de beheeromgeving.",
                        verbose_name="beheerder van het agentschap",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Een gesloten account meldt zich niet aan en ziet niemand.",
                        verbose_name="actief",
                    ),
                ),
                (
                    "date_joined",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="aangemaakt"
                    ),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "gebruiker",
                "verbose_name_plural": "gebruikers",
                "ordering": ["last_name", "first_name", "pk"],
            },
            managers=[
                ("objects", partners.querysets.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name="Institution",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, unique=True, verbose_name="naam")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ocmw", "OCMW"),
                            ("vdab", "VDAB"),
                            ("vmsw", "VMSW"),
                            ("shm", "sociale huisvestingsmaatschappij"),
                            ("cvo", "CVO"),
                            ("cbe", "CBE"),
                            ("ahovoks", "AHOVOKS"),
                            ("onthaalbureau", "onthaalbureau"),
                            ("hvn", "Huis van het Nederlands"),
                            ("agency", "agentschap"),
                            ("sector", "sector (samengeteld)"),
                        ],
                        max_length=16,
                        verbose_name="soort",
                    ),
                ),
                (
                    "slug",
                    models.SlugField(
                        editable=False,
                        help_text="Het eerste woord van elk adres van deze instelling. Verandert nooit.",
                        max_length=60,
                        unique=True,
                        verbose_name="adres",
                    ),
                ),
                (
                    "kbo_number",
                    models.CharField(
                        blank=True,
                        help_text="Tien cijfers; leeg voor een samengetelde sector.",
                        max_length=10,
                        validators=[partners.models.validate_kbo],
                        verbose_name="ondernemingsnummer",
                    ),
                ),
                (
                    "nis_code",
                    models.CharField(
                        blank=True,
                        max_length=5,
                        validators=[django.core.validators.RegexValidator("^[0-9]{5}$", "Vijf cijfers.")],
                        verbose_name="NIS-code",
                    ),
                ),
                (
                    "sender_uri",
                    models.CharField(
                        blank=True,
                        help_text="Identificatie van de toepassing in MAGDA.",
                        max_length=120,
                        verbose_name="MAGDA-afzender",
                    ),
                ),
                ("active", models.BooleanField(default=True, verbose_name="actief")),
                (
                    "group",
                    models.OneToOneField(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="institution",
                        to="auth.group",
                        verbose_name="groep",
                    ),
                ),
            ],
            options={
                "verbose_name": "instelling",
                "verbose_name_plural": "instellingen",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Mandate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "institution_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ocmw", "OCMW"),
                            ("vdab", "VDAB"),
                            ("vmsw", "VMSW"),
                            ("shm", "sociale huisvestingsmaatschappij"),
                            ("cvo", "CVO"),
                            ("cbe", "CBE"),
                            ("ahovoks", "AHOVOKS"),
                            ("onthaalbureau", "onthaalbureau"),
                            ("hvn", "Huis van het Nederlands"),
                            ("agency", "agentschap"),
                            ("sector", "sector (samengeteld)"),
                        ],
                        max_length=16,
                        verbose_name="voor alle instellingen van de soort",
                    ),
                ),
                (
                    "capacity",
                    models.CharField(
                        choices=[
                            ("in_onderzoek", "Dossier in onderzoek"),
                            ("leefloon", "Leefloon"),
                            ("equivalent_leefloon", "Equivalent leefloon"),
                            ("andere_hulp", "Andere hulp"),
                            ("schuldbemiddeling", "Schuldbemiddeling"),
                            ("andere_begeleiding", "Andere begeleiding"),
                            ("werkzoekende", "Werkzoekende"),
                            ("sociale_huurder", "Sociale huurder"),
                            ("kandidaat_huurder", "Kandidaat-huurder"),
                            ("cursist", "Cursist NT2"),
                            ("inburgeraar", "Inburgeraar"),
                        ],
                        max_length=24,
                        verbose_name="hoedanigheid",
                    ),
                ),
                (
                    "legal_reference",
                    models.CharField(
                        help_text="bv. Beraadslaging nr. 12/2015", max_length=80, verbose_name="referentie"
                    ),
                ),
                ("legal_title", models.CharField(max_length=250, verbose_name="rechtsgrond")),
                (
                    "legal_url",
                    models.CharField(
                        blank=True,
                        max_length=300,
                        validators=[django.core.validators.URLValidator(schemes=["https", "http"])],
                        verbose_name="vindplaats",
                    ),
                ),
                (
                    "blocks",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=48),
                        default=list,
                        size=None,
                        verbose_name="dossieronderdelen",
                    ),
                ),
                (
                    "max_months",
                    models.PositiveSmallIntegerField(
                        default=24,
                        help_text="Een inschrijving duurt ten hoogste zo lang.",
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="langste inschrijving (maanden)",
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="van")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="tot en met")),
                (
                    "is_example",
                    models.BooleanField(
                        default=False,
                        help_text="De echte beraadslagingen zijn niet openbaar; een voorbeeld is zo gemerkt.",
                        verbose_name="voorbeeld",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mandates",
                        to="partners.institution",
                        verbose_name="of voor één instelling",
                    ),
                ),
            ],
            options={
                "verbose_name": "machtiging",
                "verbose_name_plural": "machtigingen",
                "ordering": ["institution_kind", "institution__name", "capacity", "valid_from", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("case_worker", "dossierbeheerder"),
                            ("local_administrator", "lokale beheerder"),
                            ("privacy_officer", "functionaris voor gegevensbescherming"),
                        ],
                        default="case_worker",
                        max_length=20,
                        verbose_name="rol",
                    ),
                ),
                ("valid_from", models.DateField(default=partners.models.today, verbose_name="van")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="tot en met")),
                (
                    "list_filters",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        editable=False,
                        help_text="Nooit een naam of nummer.",
                        verbose_name="onthouden filters",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="partners.institution",
                        verbose_name="instelling",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="gebruiker",
                    ),
                ),
            ],
            options={
                "verbose_name": "lidmaatschap",
                "verbose_name_plural": "lidmaatschappen",
                "ordering": ["institution__name", "role", "pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="institution",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "ocmw",
                            "vdab",
                            "vmsw",
                            "shm",
                            "cvo",
                            "cbe",
                            "ahovoks",
                            "onthaalbureau",
                            "hvn",
                            "agency",
                            "sector",
                        ],
                    )
                ),
                name="institution_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="institution",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kbo_number", ""), _negated=True),
                fields=("kbo_number",),
                name="institution_kbo_number_once",
                violation_error_code="unique",
                violation_error_message="Een andere instelling heeft dit ondernemingsnummer al.",
            ),
        ),
        migrations.AddConstraint(
            model_name="institution",
            constraint=models.UniqueConstraint(
                condition=models.Q(("sender_uri", ""), _negated=True),
                fields=("sender_uri",),
                name="institution_sender_uri_once",
                violation_error_code="unique",
                violation_error_message="Een andere instelling heeft deze MAGDA-afzender al.",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("institution__isnull", True), models.Q(("institution_kind", ""), _negated=True)
                    ),
                    models.Q(("institution__isnull", False), ("institution_kind", "")),
                    _connector="OR",
                ),
                name="mandate_for_a_kind_or_one_institution",
                violation_error_message="Kies een soort of één instelling, niet beide.",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until__isnull", True),
                    ("valid_until__gte", models.F("valid_from")),
                    _connector="OR",
                ),
                name="mandate_period_in_order",
                violation_error_message="Het einde ligt voor het begin.",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "capacity__in",
                        [
                            "in_onderzoek",
                            "leefloon",
                            "equivalent_leefloon",
                            "andere_hulp",
                            "schuldbemiddeling",
                            "andere_begeleiding",
                            "werkzoekende",
                            "sociale_huurder",
                            "kandidaat_huurder",
                            "cursist",
                            "inburgeraar",
                        ],
                    )
                ),
                name="mandate_capacity_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(("max_months__gte", 1)), name="mandate_max_months_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until__isnull", True),
                    ("valid_until__gte", models.F("valid_from")),
                    _connector="OR",
                ),
                name="membership_period_in_order",
                violation_error_message="Het einde ligt voor het begin.",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["case_worker", "local_administrator", "privacy_officer"])),
                name="membership_role_known",
            ),
        ),
    ]
