// What a device said about itself and which profile it got: learned by the SNMP poller, kept by the device list.
import type { Playbook } from '#shared/domain/playbook.ts'

export interface DeviceIdentity {
  /** Device id of the agent's file. */
  readonly device: string
  readonly sysObjectId: string
  readonly sysDescr: string
  readonly sysName: string
  readonly profile: string
  /** Why this profile. */
  readonly profileReason: string
  readonly vendor?: string
  readonly model?: string
  readonly serial?: string
  readonly version?: string
  /** What the profile wants asked when an alarm opens an incident. */
  readonly playbook?: Playbook
  readonly tags: Readonly<Record<string, string>>
}
