"""The topics, in the order in which they are examined. Each module has one `TOPIC`."""

from rocketchat_auth.doctor.findings import Topic
from rocketchat_auth.doctor.topics import (
    background,
    connection,
    iframe_settings,
    login_page,
    mongo,
    same_site,
    service_account,
    settings,
    signing_out,
    site_api,
    token_source,
    users,
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
    same_site.TOPIC,
    site_api.TOPIC,
    login_page.TOPIC,
    signing_out.TOPIC,
    users.TOPIC,
    background.TOPIC,
)
