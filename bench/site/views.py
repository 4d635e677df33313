"""What the package is compared with."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from rocketchat_auth import rest
from rocketchat_auth.conf import conf
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


def _nobody() -> str:
    raise PermissionError("The session that was sent is nobody's.")
