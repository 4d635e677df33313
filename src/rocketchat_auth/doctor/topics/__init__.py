"""The topics, in the order in which they are examined. Each module has one `TOPIC`."""

from rocketchat_auth.doctor.findings import Topic
from rocketchat_auth.doctor.topics import login_page, same_site, site_api, users

ALL: tuple[Topic, ...] = (
    same_site.TOPIC,
    site_api.TOPIC,
    login_page.TOPIC,
    users.TOPIC,
)
