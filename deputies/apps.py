from django.apps import AppConfig


class DeputiesConfig(AppConfig):
    name = "deputies"
    verbose_name = "代表"

    def ready(self) -> None:
        from congress import audit_actions
        from congress.imports import kinds
        from deputies import contact_frame, documents, duty_frame, figures, frame, honour_frame, opinion_frame, register_frame
        from deputies.link_resources import GroupResource, LiaisonResource
        from deputies.resources import DeputyResource

        figures.register()
        frame.register()
        kinds.register(DeputyResource)
        kinds.register(GroupResource)
        kinds.register(LiaisonResource)
        audit_actions.register(contact_frame.WORDS)
        contact_frame.register()
        documents.register()
        opinion_frame.register()
        audit_actions.register(register_frame.WORDS)
        register_frame.register()
        honour_frame.register()
        duty_frame.register()
