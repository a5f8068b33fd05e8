"""The cockpit: figures of the release in force."""

from django.urls import path

from onefold.web.cockpit import picture_views, views

app_name = "cockpit"
urlpatterns = [
    path("", views.home, name="home"),
    path("indicators/", views.indicators, name="indicators"),
    path("indicators/<slug:name>.csv", views.indicator_export, name="indicator_export"),
    path("indicators/<slug:name>.xlsx", views.indicator_workbook, name="indicator_workbook"),
    path("indicators/<slug:name>/", views.indicator, name="indicator"),
    path("gap/", picture_views.gap, name="gap"),
    path("<slug:name>.xlsx", picture_views.picture_export, name="picture_export"),
    path("<slug:name>/", picture_views.picture, name="picture"),
]
