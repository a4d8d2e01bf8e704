// SIGKILL at random instants under load: agent, collector, broker.
import { until } from '../../support/until.ts'
import type { Scenario, ScenarioContext } from '../scenario.ts'

type Victim = 'agent' | 'collector' | 'broker'

function killScenario(victim: Victim): Scenario {
  return {
    name: `${victim}-kill`,
    title: `SIGKILL of the ${victim} at random instants`,
    // A killed agent loses what stands unread in its sockets: only acknowledged informs and the lines of the
    // log file count as accepted there.
    carriers:
      victim === 'agent'
        ? ['inform', 'trap', 'log-file', 'inform', 'syslog-tcp']
        : ['inform', 'trap', 'syslog-udp', 'syslog-tcp', 'log-file'],
    perSecond: 500,
    trusting: victim !== 'agent',
    run: (context) => killRounds(context, victim),
  }
}

async function killRounds({ installation, rounds, random, progress, wait }: ScenarioContext, victim: Victim) {
  const recoveries: number[] = []
  for (let round = 1; round <= rounds; round++) {
    await wait(50 + random() * 4950)
    await installation[victim].kill()
    if (victim === 'broker') await wait(random() * 3000)
    const started = performance.now()
    await installation[victim].start()
    recoveries.push(performance.now() - started)
    progress(`round ${round}/${rounds}: ${victim} killed and back after ${Math.round(recoveries.at(-1) as number)} ms`)
  }
  await until(async () => (await installation.agentRow())?.presence === 'online', {
    timeoutMs: 60_000,
    what: 'the agent to be online again',
  })
  recoveries.sort((a, b) => a - b)
  return {
    kills: rounds,
    restartMsP95: Math.round(recoveries[Math.floor(recoveries.length * 0.95)] ?? recoveries.at(-1) ?? 0),
  }
}

export const agentKill = killScenario('agent')
export const collectorKill = killScenario('collector')
export const brokerKill = killScenario('broker')
