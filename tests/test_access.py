"""Every route and method against every visitor: one table, and what is missing from it fails."""

from __future__ import annotations

import io
import re
import uuid
import zipfile
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.utils import timezone

from consultations.models import Consultation
from partners.models import FailedSignIns, NumberClearing
from partners.periods import today
from persons.models import SetAsideMessage
from statistics.models import Answer, ClosingDay, CountFile, ExpectationFile, PublishingSwitch

from .factories import (
    PASSWORD,
    detour,
    inscribe,
    insz,
    invitation,
    limit_looks,
    log_rows,
    member,
    person,
    shield,
)

pytestmark = pytest.mark.django_db

VISITORS = [
    "visitor",
    "outsider",
    "case_worker",
    "former_case_worker",
    "local_administrator",
    "privacy_officer",
    "agency_administrator",
    "agency_case_worker",
]

# route, method: status for each visitor in the order above. DATA is what is sent; a form sent empty comes back.
ACCESS: dict[tuple[str, str], tuple[int, ...]] = {
    ("home", "get"): (302, 302, 302, 403, 302, 302, 302, 302),
    ("home", "post"): (302, 405, 405, 405, 405, 405, 405, 405),
    ("client_list", "get"): (302, 404, 200, 404, 302, 302, 404, 302),
    ("client_list", "post"): (302, 404, 302, 404, 302, 302, 404, 302),
    ("client_filters", "get"): (302, 404, 200, 404, 404, 404, 404, 404),
    ("client_filters", "post"): (302, 404, 405, 404, 404, 404, 404, 405),
    ("filters_save", "get"): (302, 404, 405, 404, 404, 404, 404, 405),
    ("filters_save", "post"): (302, 404, 302, 404, 404, 404, 404, 404),
    # The end of the list: back to it. A file that may not be seen says so itself.
    ("file_next", "get"): (302, 404, 302, 404, 404, 404, 404, 302),
    ("file_next", "post"): (302, 404, 405, 404, 404, 404, 404, 405),
    ("file_previous", "get"): (302, 404, 302, 404, 404, 404, 404, 302),
    ("file_previous", "post"): (302, 404, 405, 404, 404, 404, 404, 405),
    # Local administrators search by INSZ only.
    ("caseloads", "get"): (302, 404, 200, 404, 200, 404, 404, 404),
    ("caseloads", "post"): (302, 404, 422, 404, 422, 404, 404, 404),
    # Without a choice.
    ("follow_chosen", "get"): (302, 404, 405, 404, 404, 404, 404, 405),
    ("follow_chosen", "post"): (302, 404, 302, 404, 404, 404, 404, 302),
    ("hand_overs_seen", "get"): (302, 404, 405, 404, 404, 404, 404, 405),
    ("hand_overs_seen", "post"): (302, 404, 302, 404, 404, 404, 404, 302),
    ("client_search", "get"): (302, 404, 200, 404, 200, 404, 404, 404),
    ("client_search", "post"): (302, 404, 302, 404, 422, 404, 404, 404),
    # An id that no search of the session has: the search page opens empty.
    ("search_results", "get"): (302, 404, 200, 404, 200, 404, 404, 404),
    ("search_results", "post"): (302, 404, 405, 404, 405, 404, 404, 405),
    ("register_client", "get"): (302, 404, 405, 404, 405, 404, 404, 405),
    ("register_client", "post"): (302, 404, 302, 404, 302, 404, 404, 404),
    # An id that no search of the session has.
    ("escape_warning", "get"): (302, 404, 302, 404, 404, 404, 404, 404),
    ("escape_warning", "post"): (302, 404, 302, 404, 404, 404, 404, 404),
    ("escape_begin", "get"): (302, 404, 302, 404, 404, 404, 404, 404),
    ("escape_begin", "post"): (302, 404, 302, 404, 404, 404, 404, 404),
    # An id that is no escape.
    ("escape_file", "get"): (302, 404, 404, 404, 404, 404, 404, 404),
    ("escape_file", "post"): (302, 404, 405, 404, 404, 404, 404, 405),
    ("waiting_list", "get"): (302, 404, 200, 404, 404, 404, 404, 404),
    ("waiting_list", "post"): (302, 404, 405, 404, 404, 404, 404, 405),
    ("client_export", "get"): (302, 404, 405, 404, 404, 404, 404, 405),
    # Without a format.
    ("client_export", "post"): (302, 404, 400, 404, 404, 404, 404, 404),
    ("client_print", "get"): (302, 404, 200, 404, 404, 404, 404, 404),
    ("client_print", "post"): (302, 404, 405, 404, 404, 404, 404, 405),
    ("paste_list", "get"): (302, 404, 200, 404, 404, 404, 404, 404),
    ("paste_list", "post"): (302, 404, 302, 404, 404, 404, 404, 404),
    ("pasted_list", "get"): (302, 404, 200, 404, 404, 404, 404, 404),
    ("pasted_list", "post"): (302, 404, 405, 404, 404, 404, 404, 405),
    ("pasted_list_follow", "get"): (302, 404, 405, 404, 404, 404, 404, 405),
    ("pasted_list_follow", "post"): (302, 404, 302, 404, 404, 404, 404, 404),
    ("pasted_list_register", "get"): (302, 404, 405, 404, 404, 404, 404, 405),
    ("pasted_list_register", "post"): (302, 404, 302, 404, 404, 404, 404, 404),
    ("person_file", "get"): (302, 404, 200, 404, 404, 404, 404, 404),
    ("person_file", "post"): (302, 404, 405, 404, 404, 404, 404, 405),
    ("whole_file", "get"): (302, 404, 302, 404, 404, 404, 404, 404),
    ("whole_file", "post"): (302, 404, 405, 404, 404, 404, 404, 405),
    ("print_file", "get"): (302, 404, 302, 404, 404, 404, 404, 404),
    ("print_file", "post"): (302, 404, 405, 404, 404, 404, 404, 405),
    ("conversation_sheet", "get"): (302, 404, 302, 404, 404, 404, 404, 404),
    ("conversation_sheet", "post"): (302, 404, 405, 404, 404, 404, 404, 405),
    ("file_section", "get"): (302, 404, 302, 404, 404, 404, 404, 404),
    ("file_section", "post"): (302, 404, 405, 404, 404, 404, 404, 405),
    ("person_follow", "get"): (302, 404, 405, 404, 404, 404, 404, 405),
    ("person_follow", "post"): (302, 404, 302, 404, 404, 404, 404, 404),
    ("reminder_list", "get"): (302, 404, 200, 404, 404, 404, 404, 404),
    ("reminder_list", "post"): (302, 404, 405, 404, 404, 404, 404, 405),
    ("reminder_set", "get"): (302, 404, 200, 404, 404, 404, 404, 404),
    ("reminder_set", "post"): (302, 404, 422, 404, 404, 404, 404, 404),
    ("selection_remind", "get"): (302, 404, 302, 404, 404, 404, 404, 404),
    ("selection_remind", "post"): (302, 404, 302, 404, 404, 404, 404, 404),
    # An id that is no reminder.
    ("reminder_done", "get"): (302, 404, 405, 404, 404, 404, 404, 405),
    ("reminder_done", "post"): (302, 404, 404, 404, 404, 404, 404, 404),
    ("reminder_move", "get"): (302, 404, 404, 404, 404, 404, 404, 404),
    ("reminder_move", "post"): (302, 404, 404, 404, 404, 404, 404, 404),
    ("own_looks", "get"): (302, 404, 200, 404, 200, 200, 404, 200),
    ("own_looks", "post"): (302, 404, 405, 404, 405, 405, 404, 405),
    ("change_list", "get"): (302, 404, 200, 404, 404, 404, 404, 404),
    ("change_list", "post"): (302, 404, 405, 404, 404, 404, 404, 405),
    ("weekly_mail", "get"): (302, 404, 405, 404, 404, 404, 404, 405),
    ("weekly_mail", "post"): (302, 404, 302, 404, 404, 404, 404, 404),
    ("request_list", "get"): (302, 404, 200, 404, 404, 404, 404, 404),
    ("request_list", "post"): (302, 404, 405, 404, 404, 404, 404, 405),
    ("request_export", "get"): (302, 404, 405, 404, 404, 404, 404, 405),
    ("request_export", "post"): (302, 404, 400, 404, 404, 404, 404, 404),
    ("request_import", "get"): (302, 404, 200, 404, 404, 404, 404, 404),
    ("request_import", "post"): (302, 404, 422, 404, 404, 404, 404, 404),
    ("request_note", "get"): (302, 404, 200, 404, 404, 404, 404, 404),
    ("request_note", "post"): (302, 404, 302, 404, 404, 404, 404, 404),
    ("request_correct", "get"): (302, 404, 200, 404, 404, 404, 404, 404),
    ("request_correct", "post"): (302, 404, 302, 404, 404, 404, 404, 404),
    ("request_close", "get"): (302, 404, 200, 404, 404, 404, 404, 404),
    ("request_close", "post"): (302, 404, 302, 404, 404, 404, 404, 404),
    ("question_ask", "get"): (302, 404, 200, 404, 404, 404, 404, 404),
    # The file in these tests has no item that a question can be about.
    ("question_ask", "post"): (302, 404, 422, 404, 404, 404, 404, 404),
    ("question_list", "get"): (302, 404, 200, 404, 404, 404, 404, 404),
    ("question_list", "post"): (302, 404, 405, 404, 404, 404, 404, 405),
    # A question to another number.
    ("question_answer", "get"): (302, 404, 404, 404, 404, 404, 404, 404),
    ("question_answer", "post"): (302, 404, 404, 404, 404, 404, 404, 404),
    # The form is sent empty.
    ("inscription_extend", "get"): (302, 404, 200, 404, 200, 404, 404, 404),
    ("inscription_extend", "post"): (302, 404, 422, 404, 422, 404, 404, 404),
    ("inscription_end", "get"): (302, 404, 200, 404, 200, 404, 404, 404),
    ("inscription_end", "post"): (302, 404, 422, 404, 422, 404, 404, 404),
    ("inscription_history", "get"): (302, 404, 200, 404, 200, 404, 404, 404),
    ("inscription_history", "post"): (302, 404, 405, 404, 405, 404, 404, 405),
    ("ended_list", "get"): (302, 404, 200, 404, 200, 404, 404, 404),
    ("ended_list", "post"): (302, 404, 405, 404, 405, 404, 404, 405),
    # Without a choice, and an id that the session does not have: back to the list.
    ("choose", "get"): (302, 404, 405, 404, 405, 404, 404, 405),
    ("choose", "post"): (302, 404, 302, 404, 302, 404, 404, 404),
    ("selection_extend", "get"): (302, 404, 302, 404, 302, 404, 404, 404),
    ("selection_extend", "post"): (302, 404, 302, 404, 302, 404, 404, 404),
    ("selection_end", "get"): (302, 404, 302, 404, 302, 404, 404, 404),
    ("selection_end", "post"): (302, 404, 302, 404, 302, 404, 404, 404),
    ("selection_give", "get"): (302, 404, 302, 404, 404, 404, 404, 404),
    ("selection_give", "post"): (302, 404, 302, 404, 404, 404, 404, 404),
    ("selection_outcome", "get"): (302, 404, 302, 404, 302, 404, 404, 404),
    ("selection_outcome", "post"): (302, 404, 405, 404, 405, 404, 404, 405),
    ("upload_list", "get"): (302, 404, 200, 404, 200, 404, 404, 404),
    # A form sent without a file comes back.
    ("upload_list", "post"): (302, 404, 422, 404, 422, 404, 404, 404),
    # An id that is no list of the institution.
    ("upload", "get"): (302, 404, 404, 404, 404, 404, 404, 404),
    ("upload", "post"): (302, 404, 404, 404, 404, 404, 404, 404),
    ("upload_report", "get"): (302, 404, 404, 404, 404, 404, 404, 404),
    ("upload_report", "post"): (302, 404, 405, 404, 405, 404, 404, 405),
    # Registered today. The second visitor finds it withdrawn, and is told so. It comes last, because it takes the
    # client away.
    ("withdraw_registration", "get"): (302, 404, 405, 404, 405, 404, 404, 405),
    ("withdraw_registration", "post"): (302, 404, 302, 404, 302, 404, 404, 404),
    ("account_login", "get"): (200, 302, 302, 302, 302, 302, 302, 302),
    ("account_login", "post"): (200, 302, 302, 302, 302, 302, 302, 302),
    ("account_logout", "get"): (302, 200, 200, 200, 200, 200, 200, 200),
    ("account_logout", "post"): (302, 302, 302, 302, 302, 302, 302, 302),
    ("account_signup", "get"): (200, 302, 302, 302, 302, 302, 302, 302),
    ("account_signup", "post"): (200, 302, 302, 302, 302, 302, 302, 302),
    ("account_change_password", "get"): (302, 200, 200, 200, 200, 200, 200, 200),
    ("account_change_password", "post"): (302, 200, 200, 200, 200, 200, 200, 200),
    ("account_reset_password", "get"): (200, 200, 200, 200, 200, 200, 200, 200),
    ("account_reset_password", "post"): (200, 200, 200, 200, 200, 200, 200, 200),
    ("account_reset_password_done", "get"): (200, 200, 200, 200, 200, 200, 200, 200),
    ("account_reset_password_done", "post"): (405, 405, 405, 405, 405, 405, 405, 405),
    ("account_reset_password_from_key", "get"): (200, 200, 200, 200, 200, 200, 200, 200),
    ("account_reset_password_from_key", "post"): (200, 200, 200, 200, 200, 200, 200, 200),
    # Without the link in this browser there is no invitation.
    ("invitation", "get"): (404, 404, 404, 404, 404, 404, 404, 404),
    ("invitation", "post"): (404, 404, 404, 404, 404, 404, 404, 404),
    ("invitation_link", "get"): (302, 302, 302, 302, 302, 302, 302, 302),
    ("invitation_link", "post"): (405, 405, 405, 405, 405, 405, 405, 405),
    ("set_language", "get"): (302, 302, 302, 302, 302, 302, 302, 302),
    ("set_language", "post"): (302, 302, 302, 302, 302, 302, 302, 302),
    ("statistics:own", "get"): (302, 404, 200, 404, 200, 200, 404, 200),
    ("statistics:own", "post"): (302, 404, 405, 404, 405, 405, 404, 405),
    ("statistics:own_download", "get"): (302, 404, 200, 404, 200, 200, 404, 200),
    ("statistics:own_download", "post"): (302, 404, 405, 404, 405, 405, 404, 405),
    ("statistics:own_expected", "get"): (302, 404, 200, 404, 200, 200, 404, 200),
    ("statistics:own_expected", "post"): (302, 404, 405, 404, 405, 405, 404, 405),
    ("statistics:own_expected_download", "get"): (302, 404, 200, 404, 200, 200, 404, 200),
    ("statistics:own_expected_download", "post"): (302, 404, 405, 404, 405, 405, 404, 405),
    ("statistics:own_careful", "get"): (302, 404, 404, 404, 200, 200, 404, 404),
    ("statistics:own_careful", "post"): (302, 404, 404, 404, 405, 405, 404, 404),
    # There is no report yet.
    ("statistics:own_careful_download", "get"): (302, 404, 404, 404, 404, 404, 404, 404),
    ("statistics:own_careful_download", "post"): (302, 404, 404, 404, 405, 405, 404, 404),
    ("statistics:own_leadtimes", "get"): (302, 404, 200, 404, 200, 200, 404, 200),
    ("statistics:own_leadtimes", "post"): (302, 404, 405, 404, 405, 405, 404, 405),
    ("statistics:own_leadtimes_download", "get"): (302, 404, 200, 404, 200, 200, 404, 200),
    ("statistics:own_leadtimes_download", "post"): (302, 404, 405, 404, 405, 405, 404, 405),
    ("oversight:desk", "get"): (302, 404, 404, 404, 404, 200, 404, 404),
    ("oversight:desk", "post"): (302, 404, 404, 404, 404, 405, 404, 404),
    ("oversight:export", "get"): (302, 404, 404, 404, 404, 405, 404, 404),
    # Without a format.
    ("oversight:export", "post"): (302, 404, 404, 404, 404, 400, 404, 404),
    ("oversight:person_search", "get"): (302, 404, 404, 404, 404, 200, 404, 404),
    ("oversight:person_search", "post"): (302, 404, 404, 404, 404, 302, 404, 404),
    # An id that the session does not have: the form for a number.
    ("oversight:person", "get"): (302, 404, 404, 404, 404, 200, 404, 404),
    ("oversight:person", "post"): (302, 404, 404, 404, 404, 405, 404, 404),
    ("oversight:shields", "get"): (302, 404, 404, 404, 404, 200, 404, 404),
    ("oversight:shields", "post"): (302, 404, 404, 404, 404, 302, 404, 404),
    ("oversight:lookers", "get"): (302, 404, 404, 404, 404, 200, 404, 404),
    ("oversight:lookers", "post"): (302, 404, 404, 404, 404, 405, 404, 404),
    # An id that the session does not have: back to the list.
    ("oversight:protection", "get"): (302, 404, 404, 404, 404, 302, 404, 404),
    ("oversight:protection", "post"): (302, 404, 404, 404, 404, 302, 404, 404),
    ("oversight:own_files", "get"): (302, 404, 404, 404, 404, 200, 404, 404),
    # Without an answer.
    ("oversight:own_files", "post"): (302, 404, 404, 404, 404, 400, 404, 404),
    # An id that is no row of the log.
    ("oversight:handle_signal", "get"): (302, 404, 404, 404, 404, 405, 404, 404),
    ("oversight:handle_signal", "post"): (302, 404, 404, 404, 404, 404, 404, 404),
    ("oversight:look", "get"): (302, 404, 404, 404, 404, 404, 404, 404),
    ("oversight:look", "post"): (302, 404, 404, 404, 404, 405, 404, 404),
    ("oversight:escapes", "get"): (302, 404, 404, 404, 404, 200, 404, 404),
    ("oversight:escapes", "post"): (302, 404, 404, 404, 404, 405, 404, 404),
    # An id that is no escape.
    ("oversight:escape", "get"): (302, 404, 404, 404, 404, 404, 404, 404),
    ("oversight:escape", "post"): (302, 404, 404, 404, 404, 404, 404, 404),
    # An id that the session does not have: to the form for a number.
    ("oversight:letter_start", "get"): (302, 404, 404, 404, 404, 405, 404, 404),
    ("oversight:letter_start", "post"): (302, 404, 404, 404, 404, 302, 404, 404),
    ("oversight:letter", "get"): (302, 404, 404, 404, 404, 200, 404, 404),
    ("oversight:letter", "post"): (302, 404, 404, 404, 404, 405, 404, 404),
    ("oversight:letter_file", "get"): (302, 404, 404, 404, 404, 405, 404, 404),
    ("oversight:letter_file", "post"): (302, 404, 404, 404, 404, 400, 404, 404),
    ("oversight:withholdings", "get"): (302, 404, 404, 404, 404, 200, 404, 404),
    ("oversight:withholdings", "post"): (302, 404, 404, 404, 404, 302, 404, 404),
    ("oversight:withholding_end", "get"): (302, 404, 404, 404, 404, 405, 404, 404),
    ("oversight:withholding_end", "post"): (302, 404, 404, 404, 404, 302, 404, 404),
    ("mandates", "get"): (302, 404, 404, 404, 404, 200, 404, 404),
    ("mandates", "post"): (302, 404, 404, 404, 404, 405, 404, 404),
    ("team", "get"): (302, 404, 404, 404, 200, 404, 404, 404),
    ("team", "post"): (302, 404, 404, 404, 405, 404, 404, 404),
    ("team_invite", "get"): (302, 404, 404, 404, 302, 404, 404, 404),
    ("team_invite", "post"): (302, 404, 404, 404, 302, 404, 404, 404),
    ("team_invitation", "get"): (302, 404, 404, 404, 405, 404, 404, 404),
    ("team_invitation", "post"): (302, 404, 404, 404, 302, 404, 404, 404),
    ("team_extend", "get"): (302, 404, 404, 404, 302, 404, 404, 404),
    ("team_extend", "post"): (302, 404, 404, 404, 422, 404, 404, 404),
    ("team_confirm", "get"): (302, 404, 404, 404, 302, 404, 404, 404),
    ("team_confirm", "post"): (302, 404, 404, 404, 422, 404, 404, 404),
    ("team_history", "get"): (302, 404, 404, 404, 200, 200, 404, 404),
    ("team_history", "post"): (302, 404, 404, 404, 405, 405, 404, 404),
    ("team_inscriptions", "get"): (302, 404, 404, 404, 200, 404, 404, 404),
    ("team_inscriptions", "post"): (302, 404, 404, 404, 405, 404, 404, 404),
    ("team_access", "get"): (302, 404, 404, 404, 200, 404, 404, 404),
    ("team_access", "post"): (302, 404, 404, 404, 302, 404, 404, 404),
    **{
        (name, method): (status,) * 8
        for name in (
            *("help", "help_case_worker", "help_local_administrator", "help_privacy_officer", "help_agency"),
            *("privacy", "accessibility", "news"),
        )
        for method, status in (("get", 200), ("post", 405))
    },
    # The agency publishes nothing yet.
    **{
        (f"published:{name}", method): (status,) * 8
        for name in ("page", "csv", "json", "dcat", "month", "month_csv", "month_json")
        for method, status in (("get", 404), ("post", 405))
    },
    ("livez", "get"): (200, 200, 200, 200, 200, 200, 200, 200),
    # The form sent empty.
    ("own_number", "get"): (302, 200, 200, 200, 200, 200, 200, 200),
    ("own_number", "post"): (302, 422, 422, 422, 422, 422, 422, 422),
    ("livez", "post"): (405, 405, 405, 405, 405, 405, 405, 405),
    ("readyz", "get"): (200, 200, 200, 200, 200, 200, 200, 200),
    ("readyz", "post"): (405, 405, 405, 405, 405, 405, 405, 405),
}
METHODS = ("get", "post")
DATA = {
    "client_search": {"q": "abdul"},
    "paste_list": {"numbers": "91610100176"},
    "oversight:person_search": {"insz": "91610100176"},
    "oversight:shields": {"insz": "91610100176"},
    "person_follow": {"action": "follow"},
    "team_invite": {
        "email": "els@partner.example",
        "role": "case_worker",
        "valid_until": today().isoformat(),
        "reason": "proef",
    },
    "team_invitation": {"action": "withdraw"},
    "team_access": {"action": "lift"},
    "request_note": {"third_party": "vdab", "asked_on": "2026-01-05"},
    "request_correct": {"third_party": "school", "asked_on": "2026-01-05", "seen": "0"},
    "request_close": {"answered_on": today().isoformat(), "result": "1"},
    "choose": {"do": "end"},
    "account_signup": {"email": "an@partner.example", "password1": PASSWORD, "password2": PASSWORD},
    "set_language": {"language": "en"},
    "statistics:own_download": {"table": "maanden", "format": "csv"},
    "statistics:own_expected_download": {"format": "csv"},
    "statistics:own_leadtimes_download": {"table": "wegen", "format": "csv"},
}

