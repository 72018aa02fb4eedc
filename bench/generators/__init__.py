"""Simulated diaries whose truth is known, written to break the engine rather than to fit it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from bench.generators.carry_over import nof1_lbp, soreness, threshold_dose, uphill_downhill
from bench.generators.causes import drift_under_treatment, global_null, reverse_causation, unmeasured_confounder
from bench.generators.flares import flare_state, spasm_onsets
from bench.generators.ou import OuSettings, ou
from bench.generators.people import Simulated, Truth
from bench.generators.reporting import (
    blank_amounts,
    digit_preference,
    floor_effect,
    misrecalled_exposure,
    missing_not_at_random,
    outliers,
    rows_carried,
    rows_lost,
    sticky,
)

GENERATORS: Final[dict[str, Callable[[np.random.Generator, int], Simulated]]] = {
    one.__name__: one
    for one in (
        ou,
        nof1_lbp,
        soreness,
        threshold_dose,
        flare_state,
        spasm_onsets,
        digit_preference,
        sticky,
        floor_effect,
        outliers,
        reverse_causation,
        unmeasured_confounder,
        uphill_downhill,
        misrecalled_exposure,
        missing_not_at_random,
        rows_carried,
        rows_lost,
        blank_amounts,
        drift_under_treatment,
        global_null,
    )
}

__all__ = ["GENERATORS", "OuSettings", "Simulated", "Truth", "ou"]
