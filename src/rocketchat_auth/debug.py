"""What Django's reports of errors show of the package's settings."""

import re

from django.views import debug


class SafeExceptionReporterFilter(debug.SafeExceptionReporterFilter):
    """Hides `MONGO_DB`, whose name tells Django nothing of the password in it, besides all that Django hides.

    For the setting `DEFAULT_EXCEPTION_REPORTER_FILTER`: reports that are sent by mail and the page that is shown while
    `DEBUG` is on list the settings (docs.djangoproject.com, "Filtering error reports").
    """

    hidden_settings = re.compile(
        f"{debug.SafeExceptionReporterFilter.hidden_settings.pattern}|MONGO_DB", flags=re.IGNORECASE
    )
