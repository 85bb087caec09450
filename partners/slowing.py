"""Guessing of passwords is slowed down, and no user is locked out by others.

Wrong passwords count for the e-mail address that was typed, whether or not it has an account, and for their source:

- a browser in which this user signed in before (`devices`) counts by itself, and nothing else slows it down;
- all other browsers count by network address, and together.

After some wrong passwords the next try has to wait, each time twice as long, for at most a quarter of an hour. So an
account gets about a hundred tries a day from all unknown browsers together.
"""

from __future__ import annotations

import datetime
import ipaddress

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from .models import FailedSignIns
from .texts import email_address

# Wrong passwords without a wait.
FREE = {FailedSignIns.DEVICE: 5, FailedSignIns.ADDRESS: 5, FailedSignIns.ALL: 8}
FIRST_WAIT = datetime.timedelta(seconds=30)
LONGEST_WAIT = datetime.timedelta(minutes=15)
# A count starts anew when no wrong password was typed for so long, and may be deleted then.
REMEMBERED = datetime.timedelta(days=1)
# A customer's network of IPv6 addresses, which one computer may all use.
IPV6_PREFIX = 64


class SlowedDown(Exception):
    """The password was not looked at: the next try is allowed at `until`."""

    def __init__(self, until: datetime.datetime) -> None:
        super().__init__()
        self.until = until


class Attempt:
    """A try that counts as a wrong password until `succeeded` is called."""

    def __init__(self, counts: list[FailedSignIns]) -> None:
        self._before = [(count, count.failures, count.until) for count in counts]
        now = timezone.now()
        for count in counts:
            count.failures += 1
            count.last_at = now
            count.until = now + wait(count.failures, FREE[count.kind])
            count.save()

    def succeeded(self) -> None:
        """Forget the count of this browser or address, and take the try back from the common one."""
        for count, failures, until in self._before:
            if failures == 0 or count.kind != FailedSignIns.ALL:
                count.delete()
            else:
                count.failures, count.until = failures, until
                count.save()


def begin(email: str, address: str, device: str) -> Attempt:
    """Count a try before its password is looked at, so that tries at the same time do not get past the limits.

    `address` is an IP address, `device` the name of a known browser or "". Raises SlowedDown; the try then counts
    nowhere. Must run in a transaction: it locks the counts until the end.
    """
    email = email_address(email)[: FailedSignIns.LONGEST_EMAIL]
    if device:
        sources = [(FailedSignIns.DEVICE, device)]
    else:
        # In this order everywhere, so that no two requests wait for each other.
        sources = [(FailedSignIns.ADDRESS, _digest(address)), (FailedSignIns.ALL, "")]
    with transaction.atomic():
        counts = [_locked(email, kind, source) for kind, source in sources]
        until = max(count.until for count in counts)
        if until > timezone.now():
            raise SlowedDown(until)
        return Attempt(counts)


def wait(failures: int, free: int) -> datetime.timedelta:
    """Return how long the next try has to wait after so many wrong passwords, of which `free` are without a wait."""
    if failures < free:
        return datetime.timedelta()
    # The exponent is bounded, because a timedelta is.
    return min(FIRST_WAIT * 2 ** min(failures - free, 10), LONGEST_WAIT)


def purge(before: datetime.datetime) -> int:
    """Delete the counts without a wrong password since `before`, and return their number.

    `before` should lie `REMEMBERED` or longer in the past. `manage.py clean_up` runs this every night.
    """
    number, _ = FailedSignIns.objects.filter(last_at__lt=before).delete()
    return number


def _locked(email: str, kind: str, source: str) -> FailedSignIns:
    now = timezone.now()
    count, _ = FailedSignIns.objects.select_for_update().get_or_create(
        email=email, kind=kind, source=source, defaults={"since": now, "last_at": now, "until": now}
    )
    if count.last_at < now - REMEMBERED:
        count.failures, count.since, count.until = 0, now, now
    return count


def _digest(address: str) -> str:
    """The same for addresses of one IPv6 network. The address itself is not stored: no one needs it."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        network = address
    else:
        prefix = IPV6_PREFIX if parsed.version == 6 else 32
        network = str(ipaddress.ip_network((parsed, prefix), strict=False))
    return salted_hmac("partners.slowing", network, algorithm="sha256").hexdigest()[:32]
