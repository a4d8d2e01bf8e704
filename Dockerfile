# Images: collector (the last, so the default), agent, demo. Debian without Node and npm: the programs bring their runtime.
# docker build --target agent -t outrider-agent:VERSION .

FROM node:22.14.0-bookworm-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends libatomic1 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN node_modules/.bin/node packaging/package.ts --trees --arch "$(node -p process.arch)" --out /out

FROM debian:12.11-slim AS base
RUN apt-get update && apt-get install -y --no-install-recommends libatomic1 && rm -rf /var/lib/apt/lists/* \
  && useradd --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin outrider \
  && install -d -o outrider -g outrider -m 0700 /data
WORKDIR /
USER 10001:10001
VOLUME /data

FROM base AS agent
USER root
# Without capabilities the kernel starts no program that carries some: fping keeps its own for who grants NET_RAW, and
# ping goes without, over sockets that net.ipv4.ping_group_range allows.
RUN apt-get update && apt-get install -y --no-install-recommends fping iputils-ping libcap2-bin \
  && rm -rf /var/lib/apt/lists/* && (setcap -r /bin/ping || true) && chmod 0755 /bin/ping
USER 10001:10001
COPY --from=build /out/outrider-agent/usr/bin/outrider-agent /usr/bin/outrider-agent
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["outrider-agent", "status"]
ENTRYPOINT ["outrider-agent"]
CMD ["run", "--data", "/data"]

FROM base AS collector-base
USER root
RUN install -d -o outrider -g outrider /settings /influx /mosquitto/config
USER 10001:10001
COPY --from=build /out/outrider-collector/usr/lib/outrider-collector /usr/lib/outrider-collector
COPY --from=build /out/outrider-collector/usr/bin/outrider-collector /usr/bin/outrider-collector
COPY --from=build /out/container /usr/lib/outrider-collector/container

FROM collector-base AS demo
COPY --from=build /out/outrider-agent/usr/bin/outrider-agent /usr/bin/outrider-agent
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["outrider-agent", "status"]
ENTRYPOINT ["/usr/lib/outrider-collector/node", "/usr/lib/outrider-collector/container/demo-site.js"]

FROM collector-base AS collector
EXPOSE 8080 1883 8883
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["/usr/lib/outrider-collector/node", "/usr/lib/outrider-collector/container/start.js", "health"]
ENTRYPOINT ["/usr/lib/outrider-collector/node", "/usr/lib/outrider-collector/container/start.js"]
CMD ["run"]
