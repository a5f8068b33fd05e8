"""The customer's one account."""

from django.urls import path

from onefold.web.portal import offer_views, views

app_name = "portal"
urlpatterns = [
    path("", views.contracts, name="contracts"),
    path("offers/", offer_views.offers, name="offers"),
    path("offers/<uuid:lead_id>/refusal/", offer_views.refusal, name="offer_refusal"),
    path("needs/", offer_views.need, name="need"),
    path("advertising/refusal/", offer_views.advertising_refusal, name="advertising_refusal"),
    path("advertising/permission/", offer_views.advertising_permission, name="advertising_permission"),
    path("consents/", views.consents, name="consents"),
    path("consents/<uuid:consent_id>/withdrawal/", views.consent_withdrawal, name="consent_withdrawal"),
    path("orders/", views.orders, name="orders"),
    path("orders/items/<uuid:item_id>/cancellation/", views.order_cancellation, name="order_cancellation"),
    path("looks/", views.looks, name="looks"),
]
