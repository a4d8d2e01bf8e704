// From what a person fills in to what the agent is asked to try.
import { TCP_PORTS } from '#shared/diagnostics/tcp.ts'
import type { DeviceTestDraft } from '#shared/http/device-test.ts'
import { type CredentialForm, draftOfCredentials } from './credential-form.ts'
import { type DeviceForm, listOf } from './device-form.ts'

const MAY_TRY: ReadonlySet<number> = new Set(TCP_PORTS)
const MOST_PORTS = 8

/** `typed`: credentials that are not kept yet. Ports that may not be tried are left out; without any, the usual ones are. */
export function testDraftOf(form: DeviceForm, typed?: CredentialForm): DeviceTestDraft {
  const ports = [...new Set(listOf(form.tcp).map(Number))].filter((port) => MAY_TRY.has(port)).slice(0, MOST_PORTS)
  const kept = form.credentials === '' ? undefined : { credentials: form.credentials }
  const which = typed === undefined ? kept : { set: draftOfCredentials(typed) }
  const snmp = which && {
    ...which,
    ...(form.profile.trim() === '' ? {} : { profile: form.profile.trim() }),
    ...(form.port.trim() === '' ? {} : { port: Number(form.port) }),
  }
  return {
    address: form.address.trim(),
    ...(form.agent === '' ? {} : { agent: form.agent }),
    ...(snmp === undefined ? {} : { snmp }),
    ...(ports.length === 0 ? {} : { tcpPorts: ports }),
  }
}
