// What a person types at a site to install an agent and let it join, by way of installing. Text only: the console shows it.

/** `url`: where the agent reaches the collector. `version`: of the packages, e.g. 0.2.0. */
export interface InstallWish {
  readonly url: string
  readonly token: string
  readonly version: string
}

/**
 * get: bring the program to the machine. image: have the container image there. enrol: join. start: run, now and after
 * each boot. install-and-enrol: all of it.
 */
export interface InstallStep {
  readonly what: 'get' | 'image' | 'enrol' | 'start' | 'unpack' | 'install-and-enrol'
  readonly command: string
}

/** Commands for a POSIX shell, step by step; each may be pasted as it is. */
export function installCommands(wish: InstallWish): Readonly<Record<'linux' | 'docker' | 'offline', InstallStep[]>> {
  const url = quoted(wish.url)
  const token = quoted(wish.token)
  const name = `outrider-agent-${wish.version}`
  const image = `outrider-agent:${wish.version}`
  const volume = '-v outrider-agent:/data'
  return {
    linux: [
      { what: 'get', command: `sudo apt install ./outrider-agent_${wish.version}_$(dpkg --print-architecture).deb` },
      {
        what: 'enrol',
        command: `sudo -u outrider-agent outrider-agent enrol ${url} --token ${token} --config /etc/outrider/agent.yaml`,
      },
      { what: 'start', command: 'sudo systemctl restart outrider-agent' },
    ],
    docker: [
      { what: 'image', command: `docker build --target agent -t ${image} .` },
      {
        what: 'enrol',
        command: `docker run --rm -it --network host ${volume} ${image} enrol ${url} --token ${token} --data /data`,
      },
      {
        what: 'start',
        command: `docker run -d --name outrider-agent --restart unless-stopped --network host ${volume} ${image}`,
      },
    ],
    offline: [
      { what: 'unpack', command: `tar xzf ${name}-linux-$(uname -m).tar.gz && cd ${name}` },
      { what: 'install-and-enrol', command: `sudo ./install.sh ${url} ${token}` },
    ],
  }
}

/** One word for the shell, whatever is in it. */
function quoted(text: string): string {
  return /^[A-Za-z0-9_.:/@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
