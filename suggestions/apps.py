from django.apps import AppConfig


class SuggestionsConfig(AppConfig):
    name = "suggestions"
    verbose_name = "建议督办"

    def ready(self) -> None:
        from suggestions import figures, frame, resources

        for part in (*figures.PARTS, *frame.PARTS, resources):
            part.register()
