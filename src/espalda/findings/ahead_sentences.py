"""What may come, as sentences in either language."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from espalda.words import Language, listing, mark, number, say, say_n

if TYPE_CHECKING:
    from espalda.findings.ahead import Chance, PainForecast, Part, Spasms
    from espalda.inference import OnsetPast

STRETCHES: Final = {
    24.0: mark("In the next 24 hours: {likely}, about {mean} in {of} ({low} to {high})."),
    168.0: mark("In the next 7 days: {likely}, about {mean} in {of} ({low} to {high})."),
    720.0: mark("In the next 30 days: {likely}, about {mean} in {of} ({low} to {high})."),
}
LIKELY: Final = (
    (0.95, mark("almost certain")),
    (0.55, mark("likely")),
    (0.45, mark("as likely as not")),
    (0.1, mark("possible")),
    (0.0, mark("unlikely")),
)
"""Words for chances of at least so much."""
WEEKDAYS: Final = (
    mark("Monday"),
    mark("Tuesday"),
    mark("Wednesday"),
    mark("Thursday"),
    mark("Friday"),
    mark("Saturday"),
    mark("Sunday"),
)
PART_NAMES: Final = {
    "morning": mark("{day} morning"),
    "midday": mark("{day} midday"),
    "evening": mark("{day} evening"),
    "night": mark("{day} night"),
}


def spasm_sentences(spasms: Spasms, lang: Language) -> list[str]:
    """Return how often spasms come and the chance of the next."""
    said = [_how_often(spasms, lang)]
    if spasms.now:
        said.append(say(lang, "Your back was in a spasm when you last wrote: what follows is for when it has passed."))
    said += [chance_sentence(one, lang) for one in spasms.chances]
    if not spasms.enough:
        said.append(
            say_n(
                lang,
                "This is very uncertain: there has been only {n} separate spasm so far.",
                "This is very uncertain: there have been only {n} separate spasms so far.",
                spasms.episodes,
            )
        )
    return said + [_past(one.past, lang) for one in spasms.chances[:1] if one.past]


def _how_often(spasms: Spasms, lang: Language) -> str:
    days = number(lang, spasms.days_watched, 0)
    if not spasms.onsets:
        return say(lang, "No spasm began in the {days} days your diary covers.", days=days)
    mean, low, high = spasms.per_month
    digits = 0 if mean >= 2 else 1
    return say(
        lang,
        "Spasms: about {mean} a month ({low} to {high}). In the {days} days your diary covers, {count} began.",
        mean=number(lang, mean, digits),
        low=number(lang, low, digits),
        high=number(lang, high, digits),
        days=days,
        count=spasms.onsets,
    )


def chance_sentence(one: Chance, lang: Language) -> str:
    """Return a chance in tens, or in hundreds where it is small or nearly certain; never nought nor all."""
    of = 10 if 0.1 <= one.mean < 0.95 else 100
    mean, low, high = (min(max(round(value * of), 0), of) for value in (one.mean, one.low, one.high))
    word = next(word for least, word in LIKELY if one.mean >= least)
    return say(
        lang, STRETCHES[one.hours], likely=say(lang, word), mean=min(max(mean, 1), of - 1), of=of, low=low, high=high
    )


def _past(past: OnsetPast, lang: Language) -> str:
    """Return how the chance within 24 hours went on the diary so far."""
    return say(
        lang,
        "Tried on {n} days of your own diary, it said {said} in 100 on average, and a spasm came on {happened} in 100.",
        n=past.moments,
        said=round(100 * past.said),
        happened=round(100 * past.happened),
    )


def part_name(part: Part, lang: Language) -> str:
    """Return when a part of the day is: "Monday morning"."""
    day = say(lang, WEEKDAYS[datetime.fromisoformat(part.time).weekday()])
    return say(lang, PART_NAMES[part.part], day=day)


def forecast_sentences(forecast: PainForecast, lang: Language) -> list[str]:
    """Return pain in the next parts of the day, and why it is worth saying."""
    parts = [
        say(
            lang,
            "{when} about {mean} ({low} to {high})",
            when=part_name(part, lang),
            mean=number(lang, part.mean, 0),
            low=part.low,
            high=part.high,
        )
        for part in forecast.parts
    ]
    return [
        say(lang, "Your pain, as far as can be foreseen: {parts}.", parts=listing(lang, parts)),
        say(lang, "Four readings in five should fall within the brackets."),
        say(
            lang,
            "Tried on your own diary, such forecasts did better than your last reading or your average would have.",
        ),
    ]
