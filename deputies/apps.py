from django.apps import AppConfig


class DeputiesConfig(AppConfig):
    name = "deputies"
    verbose_name = "代表"

    def ready(self) -> None:
        from congress.imports import kinds
        from deputies import figures, frame
        from deputies.resources import DeputyResource

        figures.register()
        frame.register()
        kinds.register(DeputyResource)
