from django.apps import AppConfig


class DeputiesConfig(AppConfig):
    name = "deputies"
    verbose_name = "代表"

    def ready(self) -> None:
        from deputies import documents, figures, frame, resources

        for part in (*figures.PARTS, *frame.PARTS):
            part.register()
        resources.register()
        documents.register()
