"""Counters, data stewards, compliance."""

from django.urls import path

from onefold.web.backoffice import (
    batch_views,
    customer_views,
    decision_views,
    feed_views,
    intake_views,
    link_views,
    model_views,
    operations_views,
    quality_views,
    token_views,
    webhook_views,
)

app_name = "backoffice"
urlpatterns = [
    path("customers/", customer_views.customers, name="customers"),
    path("customers/<uuid:customer_id>/", customer_views.customer, name="customer"),
    path("consents/<uuid:consent_id>/withdrawal/", customer_views.consent_withdrawal, name="consent_withdrawal"),
    path("customers/<uuid:customer_id>/decision/", decision_views.decision_now, name="decision_now"),
    path("decisions/made/<uuid:evidence_id>/", decision_views.decision_made, name="decision_made"),
    path("decisions/<uuid:customer_id>/<str:series>/", decision_views.decision, name="decision"),
    path("customers/<uuid:customer_id>/needs/", customer_views.need, name="need"),
    path("operations/", operations_views.operations, name="operations"),
    path("operations/items/<uuid:item_id>/look/", operations_views.step_look, name="step_look"),
    path(
        "operations/dead-letters/<uuid:delivery_id>/repetition/",
        operations_views.dead_letter_repetition,
        name="dead_letter_repetition",
    ),
    path("intake/", intake_views.intake, name="intake"),
    path("intake/batches/", intake_views.batches, name="batches"),
    path("intake/files/", intake_views.file, name="file"),
    path("intake/recognition/", intake_views.recognition, name="recognition"),
    path("intake/feeds/<str:feed>/", feed_views.feed, name="feed"),
    path("intake/feeds/<str:feed>/pause/", feed_views.feed_pause, name="feed_pause"),
    path("intake/feeds/<str:feed>/resumption/", feed_views.feed_resumption, name="feed_resumption"),
    path("intake/<uuid:batch_id>/", batch_views.batch, name="batch"),
    path("intake/<uuid:batch_id>/rejects.csv", batch_views.rejected_rows, name="rejects"),
    path("intake/runs/", intake_views.runs, name="runs"),
    path("intake/runs/progress/", intake_views.run_progress, name="run_progress"),
    path("intake/tokens/", token_views.tokens, name="tokens"),
    path("intake/tokens/<uuid:token_id>/replacement/", token_views.token_replacement, name="token_replacement"),
    path("intake/tokens/<uuid:token_id>/revocation/", token_views.token_revocation, name="token_revocation"),
    path("intake/webhooks/", webhook_views.webhooks, name="webhooks"),
    path("intake/webhooks/<uuid:webhook_id>/end/", webhook_views.webhook_end, name="webhook_end"),
    path("intake/webhooks/<uuid:webhook_id>/trial/", webhook_views.webhook_trial, name="webhook_trial"),
    path(
        "intake/webhooks/<uuid:webhook_id>/messages/<uuid:message_id>/repetition/",
        webhook_views.message_repetition,
        name="message_repetition",
    ),
    path("links/", link_views.links, name="links"),
    path("links/<uuid:record_id>/<uuid:other_id>/ruling/", link_views.link_ruling, name="link_ruling"),
    path("models/", model_views.models, name="models"),
    path("models/<str:model>/", model_views.model, name="model"),
    path("models/<str:model>/ruling/", model_views.model_ruling, name="model_ruling"),
    path("quality/", quality_views.quality, name="quality"),
]
