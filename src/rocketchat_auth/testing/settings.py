"""The workspace's settings that the stand-in knows, with Rocket.Chat's defaults."""

from collections.abc import Mapping
from typing import Any

OVERWRITES = "OVERWRITE_SETTING_"

DEFAULT_SETTINGS: dict[str, Any] = {
    "API_CORS_Origin": "*",
    "API_Enable_CORS": False,
    "API_Enable_Rate_Limiter": True,
    "Accounts_AllowedDomainsList": "",
    "Accounts_CustomFields": "",
    "Accounts_Iframe_api_method": "POST",
    "Accounts_Iframe_api_url": "",
    "Accounts_LoginExpiration": 90,
    "Accounts_Registration_Users_Default_Roles": "user",
    "Accounts_SystemBlockedUsernameList": "admin,administrator,system,user",
    "Accounts_TwoFactorAuthentication_By_Email_Auto_Opt_In": True,
    "Accounts_TwoFactorAuthentication_By_TOTP_Enabled": True,
    "Accounts_TwoFactorAuthentication_Enabled": False,
    "Accounts_TwoFactorAuthentication_MaxDelta": 1,
    "Accounts_TwoFactorAuthentication_RememberFor": 1800,
    "Accounts_iframe_enabled": False,
    "Accounts_iframe_url": "",
    "Custom_Script_On_Logout": "//Add your script",
    "Iframe_Integration_receive_enable": False,
    "Iframe_Integration_receive_origin": "*",
    "Iframe_Integration_send_enable": False,
    "Iframe_Integration_send_target_origin": "*",
    "Iframe_Restrict_Access": True,
    "Iframe_X_Frame_Options": "sameorigin",
    "Site_Name": "Rocket.Chat",
    "Site_Url": "http://localhost:3000",
    "UTF8_User_Names_Validation": "[0-9a-zA-Z-_.]+",
}

PUBLIC_SETTINGS = frozenset(
    {
        "Accounts_Iframe_api_method",
        "Accounts_Iframe_api_url",
        "Accounts_LoginExpiration",
        "Accounts_TwoFactorAuthentication_Enabled",
        "Accounts_TwoFactorAuthentication_By_Email_Auto_Opt_In",
        "Accounts_TwoFactorAuthentication_By_TOTP_Enabled",
        "Accounts_iframe_enabled",
        "Accounts_iframe_url",
        "Custom_Script_On_Logout",
        "Iframe_Integration_receive_enable",
        "Iframe_Integration_receive_origin",
        "Iframe_Integration_send_enable",
        "Iframe_Integration_send_target_origin",
        "Site_Name",
        "Site_Url",
        "UTF8_User_Names_Validation",
    }
)
"""Those that `settings.public` shows to everyone."""


def overwritten(environment: Mapping[str, str]) -> dict[str, Any]:
    """The settings that a server's environment sets at its start, by `OVERWRITE_SETTING_` before their `_id`."""
    found = {name.removeprefix(OVERWRITES): text for name, text in environment.items() if name.startswith(OVERWRITES)}
    return {name: _typed(DEFAULT_SETTINGS[name], text) for name, text in found.items() if name in DEFAULT_SETTINGS}


def _typed(default: Any, text: str) -> Any:
    if isinstance(default, bool):
        return text == "true"
    return int(text) if isinstance(default, int) else text
