import { afterAll, beforeAll, expect, it } from 'vitest'
import { createVirtualSite, SMALL_SITE } from '#test/support/virtual-site/virtual-site.ts'
import { tryDevice } from './try-device.ts'

const site = createVirtualSite({ devices: SMALL_SITE })
beforeAll(() => site.start())
afterAll(() => site.stop())

it('goes through all steps and shows profile and metrics', async () => {
  const device = site.device('server-1')
  const v3 = device.asAgentDevice().snmp
  const lines: string[] = []
  const ok = await tryDevice(
    device.address,
    {
      credentials: [
        { version: 'v1', community: 'wrong' },
        { version: 'v2c', community: 'public' },
        ...(v3 ? [v3] : []),
      ],
      ...{ port: device.port, timeoutMs: 300, tcpPorts: [device.tcpPort] },
    },
    (line) => lines.push(line),
  )
  expect(ok).toBe(true)
  const text = lines.join('\n')
  expect(text).toMatch(/^(ok {2}|FAIL) ping/)
  expect(text).toMatch(/ok {3}tcp \d+ +\d+ ms {2}open/)
  expect(text).toMatch(/FAIL snmp v1 +\d+ ms {2}timeout/)
  expect(text).toMatch(/ok {3}snmp v2c +\d+ ms {2}up for 0 d 1 h 0 min/)
  expect(text).toMatch(/ok {3}poll \(v3 outrider sha256 aes\)/)
  expect(text).toContain('profile      net-snmp: sysObjectID 1.3.6.1.4.1.8072.3.2.10 fits 1.3.6.1.4.1.8072.3.2.*')
  expect(text).toMatch(/storage.used +storage:\/ +37 %/)
  expect(text).not.toMatch(/simulated-(auth|priv)-key/)
  expect(lines.slice(lines.findIndex((line) => line.includes('profile      ')) + 1)).toHaveLength(10)
})

it('says that nothing answered', async () => {
  const device = site.device('access-2')
  device.setBehaviour('silent')
  const lines: string[] = []
  const options = { credentials: [{ version: 'v2c', community: 'public' }], port: device.port, timeoutMs: 100 } as const
  expect(await tryDevice(device.address, { ...options, tcpPorts: [device.tcpPort] }, (line) => lines.push(line))).toBe(
    false,
  )
  expect(lines.at(-1)).toMatch(/No SNMP version answered/)
  expect(lines.join()).toMatch(/- {4}tcp \d+ +\d+ ms {2}refused/)
})
