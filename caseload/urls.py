from django.urls import path

from . import changing, colleagues, exporting, pasting, registration, uploadpages, views
from .detours import views as detours
from .questions import views as questions
from .team import inscriptions as team_inscriptions
from .team import views as team

urlpatterns = [
    path("", views.client_list, name="client_list"),
    path("caseload/", colleagues.caseloads, name="caseloads"),
    path("caseload/gekozen/", colleagues.follow_chosen, name="follow_chosen"),
    path("caseload/gezien/", colleagues.seen, name="hand_overs_seen"),
    path("bestand/", exporting.client_export, name="client_export"),
    path("zoeken/", views.client_search, name="client_search"),
    path("zoeken/<uuid:search_id>/", views.search_results, name="search_results"),
    path("zoeken/<uuid:search_id>/inschrijven/", registration.register, name="register_client"),
    path("wacht-op-de-kbi/", registration.waiting_list, name="waiting_list"),
    path("dossier/<uuid:public_id>/vergissing/", registration.withdraw, name="withdraw_registration"),
    path("lijst/", pasting.paste_list, name="paste_list"),
    path("lijst/<uuid:list_id>/", pasting.pasted_list, name="pasted_list"),
    path("lijst/<uuid:list_id>/volgen/", pasting.pasted_list_follow, name="pasted_list_follow"),
    path("lijst/<uuid:list_id>/inschrijven/", pasting.pasted_list_register, name="pasted_list_register"),
    path("dossier/<uuid:public_id>/", views.person_file, name="person_file"),
    path("dossier/<uuid:public_id>/volgen/", views.person_follow, name="person_follow"),
    path("team/", team.team, name="team"),
    path("team/uitnodigen/", team.team_invite, name="team_invite"),
    path("team/uitnodiging/<uuid:invitation_id>/", team.team_invitation, name="team_invitation"),
    path("team/verlengen/", team.team_extend, name="team_extend"),
    path("team/geschiedenis/", team.team_history, name="team_history"),
    path("team/inschrijvingen/", team_inscriptions.team_inscriptions, name="team_inscriptions"),
    path("team/toegang/<uuid:access_id>/", team.team_access, name="team_access"),
    path("dossier/<uuid:public_id>/via-derde/", detours.request_note, name="request_note"),
    path("dossier/<uuid:public_id>/klopt-niet/", questions.question_ask, name="question_ask"),
    path("vragen/", questions.question_list, name="question_list"),
    path("vragen/<uuid:question_id>/", questions.question_answer, name="question_answer"),
    path("via-derden/", detours.request_list, name="request_list"),
    path("via-derden/bestand/", detours.request_export, name="request_export"),
    path("via-derden/<uuid:request_id>/", detours.request_close, name="request_close"),
    path("dossier/<uuid:public_id>/verlengen/", changing.inscription_extend, name="inscription_extend"),
    path("dossier/<uuid:public_id>/beeindigen/", changing.inscription_end, name="inscription_end"),
    path("dossier/<uuid:public_id>/geschiedenis/", changing.inscription_history, name="inscription_history"),
    path("keuze/", changing.choose, name="choose"),
    path("keuze/<uuid:selection_id>/verlengen/", changing.selection_extend, name="selection_extend"),
    path("keuze/<uuid:selection_id>/beeindigen/", changing.selection_end, name="selection_end"),
    path("keuze/<uuid:selection_id>/uitkomst/", changing.selection_outcome, name="selection_outcome"),
    path("beeindigd/", changing.ended_list, name="ended_list"),
    path("lijsten/", uploadpages.upload_list, name="upload_list"),
    path("lijsten/<uuid:public_id>/", uploadpages.upload, name="upload"),
    path("lijsten/<uuid:public_id>/verslag/", uploadpages.upload_report, name="upload_report"),
]
