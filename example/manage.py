"""The commands of the example site. `python example/demo.py` shows it together with a chat."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reading_room.settings")
    execute_from_command_line(sys.argv)