# The admin is the agency's: whatever the address and method, a visitor is sent to sign in (302) and anybody else is
# refused (403). What the agency's administrator gets, of models with the usual pages and of other addresses:
MODEL_PAGES = (
    "",
    "add/",
    "<path:object_id>/change/",
    "<path:object_id>/delete/",
    "<path:object_id>/history/",
    "<path:object_id>/",
)
ADMIN_MODELS: dict[tuple[str, str], tuple[int, ...]] = {
    ("partners/failedsignins", "get"): (200, 403, 200, 403, 200, 302),
    ("partners/failedsignins", "post"): (200, 403, 403, 403, 200, 302),
    ("partners/institution", "get"): (200, 200, 200, 403, 200, 302),
    ("partners/institution", "post"): (200, 200, 200, 403, 200, 302),
    ("partners/mandate", "get"): (200, 200, 200, 403, 200, 302),
    ("partners/mandate", "post"): (200, 200, 403, 403, 200, 302),
    ("partners/mandateversion", "get"): (200, 302, 200, 403, 200, 302),
    ("partners/mandateversion", "post"): (200, 302, 403, 403, 200, 302),
    ("partners/membership", "get"): (200, 200, 200, 403, 200, 302),
    ("partners/membership", "post"): (200, 302, 403, 403, 200, 302),
    ("partners/numberclearing", "get"): (200, 200, 200, 403, 200, 302),
    ("partners/numberclearing", "post"): (200, 200, 403, 403, 200, 302),
    ("partners/user", "get"): (200, 200, 200, 403, 200, 302),
    ("partners/user", "post"): (200, 200, 200, 403, 200, 302),
    ("persons/setasidemessage", "get"): (200, 403, 200, 403, 200, 302),
    ("persons/setasidemessage", "post"): (200, 403, 403, 403, 200, 302),
    ("persons/shield", "get"): (200, 200, 200, 403, 200, 302),
    ("persons/shield", "post"): (200, 200, 403, 403, 200, 302),
    ("statistics/answer", "get"): (200, 200, 200, 403, 200, 302),
    ("statistics/answer", "post"): (200, 200, 403, 403, 200, 302),
    ("statistics/closingday", "get"): (200, 200, 200, 200, 200, 302),
    ("statistics/closingday", "post"): (200, 200, 200, 200, 200, 302),
    ("statistics/countfile", "get"): (200, 200, 200, 200, 200, 302),
    ("statistics/countfile", "post"): (200, 422, 403, 200, 200, 302),
    ("statistics/deviationnote", "get"): (200, 200, 200, 403, 200, 302),
    ("statistics/deviationnote", "post"): (200, 200, 403, 403, 200, 302),
    ("statistics/expectation", "get"): (200, 200, 200, 403, 200, 302),
    ("statistics/expectation", "post"): (200, 200, 403, 403, 200, 302),
    ("statistics/expectationfile", "get"): (200, 200, 200, 200, 200, 302),
    ("statistics/expectationfile", "post"): (200, 422, 403, 200, 200, 302),
    ("statistics/importedcount", "get"): (200, 403, 200, 403, 200, 302),
    ("statistics/importedcount", "post"): (200, 403, 403, 403, 200, 302),
    ("statistics/publishingswitch", "get"): (200, 200, 200, 403, 200, 302),
    # Publishing what is not public: the form sent empty is a mistake.
    ("statistics/publishingswitch", "post"): (200, 200, 403, 403, 200, 302),
}
ADMIN_OTHERS: dict[str, tuple[int, int]] = {  # get, post
    "": (200, 200),
    "<app_label>/": (200, 200),
    "<url>": (404, 404),
    "autocomplete/": (200, 405),
    "jsi18n/": (200, 405),
    "login/": (302, 302),
    "logout/": (302, 302),
    "partners/user/<path:object_id>/herstellink/": (405, 302),
    # A draft that the session does not have: back to the list.
    "partners/membership/add/<uuid:draft_id>/<str:step>/": (302, 302),
    "partners/membership/<path:object_id>/beeindigen/": (200, 200),
    "partners/membership/<path:object_id>/bevestigen/": (405, 302),
    "partners/membership/<path:object_id>/verlengen/": (200, 200),
    "partners/mandateversion/<path:object_id>/beeindigen/": (200, 200),
    "partners/mandateversion/<path:object_id>/bevestigen/": (405, 302),
    "partners/mandateversion/<path:object_id>/intrekken/": (200, 200),
    "statistics/answer/<path:object_id>/odt/": (200, 200),
    "statistics/carefulreport/": (200, 200),
    # There is no report yet.
    "statistics/carefulreport/bestand/": (404, 404),
    "statistics/carefulreport/<int:institution>/": (200, 200),
    "statistics/carefulreport/<int:institution>/bestand/": (404, 404),
    "statistics/countfile/<path:object_id>/invoeren/": (405, 302),
    "statistics/adoptionmail/": (200, 200),
    "statistics/adoptionmail/bestand/": (200, 404),
    # No institution is posted.
    "statistics/adoptionmail/mail/": (405, 302),
    "statistics/expectation/cijfers/": (200, 200),
    "statistics/expectation/cijfers/bestand/": (200, 404),
    "statistics/expectation/cijfers/<int:institution>/": (200, 200),
    "statistics/expectation/cijfers/<int:institution>/bestand/": (200, 404),
    "statistics/expectationfile/<path:object_id>/invoeren/": (405, 302),
    "statistics/monthlycount/": (200, 200),
    "statistics/monthlycount/bestand/": (200, 404),
    "toestand/": (200, 200),
    "zoeken/": (200, 302),
    "statistics/wait/": (200, 200),
    "statistics/wait/bestand/": (200, 404),
}
ADMIN_DATA = {
    "statistics/expectation/cijfers/bestand/": {"format": "csv"},
    "statistics/expectation/cijfers/<int:institution>/bestand/": {"format": "csv"},
    "autocomplete/": {"app_label": "partners", "model_name": "mandate", "field_name": "institution"},
    "statistics/adoptionmail/bestand/": {"table": "instellingen", "format": "csv"},
    "statistics/monthlycount/bestand/": {"table": "maanden", "format": "csv"},
    "statistics/wait/bestand/": {"table": "wegen", "format": "csv"},
}


