from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "activities"
    verbose_name = "代表活动"

    def ready(self) -> None:
        from activities import figures, frame

        for part in (*figures.PARTS, *frame.PARTS):
            part.register()
