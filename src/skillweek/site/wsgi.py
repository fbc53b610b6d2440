"""The WSGI entry: ``gunicorn skillweek.site.wsgi``."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "skillweek.site.settings")
application = get_wsgi_application()