def routes() -> dict[str, str]:
    """Name and whole pattern of every route outside the admin."""
    patterns: dict[str, str] = {}

    def walk(entries, prefix: str = "", before: str = "") -> None:
        for entry in entries:
            route = before + str(entry.pattern)
            if not hasattr(entry, "url_patterns"):
                patterns[f"{prefix}{entry.name}"] = route
            elif entry.namespace != "admin":
                walk(entry.url_patterns, prefix + (f"{entry.namespace}:" if entry.namespace else ""), route)

    walk(get_resolver().url_patterns)
    return patterns


def admin_routes() -> set[str]:
    """Every address of the admin below its root, with the names of what varies in it."""
    [admin] = [p for p in get_resolver().url_patterns if getattr(p, "namespace", "") == "admin"]
    found = set()

    def walk(patterns, before: str = "") -> None:
        for pattern in patterns:
            text = before + re.sub(r"\(\?P(<\w+>).*?\)", r"\1", str(pattern.pattern)).strip("^$")
            if hasattr(pattern, "url_patterns"):
                walk(pattern.url_patterns, text)
            else:
                found.add(text)

    walk(admin.url_patterns)
    return found


def admin_statuses(method: str) -> dict[str, int]:
    """What the table says the agency gets of each address of the admin."""
    column = METHODS.index(method)
    return {route: statuses[column] for route, statuses in ADMIN_OTHERS.items()} | {
        f"{model}/{page}": status
        for (model, which), statuses in ADMIN_MODELS.items()
        if which == method
        for page, status in zip(MODEL_PAGES, statuses, strict=True)
    }


