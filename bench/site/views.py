"""What the package is compared with."""

import secrets

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from pymongo.write_concern import WriteConcern

from rocketchat_auth import rest
from rocketchat_auth.conf import conf
from rocketchat_auth.login.sources import mongo
from rocketchat_auth.rest import service


@csrf_exempt
def loading(request: HttpRequest) -> HttpResponse:
    """Load the session and its user, and no more."""
    return HttpResponse(request.user.get_username() or _nobody())


@csrf_exempt
def saving(request: HttpRequest) -> HttpResponse:
    """Load the session and its user, and save the session."""
    request.session.modified = True
    return HttpResponse(request.user.get_username() or _nobody())


@csrf_exempt
def bare(request: HttpRequest, rocketchat_id: str) -> HttpResponse:
    """Make the one call that a first sign-in needs, and nothing around it: no session, no user, no database."""
    secret = rest.Secret(conf.token_secret)
    token = rest.users.create_token(service.client(), rocketchat_id, secret=secret, version=service.version())
    return HttpResponse(token.auth_token)


@csrf_exempt
def pushing(request: HttpRequest) -> HttpResponse:
    """Load the session and its user, and push one token into MongoDB, by a linked `_id` that is not looked up."""
    username = request.user.get_username() or _nobody()
    token = {"hashedToken": secrets.token_urlsafe(32)}
    users = mongo.database()["users"].with_options(write_concern=WriteConcern(w=1))
    users.update_one({"_id": f"chat{username}"}, {"$push": {"services.resume.loginTokens": token}})
    return HttpResponse(username)


def _nobody() -> str:
    raise PermissionError("The session that was sent is nobody's.")
