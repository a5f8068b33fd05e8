"""The seller's terminal."""

from django.urls import path

from onefold.web.terminal import views

app_name = "terminal"
urlpatterns = [
    path("", views.today, name="today"),
    path("<uuid:lead_id>/", views.lead, name="lead"),
    path("<uuid:lead_id>/outcomes/", views.outcome, name="outcome"),
]
