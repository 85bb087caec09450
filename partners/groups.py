"""What the agency's people may do in the admin, in code and not clicked together. No group opens a person's file."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.db import transaction

ADMINISTRATORS = "agentschap: beheerders"
READERS = "agentschap: lezers van cijfers"

_MANAGED = ("institution", "membership", "mandate", "user")
GROUPS: dict[str, set[tuple[str, str]]] = {
    ADMINISTRATORS: {
        *(("partners", f"{verb}_{model}") for verb in ("add", "change", "view") for model in _MANAGED),
        ("statistics", "*"),
    },
    READERS: {("statistics", "view_*")},
}


@transaction.atomic
def sync_groups() -> int:
    """Make each group hold exactly the permissions named in `GROUPS`; answers how many groups there are.

    `*` at the end of a codename stands for every permission of that app that starts so. Runs as the owner.
    """
    permissions = list(Permission.objects.select_related("content_type"))
    for name, wanted in GROUPS.items():
        group, _created = Group.objects.get_or_create(name=name)
        group.permissions.set(
            permission
            for permission in permissions
            for app, codename in wanted
            if permission.content_type.app_label == app
            and (
                permission.codename == codename
                or (codename.endswith("*") and permission.codename.startswith(codename[:-1]))
            )
        )
    return len(GROUPS)
