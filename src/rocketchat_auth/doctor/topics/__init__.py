"""The topics, in the order in which they are examined. Each module has one `TOPIC`."""

from rocketchat_auth.doctor.findings import Topic

ALL: tuple[Topic, ...] = ()
