import { describe, expect, it } from 'vitest'
import { SiteSettings } from '#shared/http/site-config.ts'
import { settingsFormOf, settingsOf, settingsWith, wrongSettings } from './settings-form.ts'

const stored = SiteSettings.parse({
  defaults: { snmp: { intervalMs: 30_000, port: 1161, retries: 2 }, icmp: { count: 5 }, http: { verifyTls: false } },
  inputs: { traps: { port: 1162, strangersPerSecond: 10 }, syslog: { udp: {} } },
  timeZone: 'Asia/Shanghai',
})

describe('settings of a site and their form', () => {
  it('come back the same, with the keys the form does not show', () => {
    expect(settingsOf(settingsFormOf(stored), stored)).toEqual(stored)
  })

  it('are empty when nothing is said', () => {
    expect(settingsOf(settingsFormOf({}), {})).toEqual({})
    const { inputs: _inputs, timeZone: _zone, ...rest } = stored
    const off = { ...settingsFormOf(stored), traps: false, syslogUdp: false, timeZone: '' }
    expect(settingsOf(off, stored)).toEqual(rest)
  })

  it('send what was typed, as the API takes it', () => {
    const form = {
      ...settingsFormOf({}),
      snmpInterval: '60',
      snmpTimeout: '0.5',
      snmpRetries: '0',
      traps: true,
      syslogTcp: true,
    }
    const settings = settingsOf(form, {})
    expect(settings).toEqual({
      defaults: { snmp: { intervalMs: 60_000, timeoutMs: 500, retries: 0 } },
      inputs: { traps: { port: 162 }, syslog: { tcp: { port: 514 } } },
    })
    expect(SiteSettings.safeParse(settings).success).toBe(true)
  })

  it('name the fields that cannot be meant', () => {
    const form = {
      ...settingsFormOf({}),
      snmpInterval: '0',
      snmpRetries: '1.5',
      icmpInterval: 'x',
      traps: true,
      trapPort: '',
    }
    expect([...wrongSettings(form)].sort()).toEqual(['icmpInterval', 'snmpInterval', 'snmpRetries', 'trapPort'])
    expect(wrongSettings(settingsFormOf(stored)).size).toBe(0)
  })

  it('that somebody else changes lose nothing that is being written, and take over the rest', () => {
    const before = settingsFormOf(stored)
    const theirs = { ...before, timeZone: 'Europe/Paris', trapPort: '2162' }
    const mine = { ...before, trapPort: '3162', snmpTimeout: '1' }
    expect(settingsWith(before, theirs, mine)).toEqual({
      ...{ ...before, timeZone: 'Europe/Paris', trapPort: '3162', snmpTimeout: '1' },
    })
  })
})
