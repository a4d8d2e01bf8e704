// For equipment whose profile says that it chokes on GETBULK.
import type { Profile } from '#shared/profiles/profile.ts'
import type { SnmpClient } from '../../protocols/snmp/snmp-client.ts'

/** The client itself, or one that asks columns by GETNEXT only. */
export function clientFor({ noBulk }: Profile, client: SnmpClient): SnmpClient {
  if (!noBulk) return client
  return { ...client, columns: (oids, signal, options) => client.columns(oids, signal, { ...options, noBulk: true }) }
}