@pytest.fixture
def admin_path(as_owner, granted, case_worker):
    """`admin_path(route)`: an address of that route, of an object that is there."""
    shielded = shield(insz())
    with as_owner():
        account, now = case_worker.user, timezone.now()
        objects = {
            "partners/failedsignins": FailedSignIns.objects.create(
                email=account.email,
                kind="all",
                failures=9,
                since=now,
                last_at=now,
                until=now + timedelta(hours=1),
            ),
            "partners/institution": granted.institution,
            "partners/mandate": granted.mandate,
            "partners/mandateversion": granted.mandate.versions.get(),
            "partners/membership": case_worker,
            "partners/numberclearing": NumberClearing.objects.create(
                user=account, reason="proef", asked_by=account
            ),
            "partners/user": account,
            "persons/setasidemessage": SetAsideMessage.objects.create(
                file="proef.xml", line=1, reason="not_xml", first_at=timezone.now(), last_at=timezone.now()
            ),
            "persons/shield": shielded,
            "statistics/answer": Answer.objects.create(
                title="proef",
                first_month="2015-01-01",
                last_month="2015-11-01",
                content=[],
                given_by=account,
            ),
            "statistics/countfile": CountFile.objects.create(
                name="proef.csv", source="proef", content=b"", added_by=account
            ),
            "statistics/deviationnote": granted.institution.deviation_notes.create(
                month="2026-01-01", text="proef", added_by=account
            ),
            "statistics/expectation": granted.institution.expectations.create(
                first_month="2026-01-01", number=1, source="proef", added_by=account
            ),
            "statistics/expectationfile": ExpectationFile.objects.create(
                name="proef.csv", source="proef", content=b"", added_by=account
            ),
            "statistics/publishingswitch": PublishingSwitch.objects.create(is_on=False, by=account),
            "statistics/closingday": ClosingDay.objects.create(day="2031-05-05", name="proef"),
            "statistics/importedcount": granted.institution.imported_counts.create(
                month="2015-01-01", measure="exchange", number=1, source="proef"
            ),
        }

    def path(route: str) -> str:
        model = "/".join(route.split("/")[:2])
        values = {"app_label": "partners", "url": "nergens", "step": "rol", "draft_id": uuid.uuid4()}
        values["institution"] = granted.institution.pk
        values["object_id"] = objects.get(model, granted.institution).pk
        values["institution"] = granted.institution.pk
        return reverse("admin:index") + re.sub(r"<(?:\w+:)?(\w+)>", lambda name: str(values[name[1]]), route)

    return path


