"""What the figures about expectations mean. docs/figures.md repeats these definitions; a test compares the two."""

from django.utils.translation import gettext_lazy as _

EXPECTED = _(
    "Verwacht: hoeveel raadplegingen het agentschap van de instelling verwacht, als aantal per maand of per"
    " ingeschreven cliënt; van de lopende maand alleen het deel van haar dagen tot en met vandaag. Geraadpleegd: de"
    " raadplegingen van dezelfde maanden; maanden zonder verwachting tellen niet mee. Gehaald: geraadpleegd gedeeld"
    " door verwacht, naar beneden afgerond."
)
BOTTLENECK = _(
    "Knelpunt: minder raadplegingen dan het deel van de verwachting dat het agentschap daarbij instelde (50 %, tenzij"
    " anders vermeld). De lopende maand telt daarvoor mee in het jaar, maar is op zich nog geen knelpunt."
)
CLIENTS = _(
    "Cliënten: de verschillende nummers met een inschrijving van de instelling die op minstens één dag van de maand"
    " gold, ook als de KBI nog geen dossier heeft. De lopende maand telt tot vandaag en wordt elke nacht opnieuw"
    " geteld; na de maand verandert het aantal niet meer."
)
