// One vocabulary of faults: poll, trap and log line of one fault name one alarm = resource + alarmType + qualifier. What a
// reading or state of a metric is called as an alarm stands here; definitions of traps and rules of logs use the same words.

/** How an alarm is named. `whole`: of the whole device (resource ''), whatever part was read, for traps name no part. */
export interface AlarmName {
  readonly alarmType: string
  readonly qualifier: string
  readonly whole: boolean
}

/** What of a metric is wrong: too high, too low, or a state by its label. */
export type Wrong = { readonly side: 'high' | 'low' } | { readonly label: string }

/**
 * The name of the fault that a metric tells. Metrics that are not in the table go by their class, and those of no class
 * by their own name: `<metric>.high`, `.low`, `.state`.
 */
export function alarmNameOf(metric: string, metricClass: string | undefined, wrong: Wrong): AlarmName {
  const text = inTable(metric, wrong) ?? ('side' in wrong ? own(BY_CLASS, metricClass ?? '') : undefined)
  if (text !== undefined) return parsed(text)
  const suffix = 'side' in wrong ? wrong.side : 'state'
  return { alarmType: `${dotted(metric)}.${suffix}`, qualifier: '', whole: false }
}

/** Whether several metrics of the table tell of faults of this name. */
export function isSharedName(alarmType: string, qualifier: string): boolean {
  return (TELLERS.get(`${alarmType}/${qualifier}`) ?? 0) > 1
}

/** Every alarm type of the table: what definitions of traps and rules of logs may choose from first. */
export function knownAlarmTypes(): string[] {
  const texts = Object.values(BY_METRIC).flatMap((row) => (typeof row === 'string' ? [row] : Object.values(row)))
  return [...new Set([...texts, ...Object.values(BY_CLASS)].map((text) => parsed(text).alarmType))].sort()
}

/**
 * `type`, `type/qualifier`; a trailing `!` says: of the whole device. By state label where the states of one metric are
 * different faults; `*`: all others.
 */
