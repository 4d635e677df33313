import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from rocketchat_auth.rest import (
    BlockedUsername,
    CredentialsRefused,
    Federated,
    Inactive,
    InvalidField,
    InvalidParameters,
    LastOwner,
    NotFound,
    PermissionRefused,
    RateLimited,
    Refused,
    SecondFactorRequired,
    Taken,
)
from rocketchat_auth.rest.classify import MESSAGE_LENGTH, classify

RECORDINGS = Path(__file__).resolve().parent.parent / "recordings" / "rocketchat-6.5.3"

# What each recorded refusal of a real 6.5.3 is, with the field or the code that it is about.
EXPECTED: dict[type[Refused], dict[str, str]] = {
    CredentialsRefused: dict.fromkeys(
        ["002", "007", "008", "030", "061", "080", "083", "101", "104", "105", "107", "109", "182"], ""
    )
    | {"003": "Unauthorized"},
    Inactive: dict.fromkeys(["062", "084"], "error-user-is-not-activated"),
    RateLimited: dict.fromkeys(["094", "096", "097", "098", "206", "207", "208"], "error-too-many-requests"),
    SecondFactorRequired: dict.fromkeys(["252", "256", "257", "258", "263"], "totp-required") | {"265": "totp-invalid"},
    Taken: {"011": "username", "012": "username", "013": "email", "066": "email", "070": "username"}
    | {"117": "name", "128": "name"},
    BlockedUsername: {"022": "error-blocked-username"},
    InvalidField: {"014": "email", "019": "username", "020": "username", "023": "password", "067": "email"}
    | dict.fromkeys(["112", "113", "114"], "avatar"),
    InvalidParameters: dict.fromkeys(["015", "016", "017", "018", "021", "038", "039", "077"], "invalid-params")
    | dict.fromkeys(["046", "047"], "error-invalid-query")
    | {"054": "error-user-param-not-provided"},
    PermissionRefused: dict.fromkeys(["055", "241", "242"], "error-not-authorized")
    | dict.fromkeys(["099", "175"], "unauthorized")
    | {"032": "error-action-not-allowed"},
    NotFound: dict.fromkeys(["035", "036", "037", "079", "088"], "")
    | dict.fromkeys(["053", "091", "092", "143", "243"], "error-invalid-user")
    | dict.fromkeys(["119", "123", "130", "134"], "error-room-not-found")
    | dict.fromkeys(["027", "072"], "error-action-not-allowed")
    | {"142": "error-role-not-found", "150": "team-does-not-exist"}
    | {"122": "invalid-user-invite-list", "133": "error-empty-invite-list"},
    Refused: dict.fromkeys(["115", "173", "174"], "")
    | {
        "093": "error-action-not-allowed",
        "137": "error-user-not-in-room",
        "141": "error-user-already-in-role",
        "145": "error-user-not-in-role",
        "146": "error-admin-required",
    },
}
FIELDS = (Taken, InvalidField)


@cache
def recorded_refusals() -> dict[str, dict[str, Any]]:
    recordings = {path.name[:3]: json.loads(path.read_text()) for path in RECORDINGS.glob("[0-9]*.json")}
    return {number: recording for number, recording in recordings.items() if recording["status"] >= 400}


def of(recording: dict[str, Any]) -> Refused:
    endpoint = recording["request"]["path"].partition("?")[0].removeprefix("/api/")
    return classify(recording["status"], recording["body"], endpoint=endpoint)


def test_the_table_has_every_recorded_refusal_once() -> None:
    numbers = [number for numbers in EXPECTED.values() for number in numbers]

    assert sorted(numbers) == sorted(recorded_refusals())


@pytest.mark.parametrize(
    "error,number,what",
    [(error, number, what) for error, numbers in EXPECTED.items() for number, what in numbers.items()],
)
def test_a_recorded_refusal_is_what_it_is(error: type[Refused], number: str, what: str) -> None:
    refusal = of(recorded_refusals()[number])

    assert type(refusal) is error
    assert what == (refusal.field if isinstance(refusal, FIELDS) else refusal.code)


def test_text_and_code_are_told_apart_also_where_they_are_swapped() -> None:
    refusal = of(recorded_refusals()["142"])

    assert (refusal.message, refusal.code, refusal.error_type) == (
        "Role not found",
        "error-role-not-found",
        "Role not found",
    )


