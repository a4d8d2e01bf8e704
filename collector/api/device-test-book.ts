// What the API needs of tests of devices.

import type { CheckedDeviceTestDraft, DeviceTestRow } from '#shared/http/device-test.ts'
import type { DeviceRow } from '#shared/http/inventory.ts'
import type { Outcome } from './deps.ts'

export interface DeviceTestBook {
  /** Lets an agent of the site try what is drafted. */
  start(site: string, draft: CheckedDeviceTestDraft, actor: string): Promise<Outcome<{ readonly test: DeviceTestRow }>>
  /** Lets its agent try a device with the credentials the agent has for it. */
  startFor(
    device: Pick<DeviceRow, 'id' | 'site' | 'agent' | 'address'>,
    actor: string,
  ): Promise<Outcome<{ readonly test: DeviceTestRow }>>
  test(site: string, id: string): DeviceTestRow | undefined
}
