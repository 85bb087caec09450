"""Regions of the invented population, and the centres that teach there.

Names of centres are invented, as are their numbers: the KBO numbers lie in 0999.xxx.xxx, which was never
given out, with right check digits. The agency and its two city offices carry their published numbers.
"""

from dataclasses import dataclass
from itertools import count


@dataclass(frozen=True)
class Centre:
    """A place of teaching: a centre for adult education (CVO) or for basic education (CBE)."""

    name: str
    basic: bool
    kbo: str
    unit: str  # VOPEntiteitNummer, eight digits
    davinci: str  # institution number in DAVINCI, six digits
    street: str
    house: str
    place: str
    postcode: str
    nis: str


@dataclass(frozen=True)
class Region:
    """A region: its office of the integration agency, its centres, its places for MO lessons."""

    name: str
    share: float
    office_kbo: str
    office_name: str
    postcode: str
    centres: tuple[Centre, ...]
    venues: tuple[str, ...]


def kbo(eight: int) -> str:
    """A KBO number of ten digits from its first eight: the last two are 97 minus those modulo 97."""
    return f"{eight:08d}{97 - eight % 97:02d}"


AGENCY = "0543307391"
ATLAS = "0421722346"
BRUSSELS = "0862910119"

_numbers = count(9990001, 37)
_davinci = count(920011, 13)


def _centre(
    name: str, street: str, house: str, place: str, postcode: str, nis: str, *, number: int | None = None
) -> Centre:
    number = number or next(_numbers)
    return Centre(
        name=name,
        basic=name.startswith("CBE"),
        kbo=kbo(number),
        unit=f"{number * 7 % 10**8:08d}",
        davinci=str(next(_davinci)),
        street=street,
        house=house,
        place=place,
        postcode=postcode,
        nis=nis,
    )


REGIONS: tuple[Region, ...] = (
    Region(
        "Gent",
        20,
        AGENCY,
        "AgII Gent",
        "9000",
        (
            _centre("CVO De Lindeboom", "Kortrijksesteenweg", "402", "Gent", "9000", "44021"),
            _centre("CVO Tussen Leie & Schelde", "Voskenslaan", "216", "Gent", "9000", "44021"),
            _centre("CBE Letterboog Gent", "Dok-Zuid", "18", "Gent", "9000", "44021"),
            # Institutions of the demo, with the numbers that they have there.
            _centre("CVO De Sprong", "Brusselsesteenweg", "145", "Gent", "9050", "44021", number=9990106),
            _centre("CBE De Eerste Letter", "Bevrijdingslaan", "64", "Gent", "9000", "44021", number=9990109),
        ),
        (
            "Gent, Kongostraat 42",
            "Gent, Buurthuis 't Spoor",
            "Ledeberg, De Vlieger",
            "Eeklo, Zuidmoerstraat 136",
        ),
    ),
    Region(
        "Antwerpen",
        26,
        ATLAS,
        "Atlas Antwerpen",
        "2060",
        (
            _centre("CVO Stroomop", "Carnotstraat", "110", "Antwerpen", "2060", "11002"),
            _centre("CVO Het Noorderlicht", "Bredabaan", "561", "Antwerpen", "2170", "11002"),
            _centre(
                "CBE Woordwijzer Antwerpen", "Lange Beeldekensstraat", "264", "Antwerpen", "2060", "11002"
            ),
            _centre("CBE Zuiderklank", "Boomsesteenweg", "330", "Antwerpen", "2610", "11002"),
        ),
        (
            "Antwerpen, Carnotstraat 110",
            "Antwerpen, Borgerhout De Kring",
            "Antwerpen, Deurne-Noord",
            "Boom, Grote Markt 4",
        ),
    ),
    Region(
        "Brussel",
        9,
        BRUSSELS,
        "bon Brussel",
        "1000",
        (
            _centre("CVO Zenneboog", "Materiaalstraat", "67", "Anderlecht", "1070", "21001"),
            _centre("CBE Zinnewijs Brussel", "Vlaamsesteenweg", "98", "Brussel", "1000", "21004"),
        ),
        ("Brussel, Philippe de Champagnestraat 23", "Schaarbeek, Gallaitstraat 86", "Molenbeek, De Kaai"),
    ),
    Region(
        "Leuven",
        7,
        AGENCY,
        "AgII Leuven",
        "3000",
        (
            _centre("CVO Dijlebron", "Diestsevest", "76", "Leuven", "3000", "24062"),
            _centre("CBE Leesboom Leuven", "Kolonel Begaultlaan", "15", "Leuven", "3012", "24062"),
        ),
        ("Leuven, Rijschoolstraat 6", "Tienen, Sint-Jorisplein 20"),
    ),
    Region(
        "Mechelen",
        7,
        AGENCY,
        "AgII Mechelen",
        "2800",
        (
            _centre("CVO Het Maanblusserke", "Zandpoortvest", "60", "Mechelen", "2800", "12025"),
            _centre("CBE Taal & Teken Mechelen", "Oude Baan", "3", "Mechelen", "2800", "12025"),
        ),
        ("Mechelen, Battelsesteenweg 257", "Lier, Kruisbogenhofstraat 24", "Willebroek, 't Blokje"),
    ),
    Region(
        "Limburg",
        9,
        AGENCY,
        "AgII Hasselt",
        "3500",
        (
            _centre("CVO Demerwijs", "Elfde-Liniestraat", "22", "Hasselt", "3500", "71022"),
            _centre("CVO Mijnlicht", "Weg naar As", "199", "Genk", "3600", "71016"),
            _centre("CBE Basiskamer Limburg", "Vaartstraat", "49", "Hasselt", "3500", "71022"),
        ),
        ("Hasselt, Universiteitslaan 1", "Genk, Stalenstraat 1", "Beringen, Koolmijnlaan 203"),
    ),
    Region(
        "Noord-West-Vlaanderen",
        7,
        AGENCY,
        "AgII Brugge",
        "8000",
        (
            _centre("CVO Reienhof", "Rijselstraat", "7", "Brugge", "8200", "31005"),
            _centre("CVO Zandlijn", "Zandvoordestraat", "390", "Oostende", "8400", "35013"),
            _centre("CBE Woordhaven Brugge", "Baron Ruzettelaan", "33", "Brugge", "8310", "31005"),
        ),
        ("Brugge, Abdijbekestraat 8", "Oostende, Vlaanderenstraat 53"),
    ),
    Region(
        "Zuid-West-Vlaanderen",
        6,
        AGENCY,
        "AgII Kortrijk",
        "8500",
        (
            _centre("CVO Groeningeveld", "Scheutistenlaan", "12", "Kortrijk", "8500", "34022"),
            _centre("CBE Leie en Mandel", "Sint-Denijsestraat", "251", "Kortrijk", "8500", "34022"),
        ),
        ("Kortrijk, Burgemeester Pyckestraat 37", "Roeselare, Gasstraat 34"),
    ),
    Region(
        "Dender en Waas",
        9,
        AGENCY,
        "AgII Aalst",
        "9300",
        (
            _centre("CVO Denderlicht", "Welvaartstraat", "70", "Aalst", "9300", "41002"),
            _centre("CVO Waasbrug", "Hospitaalstraat", "10", "Sint-Niklaas", "9100", "46021"),
            _centre("CBE Durme & Dender", "Vaart", "21", "Dendermonde", "9200", "42006"),
        ),
        ("Aalst, Sint-Kamielstraat 85", "Sint-Niklaas, Noordlaan 4", "Lokeren, Torenstraat 1"),
    ),
)

CENTRES: tuple[Centre, ...] = tuple(centre for region in REGIONS for centre in region.centres)
