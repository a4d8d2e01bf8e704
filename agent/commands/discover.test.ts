import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { freePorts } from '#test/support/free-ports.ts'
import { startSegment, sweptDevices } from '#test/support/swept-segment.ts'
import { discover } from './discover.ts'
import { csvOf } from './discover-output.ts'

const dir = mkdtempSync(join(tmpdir(), 'outrider-discover-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const config = join(dir, 'agent.yaml')
writeFileSync(
  config,
  'credentials:\n  office: { version: v2c, community: office-community }\n  plant: { version: v2c, community: plant-community }\n',
)

async function run(ranges: string[], options: object, signal = new AbortController().signal) {
  const out: string[] = []
  const said: string[] = []
  const screen = { out: (t: string) => void out.push(t), say: (t: string) => void said.push(t), isTerminal: false }
  const code = await discover(ranges, options, screen, signal)
  return { code, out: out.join('\n'), said }
}

describe('discover', () => {
  it('shows a table, CSV for the import, or JSON, and a device with two addresses once', async () => {
    const [port] = (await freePorts(1)) as [number]
    const devices = sweptDevices(4, (n) => `127.76.1.${1 + n}`, 0)
    const segment = await startSegment(devices, port)
    const options = { config, port: String(port), rate: '500', timeout: '200', ping: false, tcp: [String(port)] }
    const table = await run(['127.76.1.0/29'], options)
    const csv = await run(['127.76.1.1', '127.76.1.4'], { ...options, credentials: ['plant'], csv: true })
    const json = await run(['127.76.1.1-2'], { ...options, json: true })
    await segment.stop()
    expect(table.code).toBe(0)
    const [first] = devices
    expect(table.out).toContain(`${first?.addresses[0]} ${first?.addresses[1]}`)
    expect(table.out).toMatch(/127\.76\.1\.4 .* plant /)
    expect(table.out).toMatch(/127\.76\.1\.2 .*speaks SNMP, not with your 2 sets/)
    expect(table.said.at(-1)).toMatch(/^100 % {2}6 of 6 addresses, \d answered, \d read by SNMP, \d+ packets$/)
    expect(csv.out.split('\r\n')[0]).toBe(
      'name,address,credentials,ping,tcp,vendor,model,serial,version,matched profile',
    )
    expect(csv.out).toMatch(/,127\.76\.1\.4,plant,no,,/)
    expect(JSON.parse(json.out)).toMatchObject({
      devices: [{ address: '127.76.1.1', credentials: 'office' }, {}],
      notes: [],
    })
    expect(table.out + csv.out + json.out + table.said.join()).not.toContain('-community')
  })

  it('says what it cannot use, and that nothing answered', async () => {
    expect(await run(['sw1', '10.0.0.9-10.0.0.1'], {})).toMatchObject({
      code: 2,
      said: [/is a name/, /backwards/].map((r) => expect.stringMatching(r)),
    })
    const sets = await run(['10.0.0.1'], { config, credentials: ['ofice'] })
    expect(sets).toMatchObject({ code: 2, said: ['there are no credentials "ofice": there are office, plant'] })
    expect(await run(['10.0.0.1'], { rate: '0' })).toMatchObject({ code: 2, said: [expect.stringMatching(/^--rate/)] })
    expect(await run(['10.0.0.1'], { exclude: ['10.0.0.0/8'] })).toMatchObject({ code: 2 })
    const silent = await run(['127.76.2.1'], { config, timeout: '100', tcp: [], ping: false, port: '9' })
    expect(silent).toMatchObject({ code: 1, out: 'Nothing answered.' })
    const stopped = await run(['127.76.2.0/24'], { config, ping: false }, AbortSignal.timeout(50))
    expect(stopped.code).toBe(130)
  })

  it('keeps formulas out of the table for the import', () => {
    const found = {
      address: '10.0.0.1',
      sysName: '=HYPERLINK("http://x")',
      answers: [],
      openPorts: [],
      credentials: null,
    }
    const rest = { credentialsFrom: null, vendor: '-1', model: 'a,b', serial: null, version: null, profile: null }
    const csv = csvOf([{ found: { ...found, ...rest } as never, addresses: ['10.0.0.1'] }])
    expect(csv.split('\r\n')[1]).toBe(`"'=HYPERLINK(""http://x"")",10.0.0.1,,no,,'-1,"a,b",,,`)
  })
})
