"""Which number to trust at a point: autograd against the exact derivative, and what happens beside the point."""

from derivcli.verdict.case import TOLERANCE
from derivcli.verdict.complexly import ComplexJudgement, Found, Plane, judge_complex
from derivcli.verdict.judging import Judgement, judge
from derivcli.verdict.subject import Component, Referee, Subject, subject

__all__ = [
    "TOLERANCE",
    "ComplexJudgement",
    "Component",
    "Found",
    "Judgement",
    "Plane",
    "Referee",
    "Subject",
    "judge",
    "judge_complex",
    "subject",
]
