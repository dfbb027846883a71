# Two images from one file, as the two services are two containers: `--target todos` and `--target files`.
# `make images` builds both and tags them with the commit. Each holds its own app only, no build tools, no tests, no deploy/.
# The base is named by digest, and Dependabot proposes newer ones. Another base: --build-arg PYTHON_IMAGE=…
ARG PYTHON_IMAGE=base

FROM python:3.13-slim-trixie@sha256:9d2e5553305c7c7b0097999bb17187c69b921ccd6bc9d40e4bb5ebe652c00285 AS base

FROM ${PYTHON_IMAGE} AS packages
COPY requirements.txt /
# Wheels only, each checked against its hash; pip stays behind in this stage. It compiles nothing: what it compiles holds the time of
# its source, which layers round, and a third of the modules would be compiled anew at each start. By hash and unchecked, none is.
RUN python -m venv --without-pip /opt/venv \
 && python -m pip --python /opt/venv/bin/python install --no-cache-dir --disable-pip-version-check \
      --no-compile --no-deps --require-hashes --only-binary :all: -r /requirements.txt \
 && python -m pip --python /opt/venv/bin/python check
# botocore describes every AWS service; these containers call three. Nothing is translated (USE_I18N is off), so Django's
# translations stay behind too. Together they are most of the packages' size.
RUN find /opt/venv/lib -path '*/botocore/data/*' -prune -type d \
      ! -name dynamodb ! -name s3 ! -name sts -exec rm -r {} + \
 && find /opt/venv/lib -path '*/LC_MESSAGES/django*.[mp]o' -delete \
 && python -m compileall -q --invalidation-mode unchecked-hash /opt/venv/lib

FROM ${PYTHON_IMAGE} AS service
# Two arenas of memory instead of one a thread: some 10 MB a worker less, at no cost that can be measured.
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    MALLOC_ARENA_MAX=2
WORKDIR /app
# What installs packages has no business in a running container, wherever the base image keeps it. And the official image has no
# compiled standard library: a read-only root would have it compiled anew in every process.
RUN rm -rf /usr/local/lib/python3*/ensurepip /usr/local/lib/python3*/site-packages/pip* /usr/local/bin/pip* \
      /usr/lib/python3*/ensurepip /usr/lib/python3/dist-packages/pip* /usr/bin/pip* /usr/share/python-wheels \
 && python -c "import compileall, py_compile, re, sysconfig; compileall.compile_dir(sysconfig.get_path('stdlib'), quiet=2, \
      rx=re.compile('(site|dist)-packages|/(test|idlelib|lib2to3|tkinter|turtledemo)/'), \
      invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)"
COPY --from=packages /opt/venv /opt/venv
COPY todo_project/*.py todo_project/
COPY todo_project/api todo_project/api
COPY todo_project/aws todo_project/aws
COPY todo_project/telemetry todo_project/telemetry
COPY todo_project/settings/__init__.py todo_project/settings/base.py todo_project/settings/
COPY todo_project/urls/__init__.py todo_project/urls/
STOPSIGNAL SIGTERM
# The one path that is written to. ECS mounts a volume here; declared, it takes over the image's rights to the folder.
VOLUME /tmp
CMD ["gunicorn", "--config", "todo_project/gunicorn.conf.py", "todo_project.wsgi"]

FROM service AS todos
COPY todo_project/settings/todos.py todo_project/settings/
COPY todo_project/urls/todos.py todo_project/urls/
COPY todos todos
RUN python -m compileall -q --invalidation-mode unchecked-hash .
# A number, so that whoever runs the image sees that it is not root. It writes to /tmp only: run it with a read-only root.
USER 10001:10001
ENV DJANGO_SETTINGS_MODULE=todo_project.settings.todos
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=14s --start-period=30s \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/healthz', timeout=12).close()"]
ARG REVISION=unknown
LABEL org.opencontainers.image.title="todos" org.opencontainers.image.revision=${REVISION} org.opencontainers.image.licenses=MIT

FROM service AS files
COPY manage.py ./
COPY todo_project/settings/files.py todo_project/settings/
COPY todo_project/urls/files.py todo_project/urls/
COPY files files
RUN python -m compileall -q --invalidation-mode unchecked-hash .
# A number, so that whoever runs the image sees that it is not root. It writes to /tmp only: run it with a read-only root.
USER 10001:10001
ENV DJANGO_SETTINGS_MODULE=todo_project.settings.files
EXPOSE 8081
HEALTHCHECK --interval=15s --timeout=14s --start-period=30s \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8081/healthz', timeout=12).close()"]
ARG REVISION=unknown
LABEL org.opencontainers.image.title="files" org.opencontainers.image.revision=${REVISION} org.opencontainers.image.licenses=MIT
