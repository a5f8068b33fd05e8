"""The seller's terminal."""

from django.urls import path

from onefold.web.terminal import answer_views, plan_views, referral_views, views

app_name = "terminal"
urlpatterns = [
    path("", views.today, name="today"),
    path("calendar/", plan_views.calendar, name="calendar"),
    path("calendar.ics", plan_views.calendar_file, name="calendar_file"),
    path("plans/<uuid:reminder_id>/end/", plan_views.end, name="plan_end"),
    path("plans/<uuid:reminder_id>/postponement/", plan_views.postponement, name="plan_postponement"),
    path("referrals/", referral_views.referrals, name="referrals"),
    path("referrals/<uuid:referral_id>/acceptance/", referral_views.acceptance, name="referral_acceptance"),
    path("referrals/<uuid:referral_id>/refusal/", referral_views.refusal, name="referral_refusal"),
    path("referrals/<uuid:referral_id>/withdrawal/", referral_views.withdrawal, name="referral_withdrawal"),
    path("outcomes/<uuid:outcome_id>/correction/", answer_views.correction, name="correction"),
    path("<uuid:lead_id>/", views.lead, name="lead"),
    path("<uuid:lead_id>/outcomes/", answer_views.outcome, name="outcome"),
    path("<uuid:lead_id>/plans/", plan_views.plans, name="plans"),
    path("<uuid:lead_id>/colleagues/", referral_views.colleagues, name="colleagues"),
]
