"""The cockpit: figures of the release in force."""

from django.urls import path

from onefold.web.cockpit import picture_views, settlement_views, views

app_name = "cockpit"
urlpatterns = [
    path("", views.home, name="home"),
    path("indicators/", views.indicators, name="indicators"),
    path("indicators/<slug:name>.csv", views.indicator_export, name="indicator_export"),
    path("indicators/<slug:name>.xlsx", views.indicator_workbook, name="indicator_workbook"),
    path("indicators/<slug:name>/", views.indicator, name="indicator"),
    path("gap/", picture_views.gap, name="gap"),
    path("settlement/", settlement_views.settlement, name="settlement"),
    path("settlement/closing/", settlement_views.closing, name="settlement_closing"),
    path("settlement/contracts/<uuid:contract_id>/", settlement_views.contract, name="settlement_contract"),
    path("settlement/<uuid:statement_id>/", settlement_views.statement, name="settlement_statement"),
    path("settlement/<uuid:statement_id>/lines.csv", settlement_views.statement_file, name="settlement_bytes"),
    path("settlement/<uuid:statement_id>/lines.xlsx", settlement_views.statement_workbook, name="settlement_workbook"),
    path("<slug:name>.xlsx", picture_views.picture_export, name="picture_export"),
    path("<slug:name>/", picture_views.picture, name="picture"),
]
