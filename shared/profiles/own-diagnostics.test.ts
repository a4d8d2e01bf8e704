import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { loadProfiles, type ProfileText } from './profiles.ts'

const load = (...user: ProfileText[]) => loadProfiles({ stock: [], user })
const file = (name: string, diagnostics: string, more = '') => ({
  file: `${name}.yaml`,
  text: `${more}
x-outrider:
  diagnostics:
${diagnostics.replace(/^/gm, '    ')}
`,
})
const get = (oid: string) => ({ action: 'snmp-get', arguments: { oids: [oid] } })

describe('diagnostics of a profile', () => {
  it('are read-only actions by alarm type, with the defaults of their arguments and a title', () => {
    const { profiles, problems } = load(
      file(
        'a',
        `env.fan:
  - { action: snmp-table, columns: [1.3.6.1.4.1.9.1, 1.3.6.1.4.1.9.2], title: { zh-CN: 风扇, en: Fans } }
  - { action: tcp, port: 443 }
'*': [{ action: ping, count: 2 }, { action: poll-now }]`,
      ),
    )
    expect(problems).toEqual([])
    expect(profiles.get('a')?.playbook).toEqual({
      'env.fan': [
        {
          action: 'snmp-table',
          arguments: { columns: ['1.3.6.1.4.1.9.1', '1.3.6.1.4.1.9.2'], maxRows: 100 },
          title: { 'zh-CN': '风扇', en: 'Fans' },
        },
        { action: 'tcp', arguments: { port: 443, timeoutMs: 3000 } },
      ],
      '*': [
        { action: 'ping', arguments: { count: 2, timeoutMs: 1000 } },
        { action: 'poll-now', arguments: {} },
      ],
    })
  })

  it('come from what a profile extends too; an own entry of an alarm type replaces, an empty one takes away', () => {
    const { profiles, problems } = load(
      file('base', `env.fan: [{ action: ping }]\nlink.down: [{ action: ping }]\n'*': [{ action: poll-now }]`),
      file(
        'mine',
        `env.fan: [{ action: snmp-get, oids: [1.3.6.1.4.1.9.1] }]\nlink.down: []`,
        'extends: [base]\nsysobjectid: 1.3.6.1.4.1.9',
      ),
    )
    expect(problems).toEqual([])
    expect(profiles.get('mine')?.playbook).toEqual({
      'env.fan': [get('1.3.6.1.4.1.9.1')],
      '*': [{ action: 'poll-now', arguments: {} }],
    })
    expect(Object.keys(profiles.get('base')?.playbook ?? {})).toEqual(['env.fan', 'link.down', '*'])
  })

  it.each([
    ['env.fan: [{ action: reload }]', 4, /x-outrider\.diagnostics\.env\.fan\.0\.action/],
    ['env.fan: [{ action: sweep, ranges: [10.0.0.0/8] }]', 4, /action/],
    ['env.fan:\n  - { action: snmp-get, oids: [1.3.6.1.6.3.18.1.1.1.2] }', 5, /not read remotely/],
    ['env.fan:\n  - { action: snmp-table, columns: [ifDescr] }', 5, /numbers with dots/],
    ['env.fan: [{ action: tcp, port: 31337 }]', 4, /not one of the ports/],
    ['env.fan: [{ action: ping, count: 1000 }]', 4, /count/],
    ['env.fan: { action: ping }', 4, /env\.fan: is no list/],
    ['Fan: [{ action: ping }]', 4, /Fan: neither an alarm type/],
    ['__proto__: [{ action: ping }]', 4, /neither an alarm type/],
  ])('that cannot be used are told with their line and left out alone: %s', (bad, line, message) => {
    const { profiles, problems } = load(file('a', `${bad}\nlink.down: [{ action: ping }]`))
    expect(problems[0]).toMatchObject({ severity: 'error', file: 'a.yaml', line })
    expect(problems[0]?.message).toMatch(message)
    expect(Object.keys(profiles.get('a')?.playbook ?? {})).toEqual(['link.down'])
  })

  it('warn of keys that an action does not take, and go without them', () => {
    const { profiles, problems } = load(file('a', 'env.fan: [{ action: ping, address: 192.0.2.9 }]'))
    expect(problems).toMatchObject([{ severity: 'warning', line: 4 }])
    expect(problems[0]?.message).toMatch(/unknown key x-outrider\.diagnostics\.env\.fan\.0\.address/)
    expect(profiles.get('a')?.playbook).toEqual({
      'env.fan': [{ action: 'ping', arguments: { count: 4, timeoutMs: 1000 } }],
    })
  })

  it('are no mapping', () => {
    expect(load(file('a', '- { action: ping }')).problems).toMatchObject([
      { severity: 'error', message: 'x-outrider.diagnostics: is no mapping of alarm types' },
    ])
  })

  it('have limits: types, actions, and all of it with what it extends', () => {
    const types = Array.from({ length: 33 }, (_, i) => `t.n${i}: [{ action: ping }]`).join('\n')
    const many = load(file('a', types))
    expect(many.problems).toMatchObject([{ severity: 'error', message: expect.stringMatching(/32 alarm types/) }])
    expect(Object.keys(many.profiles.get('a')?.playbook ?? {})).toHaveLength(32)

    const five = Array.from({ length: 5 }, (_, i) => `{ action: snmp-get, oids: [1.3.6.9.${i}] }`).join(', ')
    const steps = load(file('a', `env.fan: [${five}]`))
    expect(steps.problems).toMatchObject([{ line: 4, message: expect.stringMatching(/more than 4 actions/) }])
    expect(steps.profiles.get('a')?.playbook?.['env.fan']).toHaveLength(4)

    const long = Array.from({ length: 32 }, (_, i) => `1.3.6.1.${'1234567.'.repeat(10)}${i}`).join(', ')
    const wide = load(
      file('base', Array.from({ length: 3 }, (_, i) => `a.n${i}: [{ action: snmp-get, oids: [${long}] }]`).join('\n')),
      file(
        'mine',
        Array.from({ length: 4 }, (_, i) => `b.n${i}: [{ action: snmp-get, oids: [${long}] }]`).join('\n'),
        'extends: [base]',
      ),
    )
    expect(wide.problems.map((p) => p.message)).toEqual([
      expect.stringMatching(/more than 16000 characters with what it extends; b\.n\d is left out/),
      expect.stringMatching(/left out/),
    ])
    expect(JSON.stringify(wide.profiles.get('mine')?.playbook).length).toBeLessThan(16_000)
  })

  it('of the stock profiles can all be used, name what people see in both languages, and are asked with room to spare', () => {
    const folder = new URL('./stock/', import.meta.url)
    const stock = readdirSync(folder).map((name) => ({ file: name, text: readFileSync(new URL(name, folder), 'utf8') }))
    const { profiles, problems } = loadProfiles({ stock, user: [] })
    expect(problems.filter(({ severity }) => severity !== 'note')).toEqual([])
    for (const [name, { playbook = {} }] of profiles) {
      expect(JSON.stringify(playbook).length, name).toBeLessThan(12_000)
      for (const steps of Object.values(playbook))
        for (const { action, title } of steps)
          if (action === 'snmp-table')
            expect(title, name).toEqual({ 'zh-CN': expect.any(String), en: expect.any(String) })
    }
    const types = (name: string) => Object.keys(profiles.get(name)?.playbook ?? {})
    for (const name of ['cisco', 'huawei', 'h3c', 'juniper', 'network', 'generic'])
      expect(types(name)).toContain('link.down')
    for (const name of ['cisco', 'huawei', 'dell-idrac', 'hpe-ilo']) expect(types(name)).toContain('env.fan')
    for (const name of ['ups', 'apc-ups', 'huawei-ups', 'net-snmp', 'generic'])
      expect(types(name)).toContain('power.on-battery')
    for (const name of ['netapp', 'synology', 'huawei-oceanstor', 'dahua']) expect(types(name)).toContain('disk.failed')
    expect(types('printer')).toContain('printer.supply-low')
  })
})
