// Syslog: lossless UDP rate and TCP messages per second to the outbox's commit, beside syslog-ng and rsyslog to a file.

import { until } from '../support/until.ts'
import type { BenchContext } from './bench.ts'
import { syslogLines, writeDatagrams } from './datagrams.ts'
import { type Intake, losslessRate } from './intake.ts'
import { generator, median, runGenerator } from './machine.ts'
import { agentOutbox } from './our-intake.ts'
import { rsyslogd, syslogNg } from './peers.ts'

const TCP_MESSAGES = 1_000_000

export async function syslogBench({ seed, pairs, progress, report }: BenchContext): Promise<void> {
  const udp = generator('udp-send')
  const tcp = generator('tcp-send')
  if (!udp || !tcp) throw new Error('the syslog bench needs a C compiler (cc) for its generators')
  const file = writeDatagrams('lines', syslogLines(seed))
  const subjects: Readonly<Record<string, () => Promise<Intake | undefined>>> = {
    outrider: async () => {
      const agent = await agentOutbox()
      return { ...agent, port: agent.syslogPort }
    },
    'syslog-ng': syslogNg,
    rsyslog: rsyslogd,
  }
  const rates: Record<string, { udp: number[]; tcp: number[] }> = {}
  for (let pair = 1; pair <= pairs; pair++) {
    for (const [name, start] of Object.entries(subjects)) {
      const subject = await start()
      if (!subject) continue
      rates[name] ??= { udp: [], tcp: [] }
      const got = await losslessRate(subject, udp, file, { low: 30_000, high: 500_000, steps: 7 })
      rates[name].udp.push(got.rate)
      rates[name].tcp.push(await tcpRate(subject, tcp, file))
      await subject.stop()
      progress(
        `pair ${pair}/${pairs}: ${name} UDP ${Math.round(got.rate)}/s, TCP ${Math.round(rates[name].tcp.at(-1) as number)}/s`,
      )
    }
  }
  for (const peer of ['syslog-ng', 'rsyslog'])
    for (const carrier of ['udp', 'tcp'] as const) {
      const ours = rates.outrider?.[carrier] ?? []
      const theirs = rates[peer]?.[carrier]
      const ratio = theirs ? median(ours.map((v, i) => v / (theirs[i] as number))) : null
      const goal = carrier === 'udp' ? (peer === 'rsyslog' ? 0.3 : 1) : 1
      report({
        name: 'syslog-to-outbox',
        carrier,
        value: median(ours),
        unit: 'messages/s',
        peer,
        peerValue: theirs ? median(theirs) : null,
        ratio,
        goal,
      })
    }
}

/** Messages per second from the first byte sent until all are counted. */
async function tcpRate(subject: Intake, sender: string, file: string): Promise<number> {
  const before = await subject.count()
  const started = performance.now()
  await runGenerator([sender, '127.0.0.1', String(subject.port), file, String(TCP_MESSAGES), '4'])
  await until(async () => (await subject.count()) - before >= TCP_MESSAGES, {
    timeoutMs: 120_000,
    everyMs: 20,
    what: `${subject.name} to count ${TCP_MESSAGES} messages`,
  })
  return TCP_MESSAGES / ((performance.now() - started) / 1000)
}
