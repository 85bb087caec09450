"""Institutions and accounts of the demonstration."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from demo.accounts import ACCOUNTS, INSTITUTIONS, make_demo
from partners.models import Institution, User

pytestmark = pytest.mark.django_db


def test_the_demo_accounts_are_made_once_and_keep_their_passwords(tmp_path, as_owner):
    out = tmp_path / "accounts.csv"
    with as_owner():
        call_command("demo_accounts", "--out", str(out))
        first = out.read_text()
        call_command("demo_accounts", "--out", str(out))
    assert out.read_text() == first
    assert out.stat().st_mode & 0o777 == 0o600
    assert User.objects.count() == len(ACCOUNTS)
    assert Institution.objects.count() == len(INSTITUTIONS)
    assert first.splitlines()[0] == "institution,role,login,password"


def test_an_account_made_again_keeps_its_password_and_one_without_gets_a_new_one(tmp_path, as_owner):
    out = tmp_path / "accounts.csv"
    with as_owner():
        *_, first = make_demo(out)
        User.objects.get(email=first["login"]).delete()
        assert make_demo(out)[-1] == first
        assert User.objects.get(email=first["login"]).check_password(first["password"])
        out.unlink()
        *_, again = make_demo(out)
        assert again["password"] != first["password"]
        assert User.objects.get(email=first["login"]).check_password(again["password"])


def test_demo_accounts_have_no_place_in_production(tmp_path, settings):
    settings.KBI_ALLOW_TEST_NUMBERS = False
    with pytest.raises(CommandError, match="no place"):
        call_command("demo_accounts", "--out", str(tmp_path / "x.csv"))
