"""What is done and when it is felt: a day later, from a threshold on, or with a wash-in and a wash-out."""

from __future__ import annotations

import numpy as np

from bench.generators.people import (
    Life,
    Simulated,
    Truth,
    act,
    amounts,
    choose,
    half_life,
    keep,
    live,
    load,
    missed,
    pain_of,
    size,
    told,
)


def soreness(rng: np.random.Generator, days: int) -> Simulated:
    """Return a diary where two factors hurt a day later, as muscles do after unaccustomed work, and one at once.

    Nothing for 18 to 30 hours, then a peak that fades by half in 8 to 30. Delayed-onset muscle soreness begins
    within 24 hours and peaks at 24 to 72 (Cheung, Hume & Maxwell 2003, Sports Medicine 33:145).
    """
    life = live(rng, days)
    sore = choose(rng, life, 2)
    felt, truth = act(rng, life, choose(rng, life, 1, [j for j in range(len(life.kinds)) if j not in sore]))
    for j in sore:
        fades, delay = half_life(rng, 8, 30), float(rng.uniform(18, 30))
        weight = load(life.t, life.bout[j], life.amount[j], fades, delay)
        per_unit = abs(size(rng)) / float(weight.std())
        felt += per_unit * (weight - weight.mean())
        truth[life.names[j]] = Truth(per_unit, fades, delay)
    pain = pain_of(rng, life.t, felt)
    return Simulated(keep(life, np.where(missed(rng, pain), np.nan, told(pain))), truth)


def threshold_dose(rng: np.random.Generator, days: int) -> Simulated:
    """Return a diary where small doses do nothing and every dose above a threshold does the same.

    The threshold is the median dose; load on the back acts so in U-shaped and stepped dose responses (Heneweer,
    Vanhees & Picavet 2009, Pain 143:21). The truth told is the best straight line through what the doses done add.
    """
    life = live(rng, days)
    felt, truth = np.zeros(len(life.t)), {}
    for j in choose(rng, life):
        fades = half_life(rng)
        done = life.amount[j] > 0
        step = (life.amount[j] >= max(np.median(life.amount[j][done]), 2)).astype(float)
        weight = load(life.t, life.bout[j], step, fades)
        points = size(rng) / float(weight.std())
        felt += points * (weight - weight.mean())
        slope = np.polyfit(life.amount[j], step, 1)[0]
        truth[life.names[j]] = Truth(points * float(slope), fades)
    pain = pain_of(rng, life.t, felt)
    return Simulated(keep(life, np.where(missed(rng, pain), np.nan, told(pain))), truth)


def nof1_lbp(rng: np.random.Generator, days: int) -> Simulated:
    """Return a diary from the graph of a published simulation of N-of-1 trials in chronic low back pain.

    Graph and recursion are those of Gärtner, Schneider, Arnrich & Konigorski 2023 (BMC Medical Research Methodology
    23:191) and their simulator `sinot`: one reading an evening, the baseline a random walk, two treatments in blocks
    whose effect washes in as ``x += (effect - x) / tau`` on a treated day and out as ``x -= x / gamma`` on others,
    and activity that follows the pain of the two days before and eases that of the two days after, ten to one. Sizes
    are brought from their 0-15 scale to 0-10 and drawn around the simulator's example; days are skipped (nine in ten
    kept); nine factors that do nothing stand beside. Wash-in is faster or slower than wash-out: no load that only
    fades fits both. The truth told is one treated day's, from nothing.
    """
    t = 24.0 * np.arange(days) + 21.0 + 0.5 * rng.uniform(-1, 1, days)
    kinds = (3, 3, 1, *(int(kind) for kind in np.arange(9) % 3))
    amount = np.zeros((12, days))
    amount[3:] = [amounts(rng, days, kind) for kind in kinds[3:]]
    block = int(rng.integers(7, 15))
    turn = (np.arange(days) // block + rng.integers(3)) % 3
    amount[0], amount[1] = ((turn == one) & (rng.random(days) < 0.9) for one in (0, 1))
    pain = np.empty(days)
    felt = np.zeros((2, days))
    truth = {"factor_3": Truth(-0.0003, 24 / np.log2(10), 24.0)}
    baseline = 6.0 + np.cumsum(0.1 * rng.standard_normal(days))
    for which, (gamma, tau, most) in enumerate([(4, 7, -1.5), (3, 5, -2.0)]):
        effect = most * rng.uniform(0.6, 1.2)
        x = 0.0
        for i, treated in enumerate(amount[which]):
            x += (effect - x) / tau if treated else -x / gamma
            felt[which, i] = x
        truth[f"factor_{which + 1}"] = Truth(effect / tau, 24 * np.log(0.5) / np.log(1 - 1 / gamma))
    steps = amount[2]
    for i in range(days):
        before = pain[max(i - 2, 0) : i][::-1] - baseline[max(i - 2, 0) : i][::-1]
        steps[i] = max(np.round(6000 + 2000 * rng.standard_normal() - before @ [400, 40][: len(before)]), 0)
        past = steps[max(i - 2, 0) : i][::-1] - 6000
        pain[i] = baseline[i] + felt[:, i].sum() + past @ [-0.0003, -0.00003][: len(past)] + 0.5 * rng.standard_normal()
    life = Life(t, np.broadcast_to(t - 4.0, amount.shape), amount, kinds)
    return Simulated(keep(life, np.where(missed(rng, pain, 0.1), np.nan, told(pain))), truth)


def uphill_downhill(rng: np.random.Generator, days: int) -> Simulated:
    """Return a diary where uphill and downhill come on the same walks, at r = .8, and downhill alone hurts.

    Two more factors act. Columns that go together are what sums of single effects were made for (Wang, Sarkar,
    Carbonetto & Stephens 2020, Journal of the Royal Statistical Society B 82:1273). The pair must not come out as
    opposite effects.
    """
    life = live(rng, days)
    pair = choose(rng, life, 2)
    walk = amounts(rng, len(life.t), 0)
    for j in pair:
        life.amount[j] = np.round(walk * np.exp(0.4 * rng.standard_normal(len(walk))))
        life.bout[j] = life.bout[pair[0]]
    kinds = tuple(0 if j in pair else kind for j, kind in enumerate(life.kinds))
    life = life._replace(kinds=kinds)
    down = pair[0]
    rest = [j for j in range(len(kinds)) if j not in pair]
    felt, truth = act(rng, life, choose(rng, life, 2, rest))
    fades = half_life(rng)
    weight = load(life.t, life.bout[down], life.amount[down], fades)
    per_unit = abs(size(rng)) / float(weight.std())
    felt += per_unit * (weight - weight.mean())
    truth[life.names[down]] = Truth(per_unit, fades)
    pain = pain_of(rng, life.t, felt)
    said = np.where(missed(rng, pain), np.nan, told(pain))
    return Simulated(keep(life, said), truth, alike=tuple(life.names[j] for j in pair))
