"""E-mail addresses in lower case, and names of institutions that differ in more than casing and spaces.

Rows that exist get the normal form. Two rows that would then be the same are refused before anything changes: only
the agency knows which of them to keep.
"""

from collections import defaultdict

from django.core.management.base import CommandError
from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Lower

import partners.fields
from partners.texts import email_address, name_key, one_line

UNFOLDED_SPACE = (
    r"^ | $|  |[\t-\r\u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]"
)


def refuse_twins(rows, key, words):
    """Raise CommandError when two rows have the same key. It names their numbers, not their contents."""
    places = defaultdict(list)
    for row in rows:
        places[key(row)].append(row.pk)
    twins = [" and ".join(map(str, sorted(numbers))) for numbers in places.values() if len(numbers) > 1]
    if twins:
        raise CommandError(f"{words}: {'; '.join(twins)}. Change or remove one of each, then migrate again.")


def normalise(apps, schema_editor):
    users = apps.get_model("partners", "User").objects.all()
    addresses = apps.get_model("account", "EmailAddress").objects.all()
    institutions = apps.get_model("partners", "Institution").objects.select_related("group")
    refuse_twins(
        users, lambda row: email_address(row.email), "Accounts whose e-mail addresses differ in casing only"
    )
    refuse_twins(
        addresses,
        lambda row: (row.user_id, email_address(row.email)),
        "Rows of account_emailaddress, of one account, that differ in casing only",
    )
    refuse_twins(
        institutions,
        lambda row: name_key(row.name),
        "Institutions whose names differ in casing or spaces only",
    )
    for row in (*users, *addresses):
        if row.email != email_address(row.email):
            row.email = email_address(row.email)
            row.save(update_fields=["email"])
    for institution in institutions:
        name = one_line(institution.name)
        if institution.name != name:
            institution.group.name = institution.group.name.replace(institution.name, name)
            institution.group.save(update_fields=["name"])
            institution.name = name
            institution.save(update_fields=["name"])


class Migration(migrations.Migration):
    dependencies = [
        ("account", "0009_emailaddress_unique_primary_email"),
        ("partners", "0003_example_mandates"),
    ]

    operations = [
        migrations.RunPython(normalise, migrations.RunPython.noop),
        migrations.AlterField(
            "user",
            "email",
            partners.fields.NormalEmailField(max_length=254, unique=True, verbose_name="e-mailadres"),
        ),
        migrations.AlterField(
            "institution",
            "name",
            partners.fields.OneLineField(max_length=120, unique=True, verbose_name="naam"),
        ),
        migrations.AddConstraint(
            "user", models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_lower")
        ),
        migrations.RunSQL(
            "ALTER TABLE account_emailaddress ADD CONSTRAINT emailaddress_email_lower CHECK (email = lower(email))",
            "ALTER TABLE account_emailaddress DROP CONSTRAINT emailaddress_email_lower",
        ),
        migrations.AddConstraint(
            "institution",
            models.CheckConstraint(
                condition=~Q(name__regex=UNFOLDED_SPACE), name="institution_name_one_line"
            ),
        ),
        migrations.AddConstraint(
            "institution",
            models.UniqueConstraint(
                Lower("name"),
                name="institution_name_once",
                violation_error_message="Een andere instelling heeft deze naam al.",
            ),
        ),
    ]
