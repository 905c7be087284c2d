"""Settings, all from the environment (or a .env file beside manage.py). What is missing or malformed fails at start.

SITE_URL decides the transport: with https:// cookies are secure, HSTS is on and plain HTTP is redirected.
"""

from pathlib import Path
from urllib.parse import urlsplit

import environ
from cryptography.fernet import Fernet
from csp.constants import NONE, SELF

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

VAR_DIR = env.path("VAR_DIR", default=str(BASE_DIR / "var"))  # everything written at run time
Path(str(VAR_DIR)).mkdir(parents=True, exist_ok=True)

# ---- what it is and where it stands
SECRET_KEY = env("SECRET_KEY")
DEBUG = env.bool("DEBUG", default=False)
SITE_URL = env("SITE_URL")
_site = urlsplit(SITE_URL)
if _site.scheme not in {"http", "https"} or not _site.hostname:
    raise environ.ImproperlyConfigured(f"SITE_URL must be an http(s) address, not {SITE_URL!r}")
ALLOWED_HOSTS = [_site.hostname, *env.list("EXTRA_HOSTS", default=[])]
CSRF_TRUSTED_ORIGINS = [f"{_site.scheme}://{_site.netloc}"]

INSTALLED_APPS = [
    "congress.apps.CongressConfig",
    "deputies.apps.DeputiesConfig",
    "platforms.apps.PlatformsConfig",
    "activities.apps.ActivitiesConfig",
    "suggestions.apps.SuggestionsConfig",
    "congress.apps.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "django_celery_beat",
    "import_export",
    "rules.apps.AutodiscoverRulesConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",  # an address is closed unless it says otherwise
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "congress.middleware.OriginMiddleware",
    "congress.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "congress.urls"
WSGI_APPLICATION = "congress.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "congress.context.frame",
            ],
            "builtins": ["congress.templatetags.frame"],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# ---- data: SQLite embedded by default, PostgreSQL in production
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR}/db.sqlite3")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # WAL and immediate transactions: web and worker write without locking each other out.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
    DATABASES["default"].setdefault("CONN_HEALTH_CHECKS", True)
CACHES = {"default": env.cache("CACHE_URL", default=f"filecache://{VAR_DIR}/cache")}

MEDIA_ROOT = env("MEDIA_ROOT", default=f"{VAR_DIR}/media")  # private: never served by address, only through views
STATIC_URL = "static/"
STATIC_ROOT = env("STATIC_ROOT", default=f"{VAR_DIR}/static")
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20

# ---- work in the background: a broker in a folder by default, Redis in production
CELERY_BROKER_URL = env("CELERY_BROKER_URL", default="folder://localhost")
if CELERY_BROKER_URL == "folder://localhost":
    _broker = Path(str(VAR_DIR)) / "broker"
    for _folder in ("queue", "control"):
        (_broker / _folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_broker / "queue"),
        "data_folder_out": str(_broker / "queue"),
        "control_folder": str(_broker / "control"),
        "polling_interval": 0.2,
    }
CELERY_TASK_IGNORE_RESULT = True  # what came of a task is kept in our own tables
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ALWAYS_EAGER = env.bool("CELERY_TASK_ALWAYS_EAGER", default=False)
CELERY_TASK_EAGER_PROPAGATES = True
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_SCHEDULE = {
    "send-suggestion-reminders": {"task": "suggestions.tasks.send_reminders", "schedule": 86400.0},
    "resume-documents": {"task": "congress.tasks.resume_documents", "schedule": 60.0},
    "open-due-round": {"task": "platforms.tasks.open_due_round", "schedule": 3600.0},
    "remind-duties": {"task": "activities.tasks.remind_duties", "schedule": 86400.0},
    "forget-voters": {"task": "deputies.tasks.forget_voters", "schedule": 86400.0},
    "remind-activities": {"task": "activities.tasks.remind_activities", "schedule": 3600.0},
    "resume-rotas": {"task": "activities.tasks.resume_rotas", "schedule": 60.0},
    "announce-receptions": {"task": "activities.tasks.announce_receptions", "schedule": 3600.0},
    "advance-due-rounds": {"task": "platforms.tasks.advance_due_rounds", "schedule": 3600.0},
}

# ---- people
AUTH_USER_MODEL = "congress.User"
AUTHENTICATION_BACKENDS = [
    "congress.auth.UsernameOrPhoneBackend",
    "rules.permissions.ObjectPermissionBackend",
]
CSRF_FAILURE_VIEW = "congress.views.errors.csrf_failure"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_ADAPTER = "congress.auth.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
SIGN_IN_TRIES, SIGN_IN_LOCK_MINUTES = 5, 20
ACCOUNT_RATE_LIMITS = {"login_failed": f"{SIGN_IN_TRIES}/{SIGN_IN_LOCK_MINUTES}m/key,50/20m/ip"}
ACCOUNT_FORMS = {"login": "congress.forms.SignInForm"}
MFA_ADAPTER = "congress.auth.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "人大代表工作平台"
SESSION_COOKIE_AGE = 30 * 60  # idle time allowed, renewed by each request (GB/T 22239: log out on timeout)
SESSION_SAVE_EVERY_REQUEST = True

# ---- language and place
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# ---- transport
_https = _site.scheme == "https"
SECURE_SSL_REDIRECT = _https
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SECURE_HSTS_SECONDS = 31536000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _https
SECURE_PROXY_SSL_HEADER = None
if env.bool("BEHIND_PROXY", default=False):  # only where nothing but the proxy can reach the server
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    MIDDLEWARE.insert(0, "congress.middleware.ProxyMiddleware")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# ---- people's data
PERSONAL_DATA_KEYS = env.list("PERSONAL_DATA_KEYS", default=[])  # Fernet keys, the newest first; see congress/sealed.py
for _number, _key in enumerate(PERSONAL_DATA_KEYS, start=1):
    try:
        Fernet(_key)
    except ValueError as error:
        raise environ.ImproperlyConfigured(f"key {_number} of PERSONAL_DATA_KEYS is no Fernet key") from error

# ---- paper
PAPER_FONT_DIRS = env.list("PAPER_FONT_DIRS", default=[])  # the office's licensed faces, searched before our own

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
