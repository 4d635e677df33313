from django.apps import AppConfig


class ReadingRoomConfig(AppConfig):
    name = "reading_room"
    verbose_name = "The Reading Room"