const BY_METRIC: Readonly<Record<string, string | Readonly<Record<string, string>>>> = {
  // processors, memory, storage
  'cpu.load': 'cpu.high',
  'memory.used': 'memory.high',
  'memory.used-host': 'memory.high/host',
  'swap.used': 'memory.high/swap',
  'storage.used': 'storage.high',
  'storage.inodes': 'storage.high/inodes',
  'session.used': 'session.high',
  'session.count': 'session.high',
  'session.ssl-proxy-used': 'session.high/ssl-proxy',
  'vsys.session-used': 'session.high',
  'disk.health': 'disk.failed',
  'disk.status': 'disk.failed',
  'disk.smart': 'disk.failed',
  'disk.failed': 'disk.failed',
  'raid.status': 'storage.degraded',
  'raid.health': 'storage.degraded',
  'raid.controller-status': 'storage.degraded',
  'raid.reconstructing': 'storage.degraded/reconstructing',
  'storage.status': 'storage.degraded',
  'plex.status': 'storage.degraded',
  'replication.state': 'storage.replication-failed',
  'raid.battery-status': 'battery.failed',
  // environment and hardware
  'env.temperature': 'env.temperature',
  'env.temperature-status': 'env.temperature',
  'cpu.temperature': 'env.temperature/cpu',
  'disk.temperature': 'env.temperature',
  'optical.temperature': 'env.temperature',
  'ups.battery.temperature': 'env.temperature/battery',
  'ups.overheated': 'env.temperature!',
  'env.humidity': 'env.humidity',
  'env.voltage': 'env.voltage',
  'env.voltage-status': 'env.voltage',
  'env.current': 'env.current',
  'env.current-status': 'env.current',
  'env.sensor-status': 'env.sensor',
  'env.fan-status': 'env.fan',
  'env.fan-status-cpu': 'env.fan/cpu',
  'env.fans-failed': 'env.fan',
  'env.power-status': 'env.power-supply',
  'env.power-failed': 'env.power-supply',
  'env.power-fault': 'env.power-supply',
  'env.power-status-backup': 'env.power-supply/backup',
  'env.power-input': 'env.power-supply/input',
  'env.battery-status': 'battery.failed',
  'env.optical-power': 'optics.power',
  'optical.rx-power': 'optics.power',
  'optical.tx-power': 'optics.power',
  'module.status': 'module.failed',
  'module.self-test': 'module.failed/self-test',
  'controller.status': 'module.failed',
  'processor.status': 'module.failed',
  'memory.status': 'module.failed',
  'shelf.state': 'module.failed',
  'stack.member-status': 'stack.member-lost',
  'stack.port-status': 'stack.port-down',
  'system.health': 'device.degraded',
  'switch.status': 'device.degraded',
  'system.power': 'device.powered-off',
  'alarm.red': 'device.alarm/red',
  'alarm.yellow': 'device.alarm/yellow',
  // power
  'ups.on-battery': 'power.on-battery!',
  'ups.output-source': {
    battery: 'power.on-battery!',
    off: 'power.output-off!',
    none: 'power.output-off!',
    'sleeping-until-power-return': 'power.output-off!',
    '*': 'power.on-bypass!',
  },
  'ups.output-status': { battery: 'power.on-battery!', '*': 'power.on-bypass!' },
  'ups.supply': { bypass: 'power.on-bypass!', none: 'power.output-off!', '*': 'power.on-battery!' },
  'ups.on-bypass': 'power.on-bypass!',
  'ups.battery.charge': 'power.battery-low!',
  'ups.battery.low': 'power.battery-low!',
  'ups.battery.status': { 'in-fault': 'battery.failed!', '*': 'power.battery-low!' },
  'ups.battery.charging': { discharging: 'power.on-battery!', '*': 'battery.failed!' },
  'ups.battery.bad': 'battery.failed!',
  'ups.battery.charger': 'battery.failed/charger!',
  'ups.battery.charger-fault': 'battery.failed/charger!',
  'ups.battery.replace': 'power.battery-replace!',
  'ups.battery.runtime': 'power.runtime-short!',
  'ups.output.load': 'power.overload!',
  'ups.output.load-a': 'power.overload!',
  'ups.output.load-b': 'power.overload!',
  'ups.output.load-c': 'power.overload!',
  'ups.overload': 'power.overload!',
  'ups.self-test': 'power.test-failed!',
  'pdu.load-status': 'power.overload',
  // network
  'if.oper-status': 'link.down',
  'if.in.errors': 'link.errors/in',
  'if.out.errors': 'link.errors/out',
  'fc.in.crc-errors': 'link.errors/crc',
  'fc.port-status': 'fc.port-failed',
  'poe.status': 'poe.failed',
  'poe.port-status': 'poe.port-failed',
  'poe.used': 'poe.high',
  'stp.port-state': 'stp.port-broken',
  'bgp.peer-state': 'bgp.peer-down',
  'ospf.neighbour-state': 'ospf.neighbour-down',
  'vrrp.state': 'vrrp.state-changed',
  'hsrp.state': 'vrrp.state-changed/hsrp',
  'cluster.state': { 'taken-over': 'ha.switched-over!', '*': 'ha.degraded!' },
  'cluster.partner': 'ha.degraded!',
  'cluster.interconnect': 'ha.degraded/interconnect!',
  'failover.status': 'ha.degraded',
  'ha.sync': 'ha.degraded/sync',
  'ha.state': 'ha.degraded!',
  'vpn.tunnel-status': 'vpn.tunnel-down',
  'vpn.used': 'vpn.high',
  'wifi.ap-status': 'wifi.ap-down',
  'wifi.aps-offline': 'wifi.ap-down/many!',
  // services and special equipment
  'host.service': 'service.down',
  'service.status': 'service.down',
  'license.days-left': 'license.expiring',
  'pbx.h-link': 'trunk.down/h248!',
  'pbx.registration': 'trunk.down/registration!',
  'trunk.status': 'trunk.down',
  'pbx.occupancy': 'trunk.busy',
  'camera.channel': 'camera.channel-down',
  'printer.supply': 'printer.supply-low',
}

/** Readings of metrics that are not in the table. */
const BY_CLASS: Readonly<Record<string, string>> = {
  temperature: 'env.temperature',
  humidity: 'env.humidity',
  voltage: 'env.voltage',
  current: 'env.current',
  dbm: 'optics.power',
}

/** How many metrics of the table tell of a fault, by its name. */
const TELLERS = new Map<string, number>()
for (const row of Object.values(BY_METRIC))
  for (const text of new Set(typeof row === 'string' ? [row] : Object.values(row))) {
    const { alarmType, qualifier } = parsed(text)
    TELLERS.set(`${alarmType}/${qualifier}`, (TELLERS.get(`${alarmType}/${qualifier}`) ?? 0) + 1)
  }

function inTable(metric: string, wrong: Wrong): string | undefined {
  const row = own(BY_METRIC, metric)
  if (typeof row !== 'object') return row
  return ('label' in wrong ? own(row, wrong.label) : undefined) ?? row['*']
}

/** Names come from devices and files: `constructor` is none of ours. */
function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined
}

function parsed(text: string): AlarmName {
  const whole = text.endsWith('!')
  const [alarmType = '', qualifier = ''] = (whole ? text.slice(0, -1) : text).split('/')
  return { alarmType, qualifier, whole }
}

/** A metric of a foreign profile as the words of an alarm type: `ciscoEnvMonTemp` is no such word. */
function dotted(metric: string): string {
  const words = metric.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase()
  return words.replace(/[^a-z0-9.-]+/g, '-').replace(/^[.-]+|[.-]+$|(?<=\.)\.+/g, '') || 'metric'
}
