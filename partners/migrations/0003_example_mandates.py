"""Example mandates for each kind of institution. The real deliberations are not public: every row says `is_example`.

They are drawn up to be proportionate: attendance and its context for partners that follow up a duty, the Wooncode
block for social housing only, infringements for partners that may sanction, learning results for schools.
"""

import datetime

from django.db import migrations

BASE = ["Personalia", "Doelgroep", "Contracten", "Trajecten", "VormingsActiviteiten", "Hoedanigheden"]
OCMW = [
    *BASE,
    "BehaaldeAttesten",
    "Talenkennis",
    "UitstellenVanAanmelding",
    "UitstellenVanOndertekening",
    "Aanmelding",
]
HOUSING = ["Personalia", "Doelgroep", "BehaaldeAttesten", "Talenkennis", "Wooncode", "Hoedanigheden"]
SCHOOL = [
    "Personalia",
    "VormingsActiviteiten",
    "Talenkennis",
    "AfgelegdeTesten",
    "Wachtlijst",
    "Contracten",
    "Hoedanigheden",
]
ONBOARDING = [
    *OCMW, "KlantProfiel", "AfgelegdeTesten", "Adviezen", "Perspectieven", "ToeleidingenPartner",
    "ToeleidingenDiplomaGelijkschakeling", "Inbreuken", "Wachtlijst", "VoorkeurenKlant", "Gesprekken", "Wooncode",
    "Werving", "Doorverwijzing", "Identiteitsbewijzen", "Betalingen", "Opmerkingen",
]  # fmt: skip

# kind, capacity, reference, title, blocks, longest inscription in months
MANDATES = [
    ("ocmw", "in_onderzoek", "voorbeeld 11/2015", "Sociaal onderzoek", ["Personalia", "Doelgroep", "Hoedanigheden"], 6),
    ("ocmw", "leefloon", "voorbeeld 12/2015", "Opvolging van leefloon en inburgeringsplicht", [*OCMW, "Inbreuken"], 24),
    ("ocmw", "equivalent_leefloon", "voorbeeld 12/2015", "Opvolging van equivalent leefloon", [*OCMW, "Inbreuken"], 24),
    ("ocmw", "andere_hulp", "voorbeeld 13/2015", "Andere maatschappelijke hulp", OCMW, 12),
    ("ocmw", "schuldbemiddeling", "voorbeeld 14/2015", "Schuldbemiddeling", ["Personalia", "Talenkennis", "Hoedanigheden"], 36),
    ("ocmw", "andere_begeleiding", "voorbeeld 13/2015", "Andere begeleiding", OCMW, 12),
    ("vdab", "werkzoekende", "voorbeeld 21/2015", "Begeleiding van werkzoekende inburgeraars",
     [*OCMW, "AfgelegdeTesten", "KlantProfiel", "ToeleidingenPartner", "ToeleidingenDiplomaGelijkschakeling", "Inbreuken"], 24),
    ("vmsw", "sociale_huurder", "voorbeeld 31/2015", "Taal- en inburgeringsbereidheid van huurders", HOUSING, 108),
    ("vmsw", "kandidaat_huurder", "voorbeeld 31/2015", "Taal- en inburgeringsbereidheid van kandidaten", HOUSING, 60),
    ("shm", "sociale_huurder", "voorbeeld 31/2015", "Taal- en inburgeringsbereidheid van huurders", HOUSING, 108),
    ("shm", "kandidaat_huurder", "voorbeeld 31/2015", "Taal- en inburgeringsbereidheid van kandidaten", HOUSING, 60),
    ("cvo", "cursist", "voorbeeld 41/2015", "Inschrijving en opvolging van cursisten NT2", SCHOOL, 18),
    ("cbe", "cursist", "voorbeeld 41/2015", "Inschrijving en opvolging van cursisten NT2", SCHOOL, 18),
    ("ahovoks", "cursist", "voorbeeld 42/2015", "Regie van het aanbod NT2", SCHOOL, 18),
    ("onthaalbureau", "inburgeraar", "voorbeeld 51/2015", "Begeleiding van het inburgeringstraject", ONBOARDING, 60),
    ("hvn", "cursist", "voorbeeld 52/2015", "Toeleiding naar NT2", [*SCHOOL, "Adviezen", "VoorkeurenKlant"], 36),
]  # fmt: skip


def add(apps, schema_editor):
    Mandate = apps.get_model("partners", "Mandate")
    Mandate.objects.bulk_create(
        Mandate(
            institution_kind=kind,
            capacity=capacity,
            legal_reference=reference,
            legal_title=title,
            blocks=blocks,
            max_months=months,
            valid_from=datetime.date(2015, 1, 1),
            is_example=True,
        )
        for kind, capacity, reference, title, blocks, months in MANDATES
    )


class Migration(migrations.Migration):
    dependencies = [("partners", "0002_once")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop, elidable=False)]
