// Findings put together by device: one that answers at several addresses is one.
import { type Found, identityKeys } from '#shared/domain/discovery.ts'

export interface FoundDevice {
  /** Of its addresses the one read best. */
  readonly found: Found
  readonly addresses: readonly string[]
}

/** In the order of the first finding of each. */
export function devicesOf(findings: readonly Found[]): FoundDevice[] {
  const devices: { found: Found; addresses: string[] }[] = []
  const byKey = new Map<string, (typeof devices)[number]>()
  for (const found of findings) {
    const keys = identityKeys(found)
    const known = keys.map((key) => byKey.get(key)).find((device) => device !== undefined)
    const device = known ?? { found, addresses: [] }
    if (known === undefined) devices.push(device)
    if (device.found.profile === null && found.profile !== null) device.found = found
    device.addresses.push(found.address)
    for (const key of keys) byKey.set(key, device)
  }
  return devices
}
