"""The inference engine: numbers in, numbers out. No dates, files, rules or words."""

from espalda.inference.engine import FactorFit, Fit, fit, found
from espalda.inference.forecasting import Forecast, forecast
from espalda.inference.loads import KERNELS, Kernel
from espalda.inference.negative_controls import Guards, guards
from espalda.inference.onset import OnsetFit, OnsetSeries, chance, fit_onsets, joined
from espalda.inference.scores import Backtest, backtest
from espalda.inference.series import Exposures, Readings, Series

__all__ = [
    "KERNELS",
    "Backtest",
    "Exposures",
    "FactorFit",
    "Fit",
    "Forecast",
    "Guards",
    "Kernel",
    "OnsetFit",
    "OnsetSeries",
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
]
