"""The cockpit: figures of the release in force."""

from django.urls import path

from onefold.web.cockpit import views

app_name = "cockpit"
urlpatterns = [
    path("", views.home, name="home"),
    path("indicators/", views.indicators, name="indicators"),
    path("indicators/<slug:name>.csv", views.indicator_export, name="indicator_export"),
    path("indicators/<slug:name>/", views.indicator, name="indicator"),
]
