"""The workspace's settings for chat in a frame of the site: exact origins, never `*`.

With `*`, any page that has the chat in a frame could give it commands, and would be told what happens in it
(client/hooks/iframe/useIframeCommands.ts; the list of origins is split at commas and not trimmed).
"""

from rocketchat_auth.setting_up.workspace_settings import Values

RECEIVES_FROM = "Iframe_Integration_receive_origin"
SENDS_TO = "Iframe_Integration_send_target_origin"
RESTRICTS = "Iframe_Restrict_Access"
NAMES = (RECEIVES_FROM, SENDS_TO, "Iframe_Integration_receive_enable", "Iframe_Integration_send_enable", RESTRICTS)


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
    return settings


def proxy_header(site: str) -> str:
    """What the proxy in front of the chat has to send in place of the restriction, which knows no other origin."""
    return f"Content-Security-Policy: frame-ancestors 'self' {site}"


def _with(origins: str, site: str) -> str:
    others = [origin.strip() for origin in origins.split(",")]
    return ",".join(dict.fromkeys([*(origin for origin in others if origin not in ("", "*")), site]))
