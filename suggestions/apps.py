from django.apps import AppConfig


class SuggestionsConfig(AppConfig):
    name = "suggestions"
    verbose_name = "建议督办"

    def ready(self) -> None:
        from suggestions import demo, documents, figures, frame

        for part in (*figures.PARTS, *documents.PARTS, *frame.PARTS, *demo.PARTS):
            part.register()
