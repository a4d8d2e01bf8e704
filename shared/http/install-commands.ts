// What a person types at a site to install an agent and let it join, by way of installing. Text only: the console shows it.

/** `url`: where the agent reaches the collector. `version`: of the packages, e.g. 0.2.0. */
export interface InstallWish {
  readonly url: string
  readonly token: string
  readonly version: string
}

/** get: bring the program to the machine. enrol: join. start: run, now and after each boot. */
export interface InstallStep {
  readonly what: 'get' | 'enrol' | 'start'
  readonly command: string
}

/** Commands for a POSIX shell, step by step; each may be pasted as it is. */
export function installCommands(wish: InstallWish): Readonly<Record<'linux' | 'docker' | 'offline', InstallStep[]>> {
  const enrol = `enrol ${quoted(wish.url)} --token ${quoted(wish.token)}`
  const start: InstallStep = { what: 'start', command: 'sudo systemctl enable --now outrider-agent' }
  const image = `outrider-agent:${wish.version}`
  const volume = '-v outrider-agent:/data'
  return {
    linux: [
      { what: 'get', command: `sudo apt install ./outrider-agent_${wish.version}_$(dpkg --print-architecture).deb` },
      { what: 'enrol', command: `sudo outrider-agent ${enrol}` },
      start,
    ],
    docker: [
      { what: 'enrol', command: `docker run --rm ${volume} ${image} ${enrol}` },
      {
        what: 'start',
        command: `docker run -d --name outrider-agent --restart unless-stopped --network host ${volume} ${image}`,
      },
    ],
    offline: [
      {
        what: 'get',
        command: `tar xzf outrider-agent-${wish.version}-linux-$(uname -m).tar.gz && cd outrider-agent-${wish.version} && sudo ./install.sh`,
      },
      { what: 'enrol', command: `sudo outrider-agent ${enrol}` },
      start,
    ],
  }
}

/** One word for the shell, whatever is in it. */
function quoted(text: string): string {
  return /^[A-Za-z0-9_.:/@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
