"""The browsable API's login and logout."""

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_POST

from local.aws import accounts
from local.web.authentication import TOKEN

HOME = "/api/me/todos"


class LoginForm(forms.Form):
    """An account of the embedded Cognito."""

    username = forms.EmailField(label="E-mail")  # the name that DRF's login page gives the field
    password = forms.CharField(label="Password", strip=False)


@never_cache
@csrf_protect
def login(request: HttpRequest) -> HttpResponse:
    """Asks Cognito (SRP) and keeps the ID token, which knows the e-mail address, in the session."""
    form = LoginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            tokens = accounts.tokens(form.cleaned_data["username"], form.cleaned_data["password"])
        except accounts.AccountRefused as error:
            form.add_error(None, str(error))
        else:
            request.session[TOKEN] = tokens.id
            return HttpResponseRedirect(_next(request))
    return render(request, "local/login.html", {"form": form, "next": _next(request)}, status=400 if form.errors else 200)


@require_POST
@csrf_protect
def logout(request: HttpRequest) -> HttpResponse:
    """Forgets the session."""
    request.session.flush()
    return HttpResponseRedirect("/api/login/")


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or HOME
    return (
        wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts={*settings.ALLOWED_HOSTS, request.get_host()}) else HOME
    )
