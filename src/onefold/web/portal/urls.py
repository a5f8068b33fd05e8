"""The customer's one account."""

from django.urls import path

from onefold.web.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.contracts, name="contracts"),
    path("consents/", views.consents, name="consents"),
    path("consents/<uuid:consent_id>/withdrawal/", views.consent_withdrawal, name="consent_withdrawal"),
    path("orders/", views.orders, name="orders"),
    path("orders/items/<uuid:item_id>/cancellation/", views.order_cancellation, name="order_cancellation"),
    path("looks/", views.looks, name="looks"),
]
