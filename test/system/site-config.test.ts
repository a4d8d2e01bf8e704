// What is kept in the collector reaches an agent of its own process over the real Mosquitto with certificates, and is whole
// there whenever that process is killed.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SiteConfigStatus } from '#shared/http/site-config.ts'
import { type Installation, SITE_ID, startInstallation } from '../support/installation.ts'
import { programOrSkip, requireProgram } from '../support/programs.ts'
import { until } from '../support/until.ts'

const CONFIG = `/api/v1/sites/${SITE_ID}/config`

describe('site configuration over Mosquitto', () => {
  let installation: Installation
  beforeAll(async () => {
    if (requireProgram('mosquitto') !== undefined) installation = await startInstallation({ broker: 'mosquitto-mtls' })
  })
  afterAll(() => installation?.stop())

  const agent = async () =>
    (await installation.agentHealth()).site as { version: number; state: string; origins: Record<string, string> }
  const status = async () => (await installation.api.get<SiteConfigStatus>(`${CONFIG}/status`)).agents[0]
  const settled = () =>
    until(
      async () => {
        const now = await status()
        return now !== undefined && now.wanted > 0 && now.applied === now.wanted && now.state !== 'waiting'
          ? now
          : undefined
      },
      { timeoutMs: 60_000, what: 'the configuration to be used' },
    )
  const put = (id: string, name: string) =>
    installation.api.put(`${CONFIG}/devices/${id}`, { name, address: '127.0.0.1', snmp: { credentials: 'lab' } })

  it('is applied with sealed credentials', async (context) => {
    programOrSkip(context, 'mosquitto')
    await installation.api.put(`${CONFIG}/credentials/lab`, { version: 'v2c', community: 'kept-secret' })
    await put('kept-1', 'First')
    expect(await settled()).toMatchObject({ state: 'applied', devices: 1, canReceiveSecrets: true })
    expect((await agent()).origins['kept-1']).toBe('collector')
  }, 60_000)

  it('is whole after kills in the middle of changes, and the newest in the end', async (context) => {
    programOrSkip(context, 'mosquitto')
    for (let round = 0; round < 6; round++) {
      for (let change = 0; change < 4; change++) {
        await put(`kept-${1 + (change % 2)}`, `Round ${round}.${change}`)
        await new Promise((resolve) => setTimeout(resolve, 150 * (1 + ((round * 7 + change * 3) % 5))))
      }
      await installation.agent.kill()
      await installation.agent.start()
      // before any word of the collector: one whole configuration
      expect((await agent()).origins['kept-1']).toBe('collector')
    }
    const { wanted } = await settled()
    expect(await agent()).toMatchObject({
      version: wanted,
      state: 'applied',
      origins: { 'kept-1': 'collector', 'kept-2': 'collector' },
    })
    await until(
      async () => {
        const { items } = await installation.api.get<{ items: { name: string; origin: string; active: boolean }[] }>(
          `/api/v1/devices?site=${SITE_ID}`,
        )
        const kept = items.filter((device) => device.origin === 'collector' && device.active)
        return (
          kept
            .map((device) => device.name)
            .sort()
            .join() === 'Round 5.2,Round 5.3'
        )
      },
      { timeoutMs: 30_000 },
    )
  }, 180_000)
})
