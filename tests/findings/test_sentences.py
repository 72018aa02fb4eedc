"""Findings and guards in sentences, both languages: known ones, and what holds for all."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from espalda.diary import label
from espalda.findings import (
    VERDICTS,
    Effect,
    FactorFinding,
    Findings,
    amount_words,
    guard_sentences,
)
from espalda.findings.model import SpasmEffect
from espalda.inference import KERNELS, Guards
from espalda.words import LANGUAGES, Language

WORSE = FactorFinding(
    name="walk_downhill",
    unit="min",
    verdict="aggravates",
    probability=0.99,
    effect=Effect(1.22, 0.96, 1.5, 15),
    half_life_h=10,
    delay_h=0,
    group=None,
    more_days=None,
    recorded=True,
)
BETTER = replace(WORSE, name="ibuprofen", unit="mg", verdict="eases", effect=Effect(-1.0, -1.3, -0.75, 400))
PERHAPS = replace(WORSE, name="mi tractor", unit="h", verdict="possibly_aggravates", effect=Effect(0.5, -0.1, 1.0, 1.5))
UNCLEAR = replace(WORSE, verdict="unclear", half_life_h=None, delay_h=None, more_days=21)
PAIR = ("walk_downhill", "walk_uphill")

KNOWN: dict[str, tuple[FactorFinding, str, str]] = {
    "aggravates": (
        WORSE,
        "More pain with walking downhill: about 1.2 points more (1.0 to 1.5) per 15 min, mostly in the next 20 hours.",
        "Más dolor con caminar cuesta abajo: unos 1,2 puntos más (de 1,0 a 1,5) por cada 15 min, sobre todo en las "
        "20 horas siguientes.",
    ),
    "eases": (
        BETTER,
        "Less pain with ibuprofen: about 1.0 points less (0.8 to 1.3) per 400 mg, mostly in the next 20 hours.",
        "Menos dolor con el ibuprofeno: unos 1,0 puntos menos (de 0,8 a 1,3) por cada 400 mg, sobre todo en las "
        "20 horas siguientes.",
    ),
    "an interval across nought begins at nought": (
        PERHAPS,
        "Perhaps more pain with mi tractor: about 0.5 points more (0.0 to 1.0) per 1.5 h, mostly in the next 20 hours.",
        "Quizá más dolor con mi tractor: unos 0,5 puntos más (de 0,0 a 1,0) por cada 1,5 h, sobre todo en las "
        "20 horas siguientes.",
    ),
    "the day after": (
        replace(WORSE, delay_h=24),
        "More pain with walking downhill: about 1.2 points more (1.0 to 1.5) per 15 min, mostly the day after.",
        "Más dolor con caminar cuesta abajo: unos 1,2 puntos más (de 1,0 a 1,5) por cada 15 min, sobre todo al "
        "día siguiente.",
    ),
    "for days": (
        replace(WORSE, half_life_h=60),
        "More pain with walking downhill: about 1.2 points more (1.0 to 1.5) per 15 min, mostly in the next 5 days.",
        "Más dolor con caminar cuesta abajo: unos 1,2 puntos más (de 1,0 a 1,5) por cada 15 min, sobre todo en los "
        "5 días siguientes.",
    ),
    "no difference": (
        replace(WORSE, verdict="no_difference"),
        "No meaningful difference with walking downhill: per 15 min, your pain changes by less than 0.3 points.",
        "Sin diferencia apreciable con caminar cuesta abajo: por cada 15 min, tu dolor cambia menos de 0,3 puntos.",
    ),
    "no difference to pain, spasms open": (
        replace(WORSE, verdict="no_difference", spasms=SpasmEffect(2.1, 0.6, 7.0, 0.4, "unclear")),
        "No meaningful difference with walking downhill: per 15 min, your pain changes by less than 0.3 points. "
        "Whether it has a say in spasms can't be told yet.",
        "Sin diferencia apreciable con caminar cuesta abajo: por cada 15 min, tu dolor cambia menos de 0,3 puntos. "
        "Si influye en los espasmos, todavía no se puede saber.",
    ),
    "no difference to either": (
        replace(WORSE, verdict="no_difference", spasms=SpasmEffect(1.0, 0.9, 1.1, 0.01, "no_difference")),
        "No meaningful difference with walking downhill: per 15 min, your pain changes by less than 0.3 points.",
        "Sin diferencia apreciable con caminar cuesta abajo: por cada 15 min, tu dolor cambia menos de 0,3 puntos.",
    ),
    "unclear for now": (
        UNCLEAR,
        "Can't tell yet about walking downhill: about 21 more days of diary would settle it.",
        "Todavía no se sabe con caminar cuesta abajo: unos 21 días más de diario lo aclararían.",
    ),
    "unclear for good": (
        replace(UNCLEAR, more_days=None),
        "Can't tell about walking downhill: not even another year of diary like this one would settle it.",
        "No se puede saber con caminar cuesta abajo: ni otro año de diario como este lo aclararía.",
    ),
    "hardly recorded": (
        replace(UNCLEAR, more_days=None, recorded=False),
        "Can't tell yet about walking downhill: it is hardly recorded, or always the same.",
        "Todavía no se sabe con caminar cuesta abajo: casi no está anotado, o es siempre igual.",
    ),
    "a group": (
        replace(WORSE, verdict="possibly_aggravates", group=PAIR),
        "More pain with one of these, which always come together in your diary: walking downhill or walking uphill.",
        "Más dolor con uno de estos, que en tu diario van siempre juntos: caminar cuesta abajo o "
        "caminar cuesta arriba.",
    ),
}


@pytest.mark.parametrize("case", KNOWN)
def test_known_sentences(case: str) -> None:
    finding, english, spanish = KNOWN[case]
    assert finding.sentence("en") == english
    assert finding.sentence("es") == spanish


@pytest.mark.parametrize(
    ("half_life_h", "english", "spanish"),
    [
        (4, "in the next 8 hours.", "en las 8 horas siguientes."),
        (18, "in the next 36 hours.", "en las 36 horas siguientes."),
        (24, "in the next 2 days.", "en los 2 días siguientes."),
    ],
)
def test_three_quarters_are_gone_after_two_half_lives(half_life_h: float, english: str, spanish: str) -> None:
    finding = replace(WORSE, half_life_h=half_life_h)
    assert finding.sentence("en").endswith(english)
    assert finding.sentence("es").endswith(spanish)


def every_finding() -> list[FactorFinding]:
    """Return one of every verdict, kernel, unit and kind of group there can be."""
    settled = [
        replace(WORSE, verdict=verdict, half_life_h=kernel.half_life_h, delay_h=kernel.delay_h, unit=unit)
        for verdict in VERDICTS
        for kernel in KERNELS
        for unit in ("", "min", "n", "0-10", "0-1", "{}")
    ]
    groups = [
        replace(WORSE, verdict=verdict, group=(*PAIR, "{x}")) for verdict in ("possibly_aggravates", "possibly_eases")
    ]
    open_ones = [replace(UNCLEAR, more_days=days, recorded=known) for days in (7, None) for known in (True, False)]
    return [*settled, *groups, *open_ones]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_finding_is_a_sentence_of_its_language(lang: Language) -> None:
    for finding in every_finding():
        sentence = finding.sentence(lang)
        own = sentence.replace("{}", "").replace("{x}", "")
        assert not set(own) & set("{}"), sentence
        assert sentence[0].isupper(), sentence
        assert sentence.endswith("."), sentence
        assert "  " not in sentence, sentence
        if lang == "es":
            assert not re.search(r"\d\.\d", sentence), sentence
            assert sentence != finding.sentence("en"), sentence
        else:
            assert not re.search(r"\d,\d", sentence), sentence


def test_a_factor_is_called_by_its_name_in_the_language() -> None:
    for finding in every_finding():
        for name in finding.group or (finding.name,):
            assert label(name, "en") in finding.sentence("en")
            assert label(name, "es") in finding.sentence("es")


@pytest.mark.parametrize(
    ("per", "unit", "english", "spanish"),
    [
        (25, "min", "25 min", "25 min"),
        (1.5, "h", "1.5 h", "1,5 h"),
        (0.25, "km", "0.25 km", "0,25 km"),
        (0.0012, "km", "0.0012 km", "0,0012 km"),
        (12.0, "", "12", "12"),
        (1.0, "n", "time", "vez"),
        (4.0, "n", "4 times", "4 veces"),
        (1.0, "0-1", "time", "vez"),
        (2.0, "0-10", "2 more on the 0-10 scale", "2 más en la escala 0-10"),
        (1.5, "1-5", "1.5 more on the 1-5 scale", "1,5 más en la escala 1-5"),
        (3.0, "km-h", "3 km-h", "3 km-h"),
    ],
)
def test_amounts_as_a_reader_says_them(per: float, unit: str, english: str, spanish: str) -> None:
    assert amount_words(per, unit, "en") == english
    assert amount_words(per, unit, "es") == spanish


def guarded(guards: Guards | None, *reacting: str) -> Findings:
    return Findings(100, 60, None, None, (WORSE,), guards, reacting)


@pytest.mark.parametrize(
    ("findings", "english", "spanish"),
    [
        (
            guarded(None),
            ["The checks on your own diary begin at four weeks."],
            ["Las comprobaciones con tu propio diario empiezan a las cuatro semanas."],
        ),
        (
            guarded(Guards((0, 0), ())),
            ["With your activities moved weeks away from your pain nothing was found, as it should be."],
            ["Al mover tus actividades a semanas de distancia de tu dolor no aparece nada, como debe ser."],
        ),
    ],
    ids=["too short", "nothing found"],
)
def test_known_sentences_of_the_guards(findings: Findings, english: list[str], spanish: list[str]) -> None:
    assert guard_sentences(findings, "en") == english
    assert guard_sentences(findings, "es") == spanish


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_the_guards_found_is_counted_and_named(lang: Language) -> None:
    (one,) = guard_sentences(guarded(Guards((1, 0), ())), lang)
    (two,) = guard_sentences(guarded(Guards((1, 1), ())), lang)
    assert re.findall(r"\d+", one) == ["1"]
    assert re.findall(r"\d+", two) == ["2"]
    assert one.replace("1", "2") != two, "the plural has words of its own"
    _shifted, reacting = guard_sentences(guarded(Guards((0, 0), (0, 1)), *PAIR), lang)
    assert all(label(name, lang) in reacting for name in PAIR)
    assert not set(one + two + reacting) & set("{}")
