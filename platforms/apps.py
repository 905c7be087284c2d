from django.apps import AppConfig


class PlatformsConfig(AppConfig):
    name = "platforms"
    verbose_name = "履职平台与考评"

    def ready(self) -> None:
        from platforms import documents, figures, frame, todos

        documents.register()
        figures.register()
        frame.register()
        todos.register()
