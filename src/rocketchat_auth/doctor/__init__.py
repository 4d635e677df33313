"""Diagnosing a set-up: what is wrong, why it matters, and the exact mend.

Each module in `doctor.topics` is one topic: its `FINDINGS`, whose ids never change their meaning, and a `probe` that
looks. `doctor.examination` runs them, so that one that fails stops no other. docs/doctor.md lists them all.
"""

from rocketchat_auth.doctor.examination import Examination, examine
from rocketchat_auth.doctor.findings import Finding, Found, Severity, Topic
from rocketchat_auth.doctor.patient import Patient

__all__ = ["Examination", "Finding", "Found", "Patient", "Severity", "Topic", "examine"]
