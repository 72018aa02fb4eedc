"""The diary: moments, readings and exposures as columns; CSV in and out."""

from espalda.diary.before import Compared, Comparison, compare
from espalda.diary.build import days_spanned, make_diary, person_day, select, time_columns
from espalda.diary.episodes import Episode, Spasm, find_episodes, find_spasms, times_between
from espalda.diary.known import DailyMax, KnownFactor, heading, known_factor, known_factors, label
from espalda.diary.model import WALKED, Diary, Factor, Walks
from espalda.diary.problems import DiaryError, Problem
from espalda.diary.reader import ReadResult, parse_diary, read_diary, read_file
from espalda.diary.sheet import Layout, Sheet, read_sheet
from espalda.diary.table import MAX_BYTES
from espalda.diary.trackers import open_sheet
from espalda.diary.walks import Ground, in_rows, is_walked, keep_apart, walk_amounts, walked_minutes
from espalda.diary.writer import dump_diary, write_diary
from espalda.diary.zipped import open_zip

__all__ = [
    "MAX_BYTES",
    "WALKED",
    "Compared",
    "Comparison",
    "DailyMax",
    "Diary",
    "DiaryError",
    "Episode",
    "Factor",
    "Ground",
    "KnownFactor",
    "Layout",
    "Problem",
    "ReadResult",
    "Sheet",
    "Spasm",
    "Walks",
    "compare",
    "days_spanned",
    "dump_diary",
    "find_episodes",
    "find_spasms",
    "heading",
    "in_rows",
    "is_walked",
    "keep_apart",
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
    "walk_amounts",
    "walked_minutes",
    "write_diary",
]
