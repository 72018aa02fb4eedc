"""A number the manual explains is the number the code uses."""

from __future__ import annotations

from pathlib import Path

import pytest

from espalda import series
from espalda.diary import MAX_BYTES
from espalda.diary.model import MAX_FACTORS, YEARS
from espalda.diary.sheet import EVENING
from espalda.diary.zipped import MAX_UNPACKED
from espalda.findings import RELEVANT, draw, sentences, spasm_effect
from espalda.inference import (
    KERNELS,
    censoring,
    engine,
    evidence,
    negative_controls,
    onset,
    outliers,
    refinement,
    selection,
    whitening,
)
from espalda.web import backups

DOCS = Path(__file__).resolve().parents[2] / "docs"
IN_WORDS = {
    2: "two",
    3: "three",
    4: "four",
    5: "five",
    6: "six",
    7: "seven",
    8: "eight",
    10: "ten",
    12: "twelve",
    20: "twenty",
    1000: "thousand",
}
ENGINE, JSON, FILE = "explanation/engine.md", "reference/findings-json.md", "reference/diary-format.md"
PROBABLY, PROBABLE = "explanation/what-probably-means.md", "explanation/lo-que-significa-probable.md"
EXPORT, TRACKERS = "reference/export-format.md", "reference/trackers.md"


def share(value: float) -> str:
    """Return a share as the manual writes it: .08."""
    return f"{value:g}".removeprefix("0")


def either(values: tuple[float, ...], way: str = "or") -> str:
    """Return a list as the manual writes it: 4, 10 or 60."""
    *most, last = [share(value) for value in values]
    return f"{', '.join(most)} {way} {last}"


def ends(values: tuple[float, ...]) -> str:
    """Return the least and the most of some values: 3 to 120."""
    return f"{min(values):g} to {max(values):g}"


