// Everything that happened to the device, with the same search as all traps and logs.
import { DeviceLog } from '../events/device-log.tsx'
import type { PartProps } from './device-screen.tsx'

export function EventsPart({ device }: PartProps) {
  return <DeviceLog device={device.id} />
}
