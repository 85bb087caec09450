"""When each job of the clock last ran, for whoever watches over it."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

OUTCOME_LENGTH = 200


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    """Finds jobs that are late."""

    def late(self) -> HeartbeatQuerySet:
        """The jobs that should have succeeded by now and did not, in the order of their names."""
        return self.filter(late_at__lt=Now()).order_by("job")


class Heartbeat(models.Model):
    """One job of the clock (`partners.clock`), which writes this row. It has counts and kinds of faults, no person.

    `begun_at` and `succeeded_at` are those of the last run and of the last one that succeeded; a run that began and did
    not succeed failed, was broken off or still runs. Without a success before `late_at` the job is late. `outcome` is
    what the last success did. `fault` and `reference` are those of the last run if it failed; the reference is in the
    line of the application log.
    """

    job = models.CharField(primary_key=True, max_length=32)
    lane = models.PositiveSmallIntegerField()
    begun_at = models.DateTimeField()
    succeeded_at = models.DateTimeField(null=True)
    late_at = models.DateTimeField()
    outcome = models.CharField(max_length=OUTCOME_LENGTH, blank=True)
    fault = models.CharField(max_length=OUTCOME_LENGTH, blank=True)
    reference = models.CharField(max_length=8, blank=True)

    objects = HeartbeatQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.job


def late_jobs() -> list[str]:
    """Return the names of the jobs that should have succeeded by now; "work" when the clock never ran."""
    names = Heartbeat.objects.late().values_list("job", flat=True)
    return list(names) or ([] if Heartbeat.objects.exists() else ["work"])
