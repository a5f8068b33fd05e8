"""Counters, data stewards, compliance."""

from django.urls import path

from onefold.web.backoffice import customer_views, decision_views, intake_views

app_name = "backoffice"
urlpatterns = [
    path("customers/", customer_views.customers, name="customers"),
    path("customers/<uuid:customer_id>/", customer_views.customer, name="customer"),
    path("consents/<uuid:consent_id>/withdrawal/", customer_views.consent_withdrawal, name="consent_withdrawal"),
    path("decisions/<uuid:customer_id>/<str:series>/", decision_views.decision, name="decision"),
    path("intake/", intake_views.intake, name="intake"),
    path("intake/batches/", intake_views.batches, name="batches"),
    path("intake/<uuid:batch_id>/", intake_views.batch, name="batch"),
    path("intake/<uuid:batch_id>/rejects.csv", intake_views.rejects, name="rejects"),
    path("intake/runs/", intake_views.runs, name="runs"),
    path("intake/runs/progress/", intake_views.run_progress, name="run_progress"),
]
