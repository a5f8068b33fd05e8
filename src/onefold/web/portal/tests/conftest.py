from onefold.web.tests.pages import english as english
