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

    template_name = "local/login_form.html"

    email = forms.EmailField(
        label="E-mail",
        error_messages={"required": "Enter your e-mail address.", "invalid": "Enter an e-mail address, such as ada@example.com."},
        widget=forms.EmailInput({"class": "form-control", "autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label="Password",
        strip=False,
        error_messages={"required": "Enter your password."},
        widget=forms.PasswordInput({"class": "form-control", "autocomplete": "current-password"}),
    )


@never_cache
@csrf_protect
def login(request: HttpRequest) -> HttpResponse:
    """Asks Cognito (SRP) and keeps the ID token, which knows the e-mail address, in the session."""
    form = LoginForm(request.POST or None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            tokens = accounts.tokens(form.cleaned_data["email"], form.cleaned_data["password"])
        except accounts.AccountRefused as error:
            wrong = str(error) == "Incorrect username or password."  # Cognito's sentence; the form asks for no user name
            form.add_error(None, "E-mail or password is wrong." if wrong else str(error))
        else:
            request.session[TOKEN] = tokens.id
            return HttpResponseRedirect(_next(request))
    return render(request, "local/login.html", {"form": form, "next": _next(request)}, status=400 if form.errors else 200)


@require_POST
@csrf_protect
def logout(request: HttpRequest) -> HttpResponse:
    request.session.flush()
    return HttpResponseRedirect("/api/login/")


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or HOME
    return (
        wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts={*settings.ALLOWED_HOSTS, request.get_host()}) else HOME
    )
