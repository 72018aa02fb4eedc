"""The page of the documentation, made from the figures alone."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from bench.engine.results import OURS
from bench.generators import GENERATORS
from espalda.findings import RELEVANT

DOCS: Final = Path(__file__).resolve().parents[2] / "docs" / "explanation"
PAGE: Final = DOCS / "benchmarks.md"
SUMMARY: Final = DOCS / "benchmarks.json"
CONFOUNDED: Final = "unmeasured_confounder"
SPELLS: Final = ("flare_state", "spasm_onsets")
"""The generators whose effects are on spells, not on the level of pain."""
PEERS: Final = {
    "Pearson": "same-day correlation of daily means, declared at p < .05, as most trackers do",
    "OLS-HAC": "least squares on loads with a half-life of a day and the part of the day, Newey-West errors over a "
    "week, Benjamini-Hochberg at 5 %",
    "LassoCV": "the same columns, scikit-learn's LassoCV over five stretches, declared where the weight is not 0",
    "SARIMAX": "the same columns, AR(1) and measurement error (statsmodels), Benjamini-Hochberg at 5 %",
    "NUTS horseshoe": "the same columns, exponential covariance, horseshoe prior (NumPyro), declared where the 95 % "
    "interval leaves out 0",
}
EVERYWHERE: Final = (OURS, "Pearson", "OLS-HAC", "LassoCV", "SARIMAX")
"""The methods quick enough for every generator."""
WHY: Final = {
    "ou": "Everything it does the model holds, but for pain acting back on what is done.",
    "nof1_lbp": "One reading a day, treatments that stay on for one or two weeks, and an effect that builds up at one "
    "speed and fades at another: no kernel has that shape, and sizes are off.",
    "soreness": "The delay lies anywhere from 18 to 30 hours and the kernels' lies at 24: what falls between them is "
    "told too small.",
    "threshold_dose": "A dose acts or does not, and a straight line goes through both.",
    "flare_state": "Flares are few, and what a factor does to the level of pain is mostly below 0.3 points a habitual "
    "amount, which is never declared, however sure.",
    "spasm_onsets": "Pain hardly moves; the spasm grades alone tell.",
    "digit_preference": "Readings jump between favourite digits, which adds noise of their own.",
    "sticky": "What is told lags behind what is felt and jumps when it moves: effects come late and too small.",
    "floor_effect": "Four readings in ten are 0: what eases cannot be seen there.",
    "outliers": "One reading in twenty-five says nothing at all, and pulls like any other.",
    "reverse_causation": "Pain steers two factors in three. Conditioning on the state takes away most of what goes "
    "with it and not all: what is left grows clearer with every month. The future guard holds back most of that. What "
    "passes it are 0-10 scales, which pain moves from day to day, said to ease.",
    CONFOUNDED: "What drives factor and pain alike was never recorded. No diary alone can tell, only an experiment.",
    "uphill_downhill": "Two factors on the same walks share what is found.",
    "misrecalled_exposure": "Amounts told wrong dilute every effect (regression dilution): findings become rare and "
    "sizes too small, beyond what an interval knows of.",
    "missing_not_at_random": "The worst times are the ones not written.",
    "rows_carried": "Amounts are told for longer stretches of time, and those of evenings not at all.",
    "rows_lost": "What was done before a row left out acts and is never told.",
    "blank_amounts": "Three amounts in ten are put at their average, where they move nothing.",
    "drift_under_treatment": "Pain falls by itself just as habits change: trend and habits look alike.",
    "global_null": "Nothing acts: whatever is found is false.",
}
Figures = dict[str, Any]


def page(made: Figures) -> str:
    """Return the page."""
    ours = [one for one in made["cells"] if one["method"] == OURS and one["generator"] in GENERATORS]
    parts = [
        _opening(ours),
        _targets(made),
        _by_generator(ours),
        _worst(ours),
        _by_days(ours),
        _beside_peers(made),
        _real(made),
        _calibration(made),
        _exact(made),
        _again(made),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _number(value: float | None, digits: int = 2) -> str:
    """Return a share as ``.05``, or a dash where there was nothing to judge."""
    if value is None:
        return "–"
    text = f"{value:.{digits}f}"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def _list(lines: Iterable[str]) -> str:
    return "\n".join(
        textwrap.fill(f"- {line}", 118, subsequent_indent="  ", break_on_hyphens=False, break_long_words=False)
        for line in lines
    )


def _find(cells: list[Figures], generator: str, days: int, method: str = OURS) -> Figures | None:
    return next(
        (one for one in cells if (one["generator"], one["days"], one["method"]) == (generator, days, method)), None
    )


def _of(cell: Figures | None, name: str) -> float | None:
    return None if cell is None else cell[name]


def _figure(cell: Figures | None, name: str) -> float | None:
    """Return a figure; where nothing acts every finding is false and their share says nothing."""
    nowhere = cell is not None and cell["power"] is None and name == "fdr"
    return None if nowhere else _of(cell, name)


def _opening(ours: list[Figures]) -> str:
    diaries = ours[0]["diaries"]
    error = _number((0.05 * 0.95 / (2.5 * diaries)) ** 0.5)
    return f"""# Benchmarks

