"""The gallery: every component in every state."""

from django.urls import path

from onefold.web.ui.gallery import gallery

app_name = "ui"
urlpatterns = [path("", gallery, name="gallery")]
