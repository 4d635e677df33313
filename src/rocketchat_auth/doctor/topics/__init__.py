"""The topics, in the order in which they are examined. Each module has one `TOPIC`."""

from rocketchat_auth.doctor.findings import Topic
from rocketchat_auth.doctor.topics import (
    background,
    connection,
    iframe_settings,
    mongo,
    service_account,
    settings,
    token_source,
    version,
)

ALL: tuple[Topic, ...] = (
    settings.TOPIC,
    connection.TOPIC,
    version.TOPIC,
    service_account.TOPIC,
    token_source.TOPIC,
    mongo.TOPIC,
    iframe_settings.TOPIC,
    background.TOPIC,
)
