"""The workspace's settings for chat in a frame of the site: exact origins, never `*`.

With `*`, any page that has the chat in a frame could give it commands, and would be told what happens in it
(client/hooks/iframe/useIframeCommands.ts; the list of origins is split at commas and not trimmed).

While the restriction is on, every answer has the other setting as its X-Frame-Options (app/cors/server/cors.ts), which
is `sameorigin` from the start. Neither is public.
"""

from rocketchat_auth.setting_up.workspace_settings import Values

RECEIVES_FROM = "Iframe_Integration_receive_origin"
SENDS_TO = "Iframe_Integration_send_target_origin"
RESTRICTS = "Iframe_Restrict_Access"
FRAME_OPTIONS = "Iframe_X_Frame_Options"
NAMES = (
    RECEIVES_FROM,
    SENDS_TO,
    "Iframe_Integration_receive_enable",
    "Iframe_Integration_send_enable",
    RESTRICTS,
    FRAME_OPTIONS,
)


def wanted(now: Values, *, site: str, chat: str) -> Values:
    """What the settings have to be.

    Args:
        now: the values as they are; other origins that are admitted already stay so.
        site: the site's origin.
        chat: the chat's origin.
    """
    settings: dict[str, object] = {
        RECEIVES_FROM: _with(str(now.get(RECEIVES_FROM, "")), site),
        SENDS_TO: site,
        "Iframe_Integration_receive_enable": True,
        "Iframe_Integration_send_enable": True,
    }
    if site != chat:
        settings[RESTRICTS] = False
    elif now.get(RESTRICTS) is True and "deny" in str(now.get(FRAME_OPTIONS)).lower():
        settings[FRAME_OPTIONS] = "sameorigin"
    return settings


def proxy_header(site: str) -> str:
    """What the proxy in front of the chat has to send in place of the restriction, which knows no other origin."""
    return f"Content-Security-Policy: frame-ancestors 'self' {site}"


def _with(origins: str, site: str) -> str:
    others = [origin.strip() for origin in origins.split(",")]
    return ",".join(dict.fromkeys([*(origin for origin in others if origin not in ("", "*")), site]))
