// One more agent in this process: it joins by the command that the console shows, and runs until it is disposed of.
import { join } from 'node:path'
import { pino } from 'pino'
import { stringify } from 'yaml'
import { type Agent, startAgent } from '#agent/agent.ts'
import { enrol } from '#agent/commands/enrol.ts'
import { readAgentConfig } from '#agent/config/config.ts'
import { findIdentity } from '#agent/identity/identity.ts'

export interface JoinedAgent extends AsyncDisposable {
  /** What the command printed so far. */
  said(): string
  /** Exit code of the command. */
  readonly code: Promise<number>
  /** Runs it with the identity it was given. */
  start(): Promise<void>
}

/** What a person may wait for seconds; a test need not. */
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, Math.min(ms, 200)))

/** `command`: as it stands in the console, with address and token. `dir`: where the agent keeps itself. */
export function joinByCommand(command: string, dir: string): JoinedAgent {
  const [, address, token] = /outrider-agent enrol (\S+) --token (\S+)/.exec(command) ?? []
  if (address === undefined || token === undefined) throw new Error(`no command to join with: ${command}`)
  const data = join(dir, 'joined-agent')
  const lines: string[] = []
  const code = enrol(address, {
    token,
    data,
    lang: 'en',
    name: 'second-box',
    sleep,
    out: (line) => void lines.push(line),
  })
  let agent: Agent | undefined
  return {
    code,
    said: () => lines.join('\n'),
    async start() {
      const secrets = { env: () => undefined, file: () => '' }
      const text = stringify({ dataDir: data, health: { port: 0 } })
      const read = readAgentConfig(text, { file: 'agent.yaml', secrets, identity: findIdentity })
      if (!read.ok) throw new Error(JSON.stringify(read.problems))
      agent = await startAgent({
        config: read.value,
        program: 'agent-in-test',
        log: pino({ level: 'silent' }),
        onFatal(error) {
          throw error
        },
      })
    },
    [Symbol.asyncDispose]: async () => agent?.stop(),
  }
}
