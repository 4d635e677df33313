from rocketchat_auth.testing.settings import overwritten


def test_the_environment_sets_settings_of_every_type() -> None:
    environment = {
        "OVERWRITE_SETTING_Accounts_iframe_enabled": "true",
        "OVERWRITE_SETTING_API_Enable_Rate_Limiter": "false",
        "OVERWRITE_SETTING_Accounts_LoginExpiration": "30",
        "OVERWRITE_SETTING_Site_Name": "Club",
        "OVERWRITE_SETTING_No_Such_Setting": "x",
        "Site_Name": "y",
    }

    assert overwritten(environment) == {
        "Accounts_iframe_enabled": True,
        "API_Enable_Rate_Limiter": False,
        "Accounts_LoginExpiration": 30,
        "Site_Name": "Club",
    }
