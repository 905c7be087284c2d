from django.apps import AppConfig


class DeputiesConfig(AppConfig):
    name = "deputies"
    verbose_name = "代表"

    def ready(self) -> None:
        from congress.imports import kinds
        from deputies import documents, figures, frame
        from deputies.link_resources import GroupResource, LiaisonResource
        from deputies.resources import DeputyResource

        for part in (*figures.PARTS, *frame.PARTS):
            part.register()
        for resource in (DeputyResource, GroupResource, LiaisonResource):
            kinds.register(resource)
        documents.register()
