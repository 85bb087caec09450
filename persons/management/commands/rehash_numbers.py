"""Hash the national numbers of persons and inscriptions under the key of the settings."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from persons.services.hashing import rehash


class Command(BaseCommand):
    help = (
        "Hash the numbers of all persons and inscriptions under KBI_INSZ_KEY, once after an upgrade and after each new "
        "key. Accounts whose own number was entered under another key are asked for it again."
    )

    def handle(self, *args: object, **options: object) -> None:
        if settings.ROLE != "owner":
            raise CommandError("Only the owner does this: leave KBI_DB_ROLE out, or set it to owner.")
        done = rehash()
        self.stdout.write(
            f"{done.numbers} numbers hashed, {done.accounts} accounts have to enter their own number again"
        )
