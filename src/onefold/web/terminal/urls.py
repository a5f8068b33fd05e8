"""The seller's terminal."""

from django.urls import path

from onefold.web.terminal import (
    advice_views,
    answer_views,
    need_views,
    order_views,
    plan_views,
    referral_views,
    statement_views,
    views,
)

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
    path("statement/", statement_views.statement, name="statement"),
    path("outcomes/<uuid:outcome_id>/correction/", answer_views.correction, name="correction"),
    path("orders/", order_views.orders, name="orders"),
    path("orders/<uuid:order_id>/", order_views.order, name="order"),
    path("orders/<uuid:order_id>/payment/", order_views.payment, name="order_payment"),
    path("orders/items/<uuid:item_id>/disclosures/", order_views.disclosures, name="order_disclosures"),
    path("orders/items/<uuid:item_id>/application/", order_views.application, name="order_application"),
    path("orders/items/<uuid:item_id>/counter-offer/", order_views.counter_offer, name="order_counter_offer"),
    path("orders/items/<uuid:item_id>/refusal/", order_views.refusal, name="order_refusal"),
    path("orders/items/<uuid:item_id>/cancellation/", order_views.cancellation, name="order_cancellation"),
    path("needs/<uuid:need_id>/", need_views.take_waiting, name="need_take_waiting"),
    path("<uuid:lead_id>/need/", need_views.take_up, name="need_take_up"),
    path("<uuid:lead_id>/need/leaving/", need_views.leave, name="need_leave"),
    path("<uuid:lead_id>/proposal/", order_views.proposal, name="proposal"),
    path("<uuid:lead_id>/advice/", advice_views.advice, name="advice"),
    path("<uuid:lead_id>/advice/needs/", advice_views.needs, name="advice_needs"),
    path("<uuid:lead_id>/advice/risk-tests/", advice_views.risk_test, name="advice_risk_test"),
    path("<uuid:lead_id>/advice/opinions/", advice_views.opinion, name="advice_opinion"),
    path("advice/risk-tests/<uuid:test_id>/confirmation/", advice_views.confirmation, name="advice_confirmation"),
    path("advice/opinions/<uuid:opinion_id>/insistence/", advice_views.insistence, name="advice_insistence"),
    path("answers/<uuid:answer_id>/retraction/", answer_views.answer_retraction, name="answer_retraction"),
    path("<uuid:lead_id>/", views.lead, name="lead"),
    path("<uuid:lead_id>/needs/", answer_views.need, name="need"),
    path("<uuid:lead_id>/answers/", answer_views.answers, name="answers"),
    path("<uuid:lead_id>/outcomes/", answer_views.outcome, name="outcome"),
    path("<uuid:lead_id>/plans/", plan_views.plans, name="plans"),
    path("<uuid:lead_id>/colleagues/", referral_views.colleagues, name="colleagues"),
]
