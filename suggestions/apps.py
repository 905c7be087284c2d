from django.apps import AppConfig


class SuggestionsConfig(AppConfig):
    name = "suggestions"
    verbose_name = "建议督办"

    def ready(self) -> None:
        from deputies.services import closing
        from suggestions import demo, documents, figures, frame, resources
        from suggestions.services import transfer

        for part in (*figures.PARTS, *documents.PARTS, *frame.PARTS, resources, *demo.PARTS):
            part.register()
        closing.on_end(transfer.pass_on)