Made by `python -m bench.engine --write` from [its figures](benchmarks.json); not edited by hand. How the engine works
is in [How the engine works](engine.md).

Every diary here is simulated, so that the truth is known, or real with a truth put in. The generators are written to
break the engine rather than to fit it; each is a small function with its reference in `bench/generators/`. All have
twelve factors, most have three that act. Ours are {diaries} diaries a generator and length, all from fixed seeds. A
share of .05 of the findings on {diaries} diaries is itself uncertain by about {error}.

- **AUC**: the chance that a factor that acts is ranked above one that does not.
- **FDR**: of all findings (the verdicts *aggravates* and *eases*), the share that is false.
- **power**: of the factors that act, the share found.
- **cover**: of the true findings, the share whose 95 % interval holds the truth.
- **RMSE**: of the effect of a habitual amount, in points of pain, over all factors, the estimate weighed by the
  probability that there is an effect.
- **false in**: the share of diaries with at least one false finding."""


def _targets(made: Figures) -> str:
    cells = made["cells"]
    ours = [one for one in cells if one["method"] == OURS and one["generator"] in GENERATORS]
    rows: list[list[str]] = []

    def add(what: str, reached: list[float | None], wanted: list[float], least: bool) -> None:
        if any(one is None for one in reached):
            return
        met = all(
            (one >= goal) if least else (one <= goal)
            for one, goal in zip(reached, wanted, strict=True)
            if one is not None
        )
        digits = 3 if min(wanted) < 0.05 else 2
        sign = "≥" if least else "≤"
        goals = " / ".join(_number(one, digits) for one in wanted)
        got = " / ".join(_number(one, max(digits, 3)) for one in reached)
        rows.append([what, f"{sign} {goals}", got, "yes" if met else "no"])

    def ou(name: str, *days: int) -> list[float | None]:
        return [_of(_find(cells, "ou", one), name) for one in days]

    open_ = [one for one in ours if one["generator"] != CONFOUNDED and one["fdr"] is not None and one["days"] >= 60]
    judged = [one for one in open_ if one["generator"] not in {"global_null", *SPELLS}]
    add("AUC, first generator, 30 / 90 / 180 days", ou("auc", 30, 90, 180), [0.91, 0.98, 0.99], True)
    add("power, first generator, 90 / 180 days", ou("power", 90, 180), [0.82, 0.94], True)
    add("cover of findings, first generator, 90 / 180 / 365 days", ou("cover", 90, 180, 365), [0.9, 0.9, 0.88], True)
    spells = [one for one in open_ if one["generator"] in SPELLS]
    for figure, goal, kind, some in (
        ("FDR", 0.05, "moves pain's level, no confounder unmeasured", judged),
        ("FDR", 0.05, "brings spells, of few findings", spells),
        ("wrong sign", 0.005, "moves pain's level, no confounder unmeasured", judged),
        ("wrong sign", 0.005, "brings spells, of few findings", spells),
    ):
        name = figure.lower().replace(" ", "_")
        told = [one for one in some if one[name] is not None]
        if told:
            worst = max(told, key=lambda one: float(one[name]))
            where = f"`{worst['generator']}`, {worst['days']} days"
            add(f"{figure}, the worst generator of what {kind} ({where})", [worst[name]], [goal], False)
    shifted = [_of(_find(cells, "shifted_pain", days), "false_in") for days in (90, 180)]
    add("real pain, factors far away: stretches with a finding, 90 / 180 days", shifted, [0.01, 0.01], False)
    injected = [_of(_find(cells, "injected", days), "power") for days in (120, 240)]
    add("power, .5 SD put in real pain, 120 / 240 days", injected, [0.52, 0.72], True)
    relevant = [_of(_find(cells, "injected", days), "power_relevant") for days in (120, 240)]
    add("the same, where at least .3 points of it reached the diary", relevant, [0.52, 0.72], True)
    exact = made["enumeration"]
    sizes = " / ".join(str(one["factors"]) for one in exact)
    what = f"inclusion probability beside enumeration of {sizes} factors, largest error"
    add(what, [one["error"] for one in exact], [0.01] * len(exact), False)
    if made["nuts"]:
        add("posterior mean beside NUTS under the same priors, RMS", [made["nuts"]["rms"]], [0.03], False)
    return "## Targets\n\n" + _table(["figure", "target", "reached", "met"], rows)


def _first_line(generator: str) -> str:
    text = " ".join((inspect.getdoc(GENERATORS[generator]) or "").split("\n\n")[0].split())
    return text.removeprefix("Return ").rstrip(".")


def _by_generator(ours: list[Figures]) -> str:
    rows = []
    for name in GENERATORS:
        at = [_find(ours, name, days) for days in (90, 180)]
        pairs = [
            " / ".join(_number(_figure(one, figure)) for one in at)
            for figure in ("auc", "fdr", "power", "cover", "rmse", "false_in")
        ]
        rows.append([f"`{name}`", *pairs])
    about = _list(f"`{name}`: {_first_line(name)}." for name in GENERATORS)
    head = ["generator", "AUC", "FDR", "power", "cover", "RMSE", "false in"]
    return f"""## By generator, 90 / 180 days