def test_every_route_and_method_is_in_the_table():
    assert set(ACCESS) == {(name, method) for name in routes() for method in METHODS}
    assert {len(statuses) for statuses in ACCESS.values()} == {len(VISITORS)}


@pytest.mark.parametrize("method", METHODS)
def test_every_address_of_the_admin_is_in_the_table(method):
    assert set(admin_statuses(method)) == admin_routes()


def test_no_post_to_an_institution_shows_a_page():
    """A page shown by a POST has no address to go back to. So a POST redirects, or gives an error (4xx)."""
    for (name, method), statuses in ACCESS.items():
        if method == "post" and routes()[name].startswith("<slug:slug>/"):
            assert 200 not in statuses, name


def test_no_get_at_an_institution_writes_anything_but_the_log(request, granted):
    """A link must change nothing for the user who follows it."""
    browser = browser_of(request, "case_worker")
    search = browser.post(reverse("client_search", args=[granted.institution.slug]), {"q": "abdul"})
    pages = {
        name: path_of(name, granted) for name, route in routes().items() if route.startswith("<slug:slug>/")
    }
    pages["search_results"] = search["Location"]
    browsers = {"case_worker": browser} | {
        who: browser_of(request, who) for who in ("privacy_officer", "local_administrator")
    }
    pasted = browser.post(reverse("paste_list", args=[granted.institution.slug]), {"numbers": granted.insz})
    pages["pasted_list"] = pasted["Location"]
    for name, path in pages.items():
        statuses = dict(zip(VISITORS, ACCESS[name, "get"], strict=True))
        for visitor in [browsers[who] for who in browsers if statuses[who] == 200][:1]:
            with CaptureQueriesContext(connection) as captured:
                query = {"show": "own", "part": "NT2", "standing": "kept", "sort": "end"} | DATA.get(name, {})
                assert visitor.get(path, query).status_code == 200, name
            written = [
                query["sql"]
                for query in captured
                if re.match("INSERT|UPDATE|DELETE|MERGE|SELECT partners_remember", query["sql"])
            ]
            assert all(sql.startswith('INSERT INTO "consultations_consultation"') for sql in written), name


