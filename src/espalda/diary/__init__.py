"""The diary: moments, readings and exposures as columns; CSV in and out."""

from espalda.diary.build import days_spanned, make_diary, person_day, select, time_columns
from espalda.diary.known import KnownFactor, known_factors, label
from espalda.diary.model import Diary, Factor
from espalda.diary.problems import DiaryError, Problem
from espalda.diary.reader import ReadResult, parse_diary, read_diary, read_file
from espalda.diary.table import MAX_BYTES
from espalda.diary.writer import dump_diary, write_diary

__all__ = [
    "MAX_BYTES",
    "Diary",
    "DiaryError",
    "Factor",
    "KnownFactor",
    "Problem",
    "ReadResult",
    "days_spanned",
    "dump_diary",
    "known_factors",
    "label",
    "make_diary",
    "parse_diary",
    "person_day",
    "read_diary",
    "read_file",
    "select",
    "time_columns",
    "write_diary",
]
