#!/bin/sh
# Installs the Outrider agent from this folder; nothing is fetched. Run as root. With URL and token it joins at once:
#   sudo ./install.sh
#   sudo ./install.sh https://collector.example:8080 ot1.TOKEN
# ROOT=/some/folder lays the files out there and starts nothing.
set -eu
cd "$(dirname "$0")"

root="${ROOT:-}"
[ -n "$root" ] || [ "$(id -u)" = 0 ] || { echo "run as root: sudo ./install.sh" >&2; exit 1; }

if [ "$(cat ARCHITECTURE)" != "$(uname -m)" ]; then
  echo "this bundle is for $(cat ARCHITECTURE), this machine is $(uname -m)" >&2
  exit 1
fi

have_atomic() {
  ldconfig -p 2>/dev/null | grep -q 'libatomic\.so\.1 '
}

copy() { # from to mode
  mkdir -p "$(dirname "$root$2")"
  # A running program cannot be written over, but replaced.
  cp "$1" "$root$2.new"
  chmod "$3" "$root$2.new"
  mv -f "$root$2.new" "$root$2"
}

deb="$(ls outrider-agent_*.deb 2>/dev/null || true)"
if [ -z "$root" ] && [ -n "$deb" ] && command -v dpkg >/dev/null && dpkg -s libatomic1 >/dev/null 2>&1; then
  dpkg -i "$deb"
else
  copy usr/bin/outrider-agent /usr/bin/outrider-agent 0755
  copy service/outrider-agent.service /etc/systemd/system/outrider-agent.service 0644
  copy service/outrider-agent.sysctl /etc/sysctl.d/50-outrider-agent.conf 0644
  [ -e "$root/etc/outrider/agent.yaml" ] || copy service/agent.yaml /etc/outrider/agent.yaml 0640
  mkdir -p "$root/etc/outrider/profiles.d" "$root/var/lib/outrider-agent"
  if [ -n "$root" ]; then exit 0; fi
  if ! have_atomic; then
    [ -e lib/libatomic.so.1 ] || { echo "libatomic.so.1 is missing: install the package libatomic1 (or libatomic)" >&2; exit 1; }
    copy lib/libatomic.so.1 /usr/local/lib/libatomic.so.1 0644
    ldconfig
    have_atomic || { echo /usr/local/lib > /etc/ld.so.conf.d/outrider-agent.conf; ldconfig; }
  fi
  id outrider-agent >/dev/null 2>&1 ||
    useradd --system --user-group --home-dir /var/lib/outrider-agent --shell /usr/sbin/nologin outrider-agent
  chown outrider-agent:outrider-agent /var/lib/outrider-agent
  chmod 0700 /var/lib/outrider-agent
  chgrp outrider-agent /etc/outrider/agent.yaml
  sysctl -q -p /etc/sysctl.d/50-outrider-agent.conf || true
  systemctl daemon-reload
  systemctl enable outrider-agent.service
  # Where an older one runs.
  systemctl try-restart outrider-agent.service
fi

outrider-agent version
if [ $# -ge 2 ]; then
  runuser -u outrider-agent -- outrider-agent enrol "$1" --token "$2" --config /etc/outrider/agent.yaml
  systemctl restart outrider-agent.service
fi
