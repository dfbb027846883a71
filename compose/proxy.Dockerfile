# The page of compose.yaml and the way to it: nginx with the built page, and with the load balancer's path rules.
ARG NODE_IMAGE=node:22-slim
ARG NGINX_IMAGE=nginx:1.29-alpine

FROM ${NODE_IMAGE} AS page
WORKDIR /web
COPY web/package.json web/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY web/index.html web/tsconfig.json web/vite.config.ts web/worker.js ./
COPY web/public public
COPY web/src src
RUN npm run build

FROM ${NGINX_IMAGE}
COPY compose/nginx.conf /etc/nginx/nginx.conf
COPY --from=page /web/dist /srv/page
USER 101:101
CMD ["nginx", "-g", "daemon off;"]
