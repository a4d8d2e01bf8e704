// Settings of a site between their stored form and what a person fills in. Keys the form does not show stay as they are.
import type { SiteSettings } from '#shared/http/site-config.ts'

/** Texts as typed; empty: as the site's own file says. */
export interface SettingsForm {
  readonly snmpInterval: string
  readonly snmpTimeout: string
  readonly snmpRetries: string
  readonly icmpInterval: string
  readonly tcpInterval: string
  readonly httpInterval: string
  readonly traps: boolean
  readonly trapPort: string
  readonly syslogUdp: boolean
  readonly syslogUdpPort: string
  readonly syslogTcp: boolean
  readonly syslogTcpPort: string
  readonly timeZone: string
}

const seconds = (ms: number | undefined) => (ms === undefined ? '' : String(ms / 1000))

export function settingsFormOf({ defaults, inputs, timeZone }: SiteSettings): SettingsForm {
  return {
    snmpInterval: seconds(defaults?.snmp?.intervalMs),
    snmpTimeout: seconds(defaults?.snmp?.timeoutMs),
    snmpRetries: defaults?.snmp?.retries === undefined ? '' : String(defaults.snmp.retries),
    icmpInterval: seconds(defaults?.icmp?.intervalMs),
    tcpInterval: seconds(defaults?.tcp?.intervalMs),
    httpInterval: seconds(defaults?.http?.intervalMs),
    traps: inputs?.traps !== undefined,
    trapPort: String(inputs?.traps?.port ?? 162),
    syslogUdp: inputs?.syslog?.udp !== undefined,
    syslogUdpPort: String(inputs?.syslog?.udp?.port ?? 514),
    syslogTcp: inputs?.syslog?.tcp !== undefined,
    syslogTcpPort: String(inputs?.syslog?.tcp?.port ?? 514),
    timeZone: timeZone ?? '',
  }
}

/** The settings to send; `old` are those of before. */
export function settingsOf(form: SettingsForm, old: SiteSettings): Record<string, unknown> {
  const timed = (before: object | undefined, change: Record<string, number | undefined>) =>
    full(Object.fromEntries(Object.entries({ ...before, ...change }).filter(([, value]) => value !== undefined)))
  const ms = (text: string) => (text.trim() === '' ? undefined : Math.round(Number(text) * 1000))
  const whole = (text: string) => (text.trim() === '' ? undefined : Number(text))
  const { defaults, inputs, timeZone: _zone, ...rest } = old
  const syslog = {
    ...inputs?.syslog,
    udp: form.syslogUdp ? { ...inputs?.syslog?.udp, port: Number(form.syslogUdpPort) } : undefined,
    tcp: form.syslogTcp ? { ...inputs?.syslog?.tcp, port: Number(form.syslogTcpPort) } : undefined,
  }
  return defined({
    ...rest,
    defaults: full(
      defined({
        ...defaults,
        snmp: timed(defaults?.snmp, {
          intervalMs: ms(form.snmpInterval),
          timeoutMs: ms(form.snmpTimeout),
          retries: whole(form.snmpRetries),
        }),
        icmp: timed(defaults?.icmp, { intervalMs: ms(form.icmpInterval) }),
        tcp: timed(defaults?.tcp, { intervalMs: ms(form.tcpInterval) }),
        http: timed(defaults?.http, { intervalMs: ms(form.httpInterval) }),
      }),
    ),
    inputs: full(
      defined({
        traps: form.traps ? { ...inputs?.traps, port: Number(form.trapPort) } : undefined,
        syslog: form.syslogUdp || form.syslogTcp ? defined(syslog) : undefined,
      }),
    ),
    timeZone: form.timeZone.trim() === '' ? undefined : form.timeZone.trim(),
  })
}

/** What stands in the form when the settings were changed elsewhere: theirs, but for what somebody has written here. */
export function settingsWith(before: SettingsForm, theirs: SettingsForm, mine: SettingsForm): SettingsForm {
  const written = Object.entries(mine).filter(([key, value]) => value !== before[key as keyof SettingsForm])
  return { ...theirs, ...Object.fromEntries(written) }
}

/** Fields whose text cannot be meant. */
export function wrongSettings(form: SettingsForm): ReadonlySet<keyof SettingsForm> {
  const wrong = new Set<keyof SettingsForm>()
  const within = (key: keyof SettingsForm, least: number, most: number, whole: boolean) => {
    const text = String(form[key]).trim()
    const value = Number(text)
    if (text !== '' && !(value >= least && value <= most && (!whole || Number.isInteger(value)))) wrong.add(key)
  }
  for (const key of ['snmpInterval', 'icmpInterval', 'tcpInterval', 'httpInterval'] as const)
    within(key, 1, 86_400, false)
  within('snmpTimeout', 0.05, 120, false)
  within('snmpRetries', 0, 5, true)
  for (const [on, key] of [
    ['traps', 'trapPort'],
    ['syslogUdp', 'syslogUdpPort'],
    ['syslogTcp', 'syslogTcpPort'],
  ] as const) {
    if (!form[on]) continue
    within(key, 1, 65_535, true)
    if (form[key].trim() === '') wrong.add(key)
  }
  return wrong
}

function defined(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined))
}

function full<T extends object>(record: T): T | undefined {
  return Object.keys(record).length === 0 ? undefined : record
}