@pytest.fixture
def agency_case_worker(ocmw, agency_administrator):
    """An administrator of the agency who has a membership as well; staff open no files."""
    return member(ocmw, user_=agency_administrator)


@pytest.fixture
def granted(ocmw):
    return inscribe(ocmw, person())


def browser_of(request, who: str) -> Client:
    """A browser in which this visitor is signed in; the visitor called "visitor" is not."""
    client = Client()
    if who != "visitor":
        member = request.getfixturevalue(who)
        client.force_login(
            getattr(member, "user", member), backend="allauth.account.auth_backends.AuthenticationBackend"
        )
    return client


def visit(request, who: str, method: str, path: str, data: dict | None = None):
    return getattr(browser_of(request, who), method)(path, data or {})


def path_of(name: str, granted) -> str:
    """The address of a route, for the inscription `granted`."""
    values = {
        "slug": granted.institution.slug,
        "public_id": granted.public_id,
        "look": uuid.UUID(int=0),
        "letter_id": uuid.UUID(int=0),
        "look_id": uuid.UUID(int=0),
        "part": "talen",
        "month": "2026-01",
        "search_id": uuid.UUID(int=0),
        "withholding_id": uuid.UUID(int=0),
        "question_id": uuid.UUID(int=0),
        "reminder_id": uuid.UUID(int=0),
        "reference": "S-00000000",
        "escape_id": uuid.UUID(int=0),
        "request_id": detour(granted).public_id,
        "selection_id": uuid.UUID(int=0),
        "list_id": uuid.UUID(int=0),
        "uidb36": "1",
        "key": "geen-link",
        "token": "geen-link",
        "access_id": lambda: member(granted.institution).public_id,
        "invitation_id": lambda: invitation(granted.institution).public_id,
    }
    kwargs = {
        key: value() if callable(value) else value
        for key, value in values.items()
        if f":{key}>" in routes()[name]
    }
    return reverse(name, kwargs=kwargs)


