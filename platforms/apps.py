from django.apps import AppConfig


class PlatformsConfig(AppConfig):
    name = "platforms"
    verbose_name = "履职平台与考评"

    def ready(self) -> None:
        from congress import audit_actions
        from congress.imports import kinds
        from platforms import audit_words, documents, figures, frame, round_frame, round_words, todos
        from platforms.resources import PlatformResource

        audit_actions.register(round_words.WORDS)
        audit_actions.register(audit_words.WORDS)
        figures.register()
        frame.register()
        documents.register()
        kinds.register(PlatformResource)
        round_frame.register()
        todos.register()
