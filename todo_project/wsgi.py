"""The WSGI application. DJANGO_SETTINGS_MODULE decides which service it is; there is no default."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