def visit_route(request, who: str, method: str, name: str, granted):
    return visit(request, who, method, path_of(name, granted), DATA.get(name))


@pytest.mark.parametrize(("name", "method"), ACCESS)
def test_access(request, granted, name, method):
    responses = {who: visit_route(request, who, method, name, granted) for who in VISITORS}
    statuses = {who: response.status_code for who, response in responses.items()}
    assert statuses == dict(zip(VISITORS, ACCESS[name, method], strict=True))
    for who, response in responses.items():
        if response.status_code == 404:
            assert "Abdulahi" not in response.content.decode(), who


def admin_responses(request, who: str, method: str, admin_path) -> dict:
    """Route and response of every address of the admin, seen in one browser that signs out at the end."""
    browser = browser_of(request, who)
    return {
        route: getattr(browser, method)(admin_path(route), ADMIN_DATA.get(route) or {})
        for route in sorted(admin_statuses(method), key=lambda route: (route == "logout/", route))
    }


@pytest.mark.slow
@pytest.mark.parametrize("who", VISITORS)
@pytest.mark.parametrize("method", METHODS)
def test_the_admin_is_the_agencys(request, admin_path, method, who):
    expected = admin_statuses(method)
    if not who.startswith("agency_"):
        expected = dict.fromkeys(expected, 302 if who == "visitor" else 403)
    responses = admin_responses(request, who, method, admin_path)
    assert {route: response.status_code for route, response in responses.items()} == expected


