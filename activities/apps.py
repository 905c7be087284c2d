from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "activities"
    verbose_name = "代表活动"

    def ready(self) -> None:
        from activities import demo, documents, dossier, figures, frame, quotas
        from activities.schedule_resources import ScheduleResource
        from activities.services import receptions
        from activities.training_resources import TrainingBatchResource
        from congress.imports import kinds
        from deputies.services import closing

        for part in (*figures.PARTS, *documents.PARTS, *frame.PARTS, *demo.PARTS, dossier, quotas):
            part.register()
        closing.on_end(receptions.close_duties)
        for resource in (ScheduleResource, TrainingBatchResource):
            kinds.register(resource)
