"""The inference engine: numbers in, numbers out. No dates, files, rules or words."""

from espalda.inference.engine import NUMPY, FactorFit, Fit, Path, fit, found
from espalda.inference.forecasting import Forecast, forecast
from espalda.inference.loads import KERNELS, Kernel
from espalda.inference.negative_controls import Guards, guards
from espalda.inference.onset import HazardPriors, OnsetFit, OnsetSeries, chance, fit_onsets, joined
from espalda.inference.scores import Backtest, OnsetPast, backtest, onset_pasts, proven_forecast
from espalda.inference.series import Exposures, Readings, Series

__all__ = [
    "KERNELS",
    "NUMPY",
    "Backtest",
    "Exposures",
    "FactorFit",
    "Fit",
    "Forecast",
    "Guards",
    "HazardPriors",
    "Kernel",
    "OnsetFit",
    "OnsetPast",
    "OnsetSeries",
    "Path",
    "Readings",
    "Series",
    "backtest",
    "chance",
    "fit",
    "fit_onsets",
    "forecast",
    "found",
    "guards",
    "joined",
    "onset_pasts",
    "proven_forecast",
]
