// Faults end and nobody says so: every trap and line that would end an alarm is left out. One poll interval later no alarm
// may stand that a poll knows better.
import type { AlarmRow } from '#shared/http/alarms.ts'
import { until } from '../../support/until.ts'
import { linkDown } from './ledger.ts'
import type { Stage } from './stage.ts'

/** From the answer of the device to the alarm in the API: batch, commit, two seconds until all of a poll has come, read. */
const WAY_MS = 4000
const UPS = '1.3.6.1.2.1.33'

export async function lostClears(stage: Stage, { progress }: { progress(message: string): void }) {
  const { site, installation, quiet, intervalMs } = stage
  const { api, ports } = installation
  const to = { host: '127.0.0.1', port: ports.trapPort }
  const open = async () =>
    (await api.all<AlarmRow>('/api/v1/alarms?all=true')).filter((a) => !a.isCleared && !ENDS_BY_TIME.has(a.alarmType))
  const before = new Set((await open()).map((a) => a.id))
  // ports that were cut in the flood are mended, without a word
  for (const id of quiet) for (const port of site.device(id).ports) port.operUp = true
  // and ports go down and are up again before anybody can look; only the first is told
  const ups = site.device('ups')
  ups.ups.onBattery = true
  await ups.sendTrap(to, { oid: `${UPS}.2.1`, varbinds: [[`${UPS}.1.2.3.0`, { type: 'Integer', value: 5 }]] })
  for (const id of quiet) for (let port = 4; port <= 8; port++) await site.device(id).sendRaw(to, linkDown(port))
  const raised = await until(
    async () => {
      const rows = await api.all<AlarmRow>('/api/v1/alarms?all=true')
      const links = rows.filter((a) => a.alarmType === 'link.down' && quiet.includes(String(a.device).slice(3)))
      return links.length >= quiet.length * 6 && rows.some((a) => a.alarmType === 'power.on-battery') && links.length
    },
    { timeoutMs: 20_000, everyMs: 50, what: 'the alarms of the traps' },
  )
  ups.ups.onBattery = false
  const ended = performance.now()
  progress(`${raised} links reported down, ${before.size} alarms stood; all is well now and nobody says so`)
  let last = await open()
  while (last.length > 0 && performance.now() - ended < intervalMs + WAY_MS) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    last = await open()
  }
  const ms = Math.round(performance.now() - ended)
  for (const alarm of last.slice(0, 10)) progress(`still open: ${alarm.device} ${alarm.alarmType} ${alarm.resource}`)
  progress(`${last.length} alarms open after ${ms} ms; polls come every ${intervalMs} ms`)
  return { raised, stoodBefore: before.size, openAfterOneInterval: last.length, afterMs: ms, intervalMs }
}

/** Of their rules' own `clearAfter`: what is not a state has no poll to ask and no trap that ends it. */
const ENDS_BY_TIME = new Set(['device.message-storm', 'security.authentication-failures', 'agent.receive-buffer'])
