import { duration } from '../ui/format.ts'

// Names of the objects people read most (SNMPv2-MIB, IF-MIB, HOST-RESOURCES-MIB, ENTITY-MIB,
// ENTITY-SENSOR-MIB, UPS-MIB), so that results read as words.
const NAMES: Readonly<Record<string, string>> = {
  '1.3.6.1.2.1.1.1': 'sysDescr',
  '1.3.6.1.2.1.1.2': 'sysObjectID',
  '1.3.6.1.2.1.1.3': 'sysUpTime',
  '1.3.6.1.2.1.1.4': 'sysContact',
  '1.3.6.1.2.1.1.5': 'sysName',
  '1.3.6.1.2.1.1.6': 'sysLocation',
  '1.3.6.1.2.1.2.2.1.1': 'ifIndex',
  '1.3.6.1.2.1.2.2.1.2': 'ifDescr',
  '1.3.6.1.2.1.2.2.1.5': 'ifSpeed',
  '1.3.6.1.2.1.2.2.1.7': 'ifAdminStatus',
  '1.3.6.1.2.1.2.2.1.8': 'ifOperStatus',
  '1.3.6.1.2.1.2.2.1.9': 'ifLastChange',
  '1.3.6.1.2.1.2.2.1.10': 'ifInOctets',
  '1.3.6.1.2.1.2.2.1.13': 'ifInDiscards',
  '1.3.6.1.2.1.2.2.1.14': 'ifInErrors',
  '1.3.6.1.2.1.2.2.1.16': 'ifOutOctets',
  '1.3.6.1.2.1.2.2.1.19': 'ifOutDiscards',
  '1.3.6.1.2.1.2.2.1.20': 'ifOutErrors',
  '1.3.6.1.2.1.31.1.1.1.1': 'ifName',
  '1.3.6.1.2.1.31.1.1.1.6': 'ifHCInOctets',
  '1.3.6.1.2.1.31.1.1.1.10': 'ifHCOutOctets',
  '1.3.6.1.2.1.31.1.1.1.15': 'ifHighSpeed',
  '1.3.6.1.2.1.31.1.1.1.18': 'ifAlias',
  '1.3.6.1.2.1.25.1.1': 'hrSystemUptime',
  '1.3.6.1.2.1.25.2.3.1.2': 'hrStorageType',
  '1.3.6.1.2.1.25.2.3.1.3': 'hrStorageDescr',
  '1.3.6.1.2.1.25.2.3.1.4': 'hrStorageAllocationUnits',
  '1.3.6.1.2.1.25.2.3.1.5': 'hrStorageSize',
  '1.3.6.1.2.1.25.2.3.1.6': 'hrStorageUsed',
  '1.3.6.1.2.1.25.3.3.1.2': 'hrProcessorLoad',
  '1.3.6.1.2.1.47.1.1.1.1.2': 'entPhysicalDescr',
  '1.3.6.1.2.1.47.1.1.1.1.7': 'entPhysicalName',
  '1.3.6.1.2.1.99.1.1.1.4': 'entPhySensorValue',
  '1.3.6.1.2.1.99.1.1.1.5': 'entPhySensorOperStatus',
  '1.3.6.1.2.1.33.1.2.1': 'upsBatteryStatus',
  '1.3.6.1.2.1.33.1.2.2': 'upsSecondsOnBattery',
  '1.3.6.1.2.1.33.1.2.3': 'upsEstimatedMinutesRemaining',
  '1.3.6.1.2.1.33.1.2.4': 'upsEstimatedChargeRemaining',
  '1.3.6.1.2.1.33.1.4.1': 'upsOutputSource',
  '1.3.6.1.2.1.33.1.6.2.1.2': 'upsAlarmDescr',
  '1.3.6.1.2.1.33.1.9.7': 'upsConfigLowBattTime',
}

const STATUS = ['', 'up', 'down', 'testing', 'unknown', 'dormant', 'notPresent', 'lowerLayerDown']
const LABELS: Readonly<Record<string, readonly string[]>> = { ifAdminStatus: STATUS, ifOperStatus: STATUS }

/** `ifOperStatus.3` for a known object (with the rest as its index), else the OID itself. */
export function oidName(oid: string): string {
  const parts = oid.split('.')
  for (let length = parts.length; length >= 8; length--) {
    const name = NAMES[parts.slice(0, length).join('.')]
    if (name) return [name, ...parts.slice(length)].join('.')
  }
  return oid
}

/** Hundredths of a second. */
const TICKS: readonly string[] = ['sysUpTime', 'ifLastChange', 'hrSystemUptime']

/** `down (2)` where the object is an enumeration we know; null is an object that is not there. */
export function oidValue(oid: string, value: string | number | null): string {
  if (value === null) return '–'
  const name = oidName(oid).split('.')[0] as string
  if (TICKS.includes(name) && Number.isFinite(Number(value))) return duration(Number(value) * 10)
  const label = LABELS[name]?.[Number(value)]
  return label ? `${label} (${value})` : String(value)
}