def test_a_recorded_second_factor_names_its_method() -> None:
    refusal = of(recorded_refusals()["256"])

    assert isinstance(refusal, SecondFactorRequired)
    assert refusal.methods == ("password",)


def no(error: str, error_type: str = "", **more: Any) -> dict[str, Any]:
    return {"success": False, "error": error, **({"errorType": error_type} if error_type else {}), **more}


# Shapes of other versions, from the sources named in rest/classify.py.
OTHER_VERSIONS: list[tuple[int, dict[str, Any], type[Refused], str]] = [
    # 7.x: users.list without view-d-room; the permission middleware.
    (
        403,
        no("User does not have the permissions required for this action [error-unauthorized]"),
        PermissionRefused,
        "error-unauthorized",
    ),
    # 8.0 on: users.createToken without its secret, with another, and unknown parameters.
    (
        400,
        no("must have required property 'secret' [invalid-params]", "invalid-params"),
        InvalidParameters,
        "invalid-params",
    ),
    (
        400,
        no("must NOT have additional properties [invalid-params]", "error-invalid-params"),
        InvalidParameters,
        "error-invalid-params",
    ),
    (
        400,
        no("Not authorized [error-not-authorized]", "error-not-authorized"),
        PermissionRefused,
        "error-not-authorized",
    ),
    # 8.7 on: users.update of an unknown user, and the second factor where it is asked too often.
    (400, no("User not found [error-user-not-found]", "error-user-not-found"), NotFound, "error-user-not-found"),
    (400, no("Cannot read properties of null (reading 'roles')"), NotFound, ""),
    (400, no("Maximum attempts [totp-max-attempts]", "totp-max-attempts"), SecondFactorRequired, "totp-max-attempts"),
    # 9.0: one shape for what is forbidden, whatever it was called before (#43214).
    (403, no("Not allowed", "error-forbidden"), PermissionRefused, "error-forbidden"),
    (403, no("not-authorized", "error-forbidden"), PermissionRefused, "not-authorized"),
    (403, no("Not allowed [error-not-allowed]", "error-forbidden"), PermissionRefused, "error-not-allowed"),
    (
        403,
        no("The field Roles consist invalid role id [error-action-not-allowed]", "error-forbidden"),
        NotFound,
        "error-action-not-allowed",
    ),
    (403, no("forbidden"), PermissionRefused, "forbidden"),
    # 9.0: a missing permission is a 401 as missing credentials are (#41589), and a login tells no reason.
    (
        401,
        no("User does not have the permissions required for this action [error-unauthorized]"),
        PermissionRefused,
        "error-unauthorized",
    ),
    (401, no("You must be logged in to do this."), CredentialsRefused, ""),
    (401, no("You must be logged in to do this [error-unauthorized]"), CredentialsRefused, "error-unauthorized"),
    (401, no("unauthorized"), CredentialsRefused, "unauthorized"),
    # Logins up to 8.x.
    (
        401,
        {"status": "error", "error": "totp-required", "details": {"method": "totp"}, "message": "TOTP Required"},
        SecondFactorRequired,
        "totp-required",
    ),
    (401, {"status": "error", "error": 403, "message": "User not found"}, CredentialsRefused, ""),
    # An endpoint that the version does not have is no account that is not there.
    (404, {"status": "error", "message": "API endpoint does not exist"}, Refused, ""),
    (404, no("Resource not found"), Refused, ""),
    # A limit without its status, and a status without its words.
    (400, no("Slow down [error-too-many-requests]", "error-too-many-requests"), RateLimited, "error-too-many-requests"),
    (429, {}, RateLimited, ""),
    (403, {}, PermissionRefused, ""),
    # The only owner: users.setActiveStatus and users.delete, rooms, teams.
    (400, no("[user-last-owner]", "user-last-owner"), LastOwner, "user-last-owner"),
    (
        400,
        no("You are the last owner. [error-you-are-last-owner]", "error-you-are-last-owner"),
        LastOwner,
        "error-you-are-last-owner",
    ),
    (400, no("last-owner-can-not-be-removed"), LastOwner, "last-owner-can-not-be-removed"),
    # The last administrator is none of them.
    (
        403,
        no(
            "Leaving the app without an active admin is not allowed [error-action-not-allowed]",
            "error-forbidden",
        ),
        Refused,
        "error-action-not-allowed",
    ),
    # Accounts of another server: setUserActiveStatus.ts, saveUser.ts, deleteUser.ts, and what 6.x said.
    (
        400,
        no("Cannot change federated users status [error-user-is-federated]", "error-user-is-federated"),
        Federated,
        "error-user-is-federated",
    ),
    (
        400,
        no(
            "Not possible to edit a federated user [Edit_Federated_User_Not_Allowed]",
            "Edit_Federated_User_Not_Allowed",
        ),
        Federated,
        "Edit_Federated_User_Not_Allowed",
    ),
    (
        400,
        no(
            "User participated in federation, this user can only be deactivated permanently [error-not-allowed]",
            "error-not-allowed",
        ),
        Federated,
        "error-not-allowed",
    ),
    (
        403,
        no("Deactivated federated users can not be re-activated [error-not-allowed]", "error-forbidden"),
        Federated,
        "error-not-allowed",
    ),
    # teams.addMembers of an unknown user; roles.removeUserFromRole with an unknown role, from 7.0 on.
    (400, no("Cannot read property '_id' of null"), NotFound, ""),
    (400, no("Cannot read properties of null (reading '_id')"), NotFound, ""),
    (400, no("invalid-user"), NotFound, "invalid-user"),
    (
        400,
        no("This role does not exist [error-invalid-roleId]", "error-invalid-roleId"),
        NotFound,
        "error-invalid-roleId",
    ),
    (400, no("Oops", details="no mapping"), Refused, "Oops"),
    (418, {"error": 7, "errorType": None, "message": ["?"]}, Refused, ""),
]


