"""The diary: moments, readings and exposures as columns; CSV in and out."""

from espalda.diary.before import Compared, Comparison, compare
from espalda.diary.build import days_spanned, make_diary, person_day, select, time_columns
from espalda.diary.episodes import Episode, Spasm, find_episodes, find_spasms, times_between
from espalda.diary.known import DailyMax, KnownFactor, known_factor, known_factors, label
from espalda.diary.model import Diary, Factor
from espalda.diary.problems import DiaryError, Problem
from espalda.diary.reader import ReadResult, parse_diary, read_diary, read_file
from espalda.diary.sheet import Layout, Sheet, read_sheet
from espalda.diary.table import MAX_BYTES
from espalda.diary.trackers import open_sheet
from espalda.diary.writer import dump_diary, write_diary
from espalda.diary.zipped import open_zip

__all__ = [
    "MAX_BYTES",
    "Compared",
    "Comparison",
    "DailyMax",
    "Diary",
    "DiaryError",
    "Episode",
    "Factor",
    "KnownFactor",
    "Layout",
    "Problem",
    "ReadResult",
    "Sheet",
    "Spasm",
    "compare",
    "days_spanned",
    "dump_diary",
    "find_episodes",
    "find_spasms",
    "known_factor",
    "known_factors",
    "label",
    "make_diary",
    "open_sheet",
    "open_zip",
    "parse_diary",
    "person_day",
    "read_diary",
    "read_file",
    "read_sheet",
    "select",
    "time_columns",
    "times_between",
    "write_diary",
]