{_table(head, rows)}

{about}"""


def _worst(ours: list[Figures]) -> str:
    judged = [one for one in ours if one["generator"] not in {CONFOUNDED, "global_null", *SPELLS} and one["days"] >= 90]
    false = max((one for one in judged if one["fdr"] is not None), key=lambda one: float(one["fdr"]))
    missed = min((one for one in ours if one["power"] is not None and one["days"] == 180), key=lambda one: one["power"])
    level = min((one for one in judged if one["days"] == 180), key=lambda one: float(one["power"]))
    off = min((one for one in judged if one["cover"] is not None and one["days"] <= 180), key=lambda one: one["cover"])
    confounded = [one for one in ours if one["generator"] == CONFOUNDED and one["days"] == 180]
    unearned = max(ours, key=lambda one: float(one["unearned"] or 0))
    walks = [one for one in ours if one["generator"] == "uphill_downhill"]
    lines = [
        f"**Most false findings**: `{false['generator']}`, FDR {_number(false['fdr'])} at {false['days']} days. "
        f"{WHY[false['generator']]}",
        f"**Most missed**: `{missed['generator']}`, power {_number(missed['power'])} at 180 days. "
        f"{WHY[missed['generator']]}",
    ]
    if level is not missed:
        lines.append(
            f"**Most missed where the level of pain moves**: `{level['generator']}`, power "
            f"{_number(level['power'])} at 180 days. {WHY[level['generator']]}"
        )
    lines.append(
        f"**Intervals furthest off**: `{off['generator']}`, cover {_number(off['cover'])} at {off['days']} days. "
        f"{WHY[off['generator']]}"
    )
    if confounded:
        lines.append(
            f"**Beyond any method**: `{CONFOUNDED}`, FDR {_number(confounded[0]['fdr'])} at 180 days. {WHY[CONFOUNDED]}"
        )
    lines.append(
        f"*No meaningful difference* said of a factor that makes one: at worst {_number(unearned['unearned'], 3)} of "
        f"those verdicts (`{unearned['generator']}`, {unearned['days']} days). An uphill and a downhill of one walk "
        f"with opposite effects: {_number(max(float(one['opposite']) for one in walks), 3)} of the diaries at worst."
    )
    return "## The worst\n\n" + _list(lines)


def _by_days(ours: list[Figures]) -> str:
    lengths = sorted({one["days"] for one in ours})
    rows = []
    for name in GENERATORS:
        at = [_find(ours, name, days) for days in lengths]
        rows.append(
            [
                f"`{name}`",
                *(" · ".join(_number(_figure(one, figure)) for figure in ("fdr", "power", "cover")) for one in at),
            ]
        )
    head = ["generator", *(f"{days} days" for days in lengths)]
    return f"""## By length of the diary: FDR · power · cover

