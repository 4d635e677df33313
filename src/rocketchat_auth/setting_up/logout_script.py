"""The script by which the chat's own Logout tells the site, as a part of the setting `Custom_Script_On_Logout`.

Rocket.Chat serves the setting inside a function in `/scripts.js` (app/ui-master/server/scripts.ts), which it calls up
to 6.x after its own Logout, and later whenever a login ends, in every tab. So the part is short, first, since what
follows may lead away, and says nothing but "look whether this login has ended". What is there already stays as it is.
"""

import json
import re

NAME = "Custom_Script_On_Logout"

_BEGIN = "// django-rocketchat-auth: logging out of chat signs out of the site; `manage.py rocketchat setup --undo`"
_END = "// django-rocketchat-auth: end"
_PART = re.compile(rf"{re.escape(_BEGIN)}\n.*?{re.escape(_END)}\n?", re.DOTALL)

# In mode cors the Origin header is always true, and with keepalive the call outlives the page.
_CALL = (
    'fetch({url}, {{method: "POST", mode: "cors", credentials: "include", keepalive: true}}).catch(function () {{}});'
)


def with_part(script: object, url: str) -> str:
    """The script with our part as its beginning, in the place of a former one.

    Args:
        script: what the setting holds.
        url: of the site's `rocketchat/logout`.
    """
    call = _CALL.format(url=json.dumps(url).replace("<", "\\u003c"))
    return f"{_BEGIN}\n{call}\n{_END}\n{without_part(script)}"


def without_part(script: object) -> str:
    """The script without our part."""
    return _PART.sub("", script) if isinstance(script, str) else ""
