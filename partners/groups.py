"""Permissions of the agency's staff in the admin. They are set here, not in the admin; none opens a person's file."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.db import transaction

ADMINISTRATORS = "agentschap: beheerders"
READERS = "agentschap: lezers van cijfers"

_MANAGED = ("institution", "membership", "mandate", "mandateversion", "user")
GROUPS: dict[str, set[tuple[str, str]]] = {
    ADMINISTRATORS: {
        *(("partners", f"{verb}_{model}") for verb in ("add", "change", "view") for model in _MANAGED),
        ("persons", "view_setasidemessage"),
        *(("persons", f"{verb}_shield") for verb in ("view", "add")),
        *(("partners", f"{verb}_failedsignins") for verb in ("view", "change")),
        *(("partners", f"{verb}_numberclearing") for verb in ("view", "add")),
        ("statistics", "*"),
    },
    READERS: {("statistics", "view_*")},
}


@transaction.atomic
def sync_groups() -> int:
    """Give each group exactly the permissions in `GROUPS`, and return the number of groups.

    `*` at the end of a codename means every permission of that app that starts with the part before it. Needs the
    owner's connection.
    """
    permissions = list(Permission.objects.select_related("content_type"))
    for name, codenames in GROUPS.items():
        group, _created = Group.objects.get_or_create(name=name)
        group.permissions.set(
            permission
            for permission in permissions
            for app, codename in codenames
            if permission.content_type.app_label == app
            and (
                permission.codename == codename
                or (codename.endswith("*") and permission.codename.startswith(codename[:-1]))
            )
        )
    return len(GROUPS)