{_table(head, rows)}

Thirty days cannot show effects below half a point whatever the method: then the answer is "can't tell yet"."""


def _ratio(theirs: float | None, own: float | None) -> str:
    if theirs is None or own is None or own <= 0:
        return ""
    ratio = theirs / own
    return f" ({ratio:.0f} ×)" if ratio >= 10 else f" ({_number(float(f'{ratio:.2g}'), 2 if ratio < 1 else 1)} ×)"


def _beside_peers(made: Figures) -> str:
    cells = [one for one in made["cells"] if one["generator"] in GENERATORS]
    rows = []
    for one in cells:
        if one["method"] == OURS or one["generator"] != "ou":
            continue
        own = one["ours"]
        rows.append(_peer_row(one, own, str(one["days"])))
    others = []
    for name in GENERATORS:
        row = [f"`{name}`"]
        for method in EVERYWHERE:
            one = _find(cells, name, 90, method)
            row.append(
                "–"
                if one is None
                else " · ".join(_number(_figure(one, figure)) for figure in ("false_in", "fdr", "power"))
            )
        others.append(row)
    sizes = ", ".join(
        f"{method} {one['diaries']}" for method in EVERYWHERE if (one := _find(cells, "soreness", 90, method))
    )
    about = _list(f"**{name}**: {what}." for name, what in PEERS.items())
    head = ["days", "method", "diaries", "AUC", "FDR", "power", "cover", "RMSE", "false in", "time"]
    return f"""## Beside peers, the first generator

Each on the very same diaries, run one after the other on one core. In brackets the ratio to this program's figure on
those diaries; for time the ratio alone.

{_table(head, rows)}

{about}

tensorflow-probability's `sts_gibbs` is left out: its release for JAX does not load beside the JAX that NumPyro needs.

### Peers on every generator, 90 days: false in · FDR · power

Diaries a cell, the same ones from the first on: {sizes}.

{_table(["generator", *EVERYWHERE], others)}"""


def _peer_row(one: Figures, own: Figures, days: str) -> list[str]:
    return [
        days,
        one["method"],
        str(one["diaries"]),
        _number(one["auc"]) + f" ({_number(own['auc'])} ours)",
        *(_number(one[name]) + _ratio(one[name], own[name]) for name in ("fdr", "power")),
        _number(one["cover"]) + (f" ({_number(own['cover'])} ours)" if one["cover"] is not None else ""),
        *(_number(one[name]) + _ratio(one[name], own[name]) for name in ("rmse", "false_in")),
        _ratio(one["seconds"], own["seconds"]).strip(" ()"),
    ]


def _real(made: Figures) -> str:
    names = {
        "shifted_pain": "pain, factors far away",
        "shifted_fatigue": "fatigue, factors far away",
        "injected": "pain, one effect of .5 SD put in",
    }
    rows = []
    for one in made["cells"]:
        if one["generator"] in names:
            told = [_number(one[name], 3) for name in ("false_in", "power", "power_relevant")]
            if one["generator"] != "injected":
                told[1:] = ["–", "–"]
            rows.append([names[one["generator"]], str(one["days"]), one["method"], str(one["diaries"]), *told])
    if not rows:
        return ""
    head = ["stretches of", "days", "method", "stretches", "with a false finding", "power", "power where it matters"]
    return f"""## Real series

