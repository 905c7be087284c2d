from django.apps import AppConfig


class SuggestionsConfig(AppConfig):
    name = "suggestions"
    verbose_name = "建议督办"

    def ready(self) -> None:
        from suggestions import demo, figures, frame, resources

        for part in (*figures.PARTS, *frame.PARTS, resources, *demo.PARTS):
            part.register()
