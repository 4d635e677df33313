"""System checks: every wrong, missing, misspelt or dangerous setting is found, and how it is mended.

Each module is one topic. It has its `FINDINGS`, with ids that never change their meaning, and a `check` that reads
settings only: no network, no database. `register` is called by `AppConfig.ready`. docs/checks.md lists them all.
"""

from django.core import checks

from rocketchat_auth.checks import (
    address,
    connection,
    cookies,
    cors,
    cross_site,
    emails,
    middleware,
    names,
    pages,
    people,
    service_account,
    sources,
    storage,
    values,
)
from rocketchat_auth.checks.findings import Finding

TAG = "rocketchat"

_TOPICS = (values, service_account, sources, connection, names, pages, storage, emails)
_TOPICS_OF_SECURITY = (address, people, cookies, middleware, cors, cross_site)


def register() -> None:
    """Make `manage.py check` run the checks; again has no effect. `check --tag rocketchat` runs them alone."""
    for topic in _TOPICS:
        checks.register(topic.check, TAG)
    for topic in _TOPICS_OF_SECURITY:
        checks.register(topic.check, TAG, checks.Tags.security)


def all_findings() -> list[Finding]:
    """Everything that the checks can find, sorted by level and number."""
    found = [finding for topic in (*_TOPICS, *_TOPICS_OF_SECURITY) for finding in topic.FINDINGS]
    return sorted(found, key=lambda finding: ("EWI".index(finding.number[0]), finding.number))
