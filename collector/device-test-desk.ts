// The device-test desk: tests put together with the agents, devices and credentials of sites.

import { SECRET_KEYS } from '#shared/devices/managed-device.ts'
import type { DeviceTestArguments } from '#shared/diagnostics/device-test.ts'
import type { CheckedDeviceTestDraft, DeviceTestRow } from '#shared/http/device-test.ts'
import type { Outcome } from './api/deps.ts'
import type { DeviceTestBook } from './api/device-test-book.ts'
import { createDeviceTests, type DeviceTests } from './diagnostics/device-tests.ts'
import type { ReceivedResult, Turns } from './ingest/evaluation.ts'
import type { SiteDesk } from './site-desk.ts'
import { type ChangeSet, emptyChangeSet } from './storage/change-set.ts'

export interface DeviceTestDesk {
  readonly book: DeviceTestBook
  /** Takes what agents told out of a change set, before others look for who waits for it. */
  follow(results: readonly ReceivedResult[], changes: ChangeSet): void
  /** Every second. */
  step(): void
}

export function createDeviceTestDesk(
  deps: Parameters<typeof createDeviceTests>[0] & {
    readonly siteDesk: Pick<SiteDesk, 'places' | 'book' | 'agentsOf' | 'sealedSet' | 'sealTo'>
    readonly turns: () => Turns<ChangeSet>
  },
): DeviceTestDesk {
  const tests = createDeviceTests(deps)
  return {
    book: createBook(tests, deps),
    follow(results, changes) {
      for (const { agent, record } of results) tests.heard(agent, record)
      const others = changes.diagnosticResults.filter(({ command }) => !tests.owns(command))
      if (others.length < changes.diagnosticResults.length)
        changes.diagnosticResults.splice(0, changes.diagnosticResults.length, ...others)
    },
    step: tests.step,
  }
}

type Asked = Omit<DeviceTestArguments, 'test'>

function createBook(tests: DeviceTests, deps: Parameters<typeof createDeviceTestDesk>[0]): DeviceTestBook {
  const { siteDesk } = deps
  const order = async (wish: Omit<Parameters<DeviceTests['start']>[0], 'actor'>, actor: string) => {
    const refusal = tests.refusal(wish.agent)
    if (refusal !== undefined) return refused('conflict', refusal)
    const { site, agent, address, device } = wish
    const detail = { agent, address, snmp: wish.arguments.snmp !== undefined }
    await deps.turns().run((at) => {
      const changes = emptyChangeSet()
      const subject = device === null ? `site:${site}` : `device:${device}`
      changes.audit.push({ at, actor, action: 'device.test', subject, detail })
      return { changes, value: undefined }
    })
    const test = tests.test(await tests.start({ ...wish, actor }))
    return test === undefined
      ? refused('conflict', 'the test was forgotten: start it again')
      : ({ ok: true, test } as const)
  }
  return {
    async start(site, draft, actor) {
      if (!siteDesk.places.site(site)) return refused('not-found', 'there is no such site')
      const agents = siteDesk.agentsOf(site)
      const agent = draft.agent ?? agents[0]
      if (agent === undefined)
        return refused('conflict', 'the site has no agent: add one, then devices of the site can be tested')
      if (!agents.includes(agent)) return refused('bad-request', `the site has no agent "${agent}"`)
      const snmp = draft.snmp && snmpOf(site, agent, draft.snmp, siteDesk)
      if (typeof snmp === 'string') return refused('conflict', snmp)
      const { address, tcpPorts, ping } = draft
      const asked: Asked = { address, tcpPorts, ping, ...(snmp === undefined ? {} : { snmp }) }
      return await order({ site, agent, device: null, address, arguments: asked }, actor)
    },
    async startFor({ id, site, agent, address }, actor) {
      const asked: Asked = { device: id.slice(id.indexOf('.') + 1), tcpPorts: [22, 23, 80, 443], ping: true }
      return await order({ site, agent, device: id, address, arguments: asked }, actor)
    },
    test(site, id): DeviceTestRow | undefined {
      const test = tests.test(id)
      return test?.site === site ? test : undefined
    },
  }
}

/** What the agent is told of SNMP; a text says why that cannot be sent. */
function snmpOf(
  site: string,
  agent: string,
  { credentials, set, port, timeoutMs, profile }: NonNullable<CheckedDeviceTestDraft['snmp']>,
  siteDesk: Pick<SiteDesk, 'book' | 'sealedSet' | 'sealTo'>,
): NonNullable<Asked['snmp']> | string {
  const rest = { port, timeoutMs, ...(profile === undefined ? {} : { profile }) }
  const kept = credentials === undefined ? undefined : siteDesk.sealedSet(agent, site, credentials)
  if (set === undefined) {
    if (credentials === undefined) return 'name a credential set, or give one'
    if (typeof kept === 'object') return { ...rest, set: { ...kept } }
    // What is not kept for the site may be in the agent's own file: only the agent knows.
    return siteDesk.book.credential(site, credentials) === undefined
      ? { ...rest, name: credentials }
      : `credentials "${credentials}" ${kept}`
  }
  const words: Record<string, unknown> = { ...set }
  for (const key of SECRET_KEYS) {
    const secret = set[key]
    delete words[key]
    // Left out: as it is kept, which is of use only where the version is the same.
    const own = typeof kept === 'object' && kept.version === set.version ? kept[key] : undefined
    if (secret === undefined && own !== undefined) words[key] = own
    else if (typeof secret === 'string') {
      const box = siteDesk.sealTo(agent, secret)
      if (box === undefined) return 'credentials cannot be sent: this agent has no key to receive them; enrol the agent'
      words[key] = box
    }
  }
  return { ...rest, set: words }
}

function refused(code: Extract<Outcome<unknown>, { ok: false }>['code'], message: string) {
  return { ok: false, code, message } as const
}