@pytest.mark.parametrize("status,body,error,code", OTHER_VERSIONS)
def test_a_refusal_of_another_version_is_what_it_is(
    status: int, body: dict[str, Any], error: type[Refused], code: str
) -> None:
    refusal = classify(status, body, endpoint="v1/users.update")

    assert type(refusal) is error
    assert (refusal.status, refusal.code) == (status, code)


@pytest.mark.parametrize(
    "body,field",
    [
        (no("ada is already in use :( [error-field-unavailable]", "error-field-unavailable"), "username"),
        (no("a@b.example is already in use :( [error-field-unavailable]", "error-field-unavailable"), "email"),
        (no("No [error-invalid-domain]", "error-invalid-domain"), "email"),
        (
            no("Too short [error-password-policy-not-met-minLength]", "error-password-policy-not-met-minLength"),
            "password",
        ),
        (no("Invalid username [error-invalid-username]", "error-invalid-username"), "username"),
        (no("The field Name is required [error-the-field-is-required]", "error-the-field-is-required"), "name"),
        (no("Name contains invalid characters"), "name"),
        (no("There is one [error-archived-duplicate-name]", "error-archived-duplicate-name"), "name"),
        (no("team-name-already-exists"), "name"),
        (no("room-name-already-exists"), "name"),
        (no("a/b is not a valid room name [error-invalid-room-name]", "error-invalid-room-name"), "name"),
        (no("File type is not accepted [error-invalid-file-type]", "error-invalid-file-type"), "avatar"),
        (no("[error-file-too-large]", "error-file-too-large"), "avatar"),
        (no("Wrong [error-user-registration-custom-field]", "error-user-registration-custom-field"), ""),
        (no("Hm [error-input-is-not-a-valid-field]", "error-input-is-not-a-valid-field", details={"field": 7}), ""),
    ],
)
def test_the_field_is_named_as_far_as_it_is_told(body: dict[str, Any], field: str) -> None:
    refusal = classify(400, body, endpoint="v1/users.create")

    assert isinstance(refusal, FIELDS)
    assert refusal.field == field


def test_a_message_cannot_forge_lines_of_a_log_and_is_bounded() -> None:
    refusal = classify(400, no("first\r\nsecond\x1b[31m " + "x" * 10_000), endpoint="v1/me")

    assert "\n" not in str(refusal)
    assert "\x1b" not in str(refusal)
    assert len(refusal.message) == MESSAGE_LENGTH
    assert refusal.message.endswith("…")