AT_ONCE = tuple(kernel.half_life_h for kernel in KERNELS if not kernel.delay_h)
LATER = [kernel for kernel in KERNELS if kernel.delay_h]
SAID = [
    (ENGINE, f"{either(AT_ONCE)} hours at once, or"),
    *((ENGINE, f"in {one.half_life_h:g} hours beginning {one.delay_h:g} hours later") for one in LATER),
    (ENGINE, f"two harmonics of the seven days from {IN_WORDS[whitening.FEWEST_DAYS_FOR_A_WEEK[1] // 7]} weeks"),
    (ENGINE, f"of diary on, three from {IN_WORDS[whitening.FEWEST_DAYS_FOR_A_WEEK[2] // 7]})"),
    (ENGINE, f"no more than likely ({share(negative_controls.PERHAPS)})"),
    (ENGINE, f"further off than {outliers.FAR} standard deviations is taken to be {outliers.FAR} off"),
    (ENGINE, f"not at least {share(draw.SURE_OF_SIGN)} certain"),
    (ENGINE, f"({either(whitening.TAUS_H)} hours)"),
    (ENGINE, f"({either(whitening.NOISE_SHARES)})"),
    (ENGINE, f"each of the {IN_WORDS[len(whitening.noise_grid().tau_h)]} pairs"),
    (ENGINE, f"parameters {selection.PRIOR_A:g} and {selection.PRIOR_B:g}"),
    (ENGINE, f"standard deviation of {either(tuple(variance**0.5 for variance in engine.SLABS))} of"),
    (ENGINE, f"worth {IN_WORDS[int(2 * evidence.PRIOR_SHAPE)]} readings"),
    (ENGINE, f"up to {IN_WORDS[selection.LARGEST]} factors, keeping the {selection.BEAM} best"),
    (ENGINE, f"The {IN_WORDS[selection.HEAVY]} heaviest"),
    (ENGINE, f"at least {IN_WORDS[engine.FEWEST_DOSES]} amounts other than zero"),
    (ENGINE, f"least {IN_WORDS[engine.FEWEST_READINGS]} readings with pain"),
    (ENGINE, f"{IN_WORDS[series.DAYS_BEFORE]} days before the diary began"),
    (ENGINE, f"no later than {series.UP_WITHIN_H:g} hours into the day"),
    (ENGINE, f"at least {IN_WORDS[round(series.USUAL * 5)]} in five of the days"),
    (ENGINE, "parted at 11:00, 15:30 and 20:00" if series.PART_STARTS_H == (11.0, 15.5, 20.0) else "other hours"),
    (ENGINE, f"least {censoring.FEWEST_SHARE * 100:g} % of them sit at one end"),
    (ENGINE, f"no more than {censoring.MOST_SHARE * 100:g} %"),
    (ENGINE, f"act with probability {share(engine.LIKELY)} or more"),
    (ENGINE, f"Guards begin at {negative_controls.SHORTEST_DAYS} days"),
    (ENGINE, "a third and by two thirds" if negative_controls.SHIFTS == (1 / 3, 2 / 3) else "other shifts"),
    (ENGINE, f"not at least {negative_controls.CLEARLY} times as large"),
    (ENGINE, f"changed fewer than {IN_WORDS[draw.FEWEST_CHANGES]} times"),
    (ENGINE, f"below {RELEVANT} points"),
    (ENGINE, f"false discovery rate of {engine.FALSE_DISCOVERY_RATE:.0%}".replace("%", " %")),
    (ENGINE, f"over a lattice of {selection.LATTICE:,} models"),
    (ENGINE, f"probability {share(engine.LIKELY)} or more, {IN_WORDS[refinement.MOST]} at most"),
    (ENGINE, f"over {len(refinement.AT_ONCE_H)} half-lives at once ({ends(refinement.AT_ONCE_H)} hours)"),
    (
        ENGINE,
        f"{len(refinement.DELAYS_H) * len(refinement.DELAYED_H)} delayed kernels ({ends(refinement.DELAYS_H)} hours",
    ),
    (ENGINE, "with a third of the prior weight" if refinement.DELAYED == 1 / 3 else "with another weight"),
    (ENGINE, "a tenth of the effect, as a standard deviation" if engine.MODEL_ERROR == 0.1 else "another share"),
    (ENGINE, f"With {IN_WORDS[onset.FEWEST_EPISODES]} episodes or more"),
    (ENGINE, f"likely to be acted on for it to be said of them ({share(spasm_effect.LIKELY)})"),
    (JSON, f"With {IN_WORDS[onset.FEWEST_EPISODES]} separate spasms or more"),
    (JSON, "Relevant is a quarter more" if sentences.RELEVANT_RATIO == 1.25 else "Relevant is another share more"),
    (PROBABLY, f"it is less than {RELEVANT} points"),
    (PROBABLY, f"With fewer than {IN_WORDS[onset.FEWEST_EPISODES]} spasms it says nothing of the kind"),
    (PROBABLY, f"no more than one in {IN_WORDS[round(1 / engine.FALSE_DISCOVERY_RATE)]} should be wrong"),
    (PROBABLE, f"es menos de {RELEVANT} puntos".replace(".", ",")),
    (PROBABLE, "Con menos de ocho espasmos" if onset.FEWEST_EPISODES == 8 else "Con menos de otro número"),
    (PROBABLE, "más de una de cada veinte" if engine.FALSE_DISCOVERY_RATE == 0.05 else "más de otra parte"),
    (JSON, f"±{RELEVANT} points"),
    (JSON, f"{RELEVANT} / 1.96 points"),
    (JSON, f"probability {share(draw.POSSIBLE)} or more, and its sign is sure to {draw.SURE_OF_SIGN * 100:g} %"),
    (JSON, f"correlate at {share(draw.ALIKE)}"),
    (JSON, f"fewer than a {'fifth' if draw.FEWEST_ZEROS == 0.2 else 'other share'} of the recorded amounts are zero"),
    (JSON, f"changed fewer than {IN_WORDS[draw.FEWEST_CHANGES]} times"),
    (JSON, f"less than {negative_controls.CLEARLY} times as large"),
    (JSON, f"They begin at {negative_controls.SHORTEST_DAYS} days"),
    (FILE, f"up to {MAX_BYTES // 1_000_000} MB"),
    (EXPORT, f"may take {MAX_BYTES // 1_000_000} MB, and {MAX_UNPACKED // 1_000_000} MB unpacked"),
    (EXPORT, f"the last {backups.DAILY} days, {backups.WEEKLY} weeks and {backups.MONTHLY} months"),
    (TRACKERS, f"is put at {EVENING} unless"),
    (FILE, f"no more than {MAX_FACTORS} factors"),
    (FILE, f"years {YEARS[0]} to {YEARS[-1]}"),
    (FILE, f"day starts at {series.DAY_STARTS_H:02.0f}:00"),
]


@pytest.mark.parametrize(("page", "words"), SAID, ids=[words for _, words in SAID])
def test_the_manual_says_what_the_code_does(page: str, words: str) -> None:
    assert words in " ".join((DOCS / page).read_text("utf-8").split())
