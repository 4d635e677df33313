"""The chat's MongoDB, where login tokens are written into it. Nothing is written here."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from pymongo.database import Database
from pymongo.errors import OperationFailure, PyMongoError

from rocketchat_auth.conf import conf
from rocketchat_auth.doctor.findings import Finding, Found, Severity, Topic
from rocketchat_auth.doctor.patient import Patient
from rocketchat_auth.login.sources import mongo

# https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
UNAUTHORIZED = 13
AUTHENTICATION_FAILED = 18

_NOBODY_GETS_IN = _("Nobody can sign in to chat: their login tokens can't be written.")
_AN_ADDRESS = _('MONGO_DB = "user:password@host:27017/rocketchat?authSource=admin", as in MONGO_URL of Rocket.Chat')

UNREACHABLE = Finding(
    "D151",
    Severity.PROBLEM,
    _("MongoDB does not answer at the address in MONGO_DB ({error})."),
    _NOBODY_GETS_IN,
    _("Look whether mongod runs and listens to this server (net.bindIp), and mend MONGO_DB or the firewall."),
)
NOT_LET_IN = Finding(
    "D152",
    Severity.PROBLEM,
    _("MongoDB refuses the user and password in MONGO_DB, or the lack of them (code {code})."),
    _NOBODY_GETS_IN,
    _AN_ADDRESS,
)
NO_WORKSPACE = Finding(
    "D153",
    Severity.PROBLEM,
    _("The database {database} is not a Rocket.Chat's: it has neither its settings nor the service account."),
    _NOBODY_GETS_IN,
    _AN_ADDRESS,
)
ANOTHER_WORKSPACE = Finding(
    "D154",
    Severity.PROBLEM,
    _("The database {database} is another Rocket.Chat's: it has no service account with the _id {user_id}."),
    _NOBODY_GETS_IN,
    _AN_ADDRESS,
)
NO_REPLICA_SET = Finding(
    "D155",
    Severity.WARNING,
    _("This MongoDB is no member of a replica set."),
    _("Rocket.Chat learns of ended logins by the oplog. Without it, who signs out of the site may stay in chat."),
    _("Start mongod with --replSet rs0, and run `rs.initiate()` once in mongosh."),
)
READ_ONLY = Finding(
    "D156",
    Severity.PROBLEM,
    _("The user in MONGO_DB may not write to the collection users of {database}."),
    _NOBODY_GETS_IN,
    'mongosh admin --eval \'db.grantRolesToUser("{user}", [{{role: "readWrite", db: "{database}"}}])\'',
)
FINDINGS = (UNREACHABLE, NOT_LET_IN, NO_WORKSPACE, ANOTHER_WORKSPACE, NO_REPLICA_SET, READ_ONLY)


def probe(patient: Patient) -> Iterator[Found]:
    """Look into the database, if the site uses it."""
    if conf.login_source != "mongo":
        return
    database = mongo.database()
    try:
        yield from _of_database(database)
        yield from _of_server(database)
    except OperationFailure as error:
        if error.code not in (UNAUTHORIZED, AUTHENTICATION_FAILED):
            raise
        yield NOT_LET_IN.seen(code=error.code)
    except PyMongoError as error:
        yield UNREACHABLE.seen(error=type(error).__name__)


def _of_database(database: Database[dict[str, Any]]) -> Iterator[Found]:
    if database["users"].find_one({"_id": conf.user_id}, {"_id": 1}) is not None:
        return
    if database["rocketchat_settings"].find_one({}, {"_id": 1}) is None:
        yield NO_WORKSPACE.seen(database=database.name)
    else:
        yield ANOTHER_WORKSPACE.seen(database=database.name, user_id=conf.user_id)


def _of_server(database: Database[dict[str, Any]]) -> Iterator[Found]:
    hello = database.command("hello")
    if "setName" not in hello and hello.get("msg") != "isdbgrid":
        yield NO_REPLICA_SET.seen()
    login = database.command("connectionStatus", showPrivileges=True)["authInfo"]
    users = [user["user"] for user in login["authenticatedUsers"]]
    # Whoever may read without being anybody meets no access control at all.
    if users and not any(_may_write(privilege, database.name) for privilege in login["authenticatedUserPrivileges"]):
        yield READ_ONLY.seen(user=users[0], database=database.name)


def _may_write(privilege: Mapping[str, Any], database: str) -> bool:
    resource = privilege["resource"]
    covers = resource.get("anyResource") or (
        resource.get("db") in ("", database) and resource.get("collection") in ("", "users")
    )
    return bool(covers) and "update" in privilege["actions"]


TOPIC = Topic(
    "mongo",
    _("Rocket.Chat's MongoDB"),
    FINDINGS,
    probe,
    _("It is the workspace's and may be written to, or it is not used."),
    asks=False,
)
