# One image for both programs: `collector` is the default, `agent/main.ts` runs the other. Runs from source, not as root.
FROM node:26.10.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN node web/build-if-changed.ts && npm prune --omit=dev --omit=optional --ignore-scripts

FROM node:26.10.0-bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends fping && rm -rf /var/lib/apt/lists/* \
  && mkdir /data && chown node:node /data
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/shared shared
COPY --from=build /app/agent agent
COPY --from=build /app/collector collector
COPY --from=build /app/web/dist web/dist
USER node
VOLUME /data
ENTRYPOINT ["node"]
CMD ["collector/main.ts", "run", "--data", "/data"]