Stretches of one person's daily knee and shoulder pain over 1,187 days (github.com: cmougan/knee, MIT) and of another's
momentary pain over 239 days (Kossakowski et al. 2017, Journal of Open Psychology Data 5:1), each beside the factors of
another time: at least 200 days away, or 80 to 160 days in the shorter series. Every finding is false. The first
person's leg and total fatigue are no pain, but as spiky and as often 0. Then, in knee and momentary pain, one factor
more that acts: half a standard deviation of pain per standard deviation of its load. A third of the knee's readings and
two thirds of the momentary ones are 0 and can't be eased, so less of an effect reaches the diary than was put in: the
last column counts only the stretches where a habitual amount still moves pain, as told, by {RELEVANT:g} points or more.

{_table(head, rows)}"""


def _calibration(made: Figures) -> str:
    rows = [
        [f"{one['low']:g}–{one['high']:g}", str(one["factors"]), _number(one["said"], 3), _number(one["came"], 3)]
        for one in made["drawn"]
    ]
    known = [
        [f"{one['low']:g}–{one['high']:g}", str(one["factors"]), _number(one["said"], 3), _number(one["came"], 3)]
        for one in made["reliability"]
    ]
    cover = [
        [
            days,
            str(one["acting"]),
            _number(one["cover"], 3),
            f"{_number(one['below'], 3)} / {_number(one['above'], 3)}",
            f"{one['excess_z']:.1f}",
            f"{one['sign_z']:.1f}",
        ]
        for days, one in made["calibration"].items()
    ]
    head = ["probability", "factors", "said on average", "came true"]
    return f"""## Calibration

Diaries drawn from the engine's own prior, {made["drawn_factors"]} factors each: there the probabilities must come
true and the intervals hold 95 % of the truths, found or not (simulation-based calibration, Talts et al. 2018). The two
z compare how many factors act, and how many effects rise, with the sum of the probabilities: a right engine stays
within ±2.

{_table(head, rows)}

{_table(["days", "factors that act", "cover", "truth below / above", "z, acting", "z, sign"], cover)}

Over all generators above but the unmeasured confounder and the two of spells, whose truths nobody drew from that
prior:

{_table(head, known)}"""


def _exact(made: Figures) -> str:
    lines = [
        f"Every model enumerated, {one['factors']} factors, {one['diaries']} diaries drawn from the prior: inclusion "
        f"probabilities are off by {_number(one['error'], 4)} at most."
        for one in made["enumeration"]
    ]
    if nuts := made["nuts"]:
        lines.append(
            f"NUTS (NumPyro) on dense covariances with the same priors, two factors, {nuts['diaries']} diaries: "
            f"posterior mean effects per SD of load are {_number(nuts['rms'], 4)} points apart (root mean square), "
            f"inclusion probabilities {_number(nuts['probability'], 4)} at most."
        )
    return "## Beside exact answers\n\n" + _list(lines)


def _again(made: Figures) -> str:
    at = [_find(made["cells"], "ou", days) for days in (30, 90, 365)]
    times = ", ".join(f"{1000 * float(one['seconds']):.0f} ms at {one['days']} days" for one in at if one)
    return f"""## Again

    make bench                    # everything; goes on where it was stopped
    make bench ARGS=--quick       # a small version
    make bench ARGS=--write       # everything, and this page
    make bench ARGS="--generators soreness uphill_downhill --days 90 --methods Espalda SARIMAX --diaries 50"

The real series are read from the folder that `ESPALDA_SHARED` names (`../shared` beside the checkout if it names none)
and are left out where they are not.

For orientation only: on one core where this page was made the verdicts on a diary, without the guards, took
{times}."""
