from django.apps import AppConfig


class DeputiesConfig(AppConfig):
    name = "deputies"
    verbose_name = "代表"

    def ready(self) -> None:
        from congress.imports import kinds
        from deputies.resources import DeputyResource

        kinds.register(DeputyResource)
