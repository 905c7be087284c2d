from django.apps import AppConfig


class DeputiesConfig(AppConfig):
    name = "deputies"
    verbose_name = "代表"

    def ready(self) -> None:
        from deputies import documents, figures, frame, quotas, resources
        from deputies.dossier import records

        for part in (*figures.PARTS, *frame.PARTS):
            part.register()
        resources.register()
        quotas.register_own()
        documents.register()
        records.register()