def test_a_refused_file_is_logged_and_looks_like_one_that_is_not_there(request, granted):
    other = request.getfixturevalue("other_ocmw").slug
    refused = visit(request, "outsider", "get", reverse("person_file", args=[other, granted.public_id]))
    nowhere = visit(request, "outsider", "get", reverse("person_file", args=[other, uuid.uuid4()]))
    assert refused.status_code == nowhere.status_code == 404
    assert refused.content == nowhere.content
    assert [row["outcome"] for row in log_rows()] == ["refused", "refused"]
    assert [row["kind"] for row in log_rows()] == ["file", "file"]


def text_of(response) -> str:
    """The text of a page, or of what a document contains."""
    if response["Content-Type"] != "application/vnd.oasis.opendocument.text":
        return response.getvalue().decode()
    with zipfile.ZipFile(io.BytesIO(response.content)) as package:
        return package.read("content.xml").decode()


@pytest.mark.slow
def test_the_admin_names_no_client(request, granted, admin_path):
    """Every admin page the agency can open, read for a client's name and number."""
    for route, response in admin_responses(request, "agency_administrator", "get", admin_path).items():
        if response.status_code == 200:
            text = text_of(response)
            assert "Abdulahi" not in text, route
            assert granted.insz not in text, route


def test_the_table_covers_what_is_logged(request, granted):
    """Opening, listing, searching, following and registering leave their rows; pages without a person leave none."""
    limit_looks()
    for name, method in ACCESS:
        visit_route(request, "case_worker", method, name, granted)
    export = reverse("request_export", args=[granted.institution.slug])
    browser_of(request, "case_worker").post(export, {"format": "csv"})
    for name in ("client_search", "paste_list"):
        page = reverse(name, args=[granted.institution.slug])
        browser_of(request, "case_worker").post(page, DATA[name] | {"numbers": granted.insz}, follow=True)
    assert sorted({(row["kind"], row["outcome"]) for row in log_rows()}) == [
        ("access_request", "shown"),
        ("ending", "shown"),
        ("escape_file", "refused"),  # an id that is no escape
        ("export", "shown"),
        ("file", "shown"),
        ("follow", "shown"),
        ("inscription", "empty"),
        ("inscription", "refused"),  # the local administrator's page
        ("inscription", "shown"),
        ("list", "empty"),  # nothing changed
        ("list", "refused"),  # the page of mandates is the privacy officer's
        ("list", "shown"),
        ("log_export", "refused"),  # the desk is the privacy officer's
        ("log_reading", "refused"),
        ("log_reading", "shown"),
        ("pasted_list", "empty"),  # the registration was withdrawn by then
        ("person_report", "refused"),
        ("print", "shown"),
        ("question", "empty"),
        ("question", "refused"),
        ("question", "shown"),
        ("reminder", "empty"),
        ("reminder", "refused"),  # an id that is no reminder
        ("reminder", "shown"),
        ("search", "empty"),
        ("shield", "refused"),
        ("upload", "refused"),  # no list of the institution
        ("withholding", "refused"),
    ]
    assert Consultation.objects.count() == 0  # the web role of a case worker does not read the log
