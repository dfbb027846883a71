# The embedded AWS of compose.yaml: development only, never deployed.
ARG PYTHON_IMAGE=python:3.13-slim-trixie
FROM ${PYTHON_IMAGE}
COPY compose/requirements.txt /
RUN python -m venv --without-pip /opt/venv \
 && python -m pip --python /opt/venv/bin/python install --no-cache-dir --disable-pip-version-check \
      --no-deps --require-hashes --only-binary :all: -r /requirements.txt \
 && python -m pip --python /opt/venv/bin/python check \
 # Volumes take over the owner of the folder they are mounted on.
 && install -d -o 10001 -g 10001 -m 700 /data \
 && install -d -o 10001 -g 10001 -m 755 /environment
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp
WORKDIR /app
COPY local/__init__.py local/
COPY local/aws local/aws
COPY deploy deploy
COPY compose/__init__.py compose/aws.py compose/
USER 10001:10001
CMD ["python", "-m", "compose.aws"]
