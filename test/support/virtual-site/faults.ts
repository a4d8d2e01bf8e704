// What can go wrong at the simulated site, each with its undo, and with the traps and logs real equipment would send.
import { setTimeout as delay } from 'node:timers/promises'
import type { Varbinds } from './engine.ts'
import type { PortState } from './models.ts'
import type { Target, VirtualDevice } from './virtual-device.ts'

export interface Fault {
  readonly title: { readonly en: string; readonly 'zh-CN': string }
  /** Device the fault is about. */
  readonly device: string
  inject(): Promise<void>
  undo(): Promise<void>
}

export interface FaultContext {
  readonly devices: readonly VirtualDevice[]
  readonly trapsTo: Target | undefined
  readonly logsTo: Target | undefined
  readonly now: () => number
  /** Seconds from mains loss to an empty battery. */
  readonly drainSeconds: number
  readonly stormTraps: number
}

const TRAP = '1.3.6.1.6.3.1.1.5'
const UPS = '1.3.6.1.2.1.33'
const INFO = 190
const ERROR = 187

/** Faults by name, as far as the site has the equipment for them. */
export function createFaults(context: FaultContext): Readonly<Record<string, Fault>> {
  const { devices } = context
  const access = devices.find((d) => d.model === 'access-switch') ?? devices.find((d) => d.ports.length > 0)
  const hanging = devices.filter((d) => d.model === 'access-switch')[1] ?? access
  const ups = devices.find((d) => d.model === 'ups')
  const server = devices.find((d) => d.model === 'server')
  const faults: Record<string, Fault> = {}
  if (access?.ports[2] !== undefined) {
    faults['link-down'] = linkDown(context, access)
    faults.storm = storm(context, access)
    faults['device-reboot'] = reboot(context, access)
  }
  if (hanging) {
    faults['device-hang'] = manners(hanging, 'silent', 'stops answering (hangs)', '停止响应（挂死）')
    faults['device-garbage'] = manners(hanging, 'garbage', 'answers garbage', '返回乱码')
  }
  if (ups) faults['power-loss'] = powerLoss(context, ups)
  if (server) {
    faults['cpu-high'] = gauge(server, 'cpuPercent', 98, 'processor at 98 %', '处理器占用 98 %')
    faults['disk-full'] = gauge(server, 'diskUsedPercent', 99, 'disk 99 % full', '磁盘已用 99 %')
    faults['memory-high'] = gauge(server, 'memoryUsedPercent', 97, 'memory 97 % used', '内存占用 97 %')
  }
  return faults
}

function linkDown(context: FaultContext, device: VirtualDevice): Fault {
  const set = async (up: boolean) => {
    const port = device.ports[2] as PortState
    if (port.operUp === up) return
    port.operUp = up
    port.lastChange = device.uptime()
    port.inOctets.setRate(up ? 125_000 * port.index : 0)
    port.outOctets.setRate(up ? 60_000 * port.index : 0)
    await trap(context, device, `${TRAP}.${up ? 4 : 3}`, portVarbinds(port))
    const state = up ? 'up' : 'down'
    await log(context, device, ERROR, `%LINK-3-UPDOWN: Interface ${port.name}, changed state to ${state}`)
  }
  const port = device.ports[2] as PortState
  return {
    title: { en: `${device.name}: port ${port.name} goes down`, 'zh-CN': `${device.name}：端口 ${port.name} 断开` },
    device: device.id,
    inject: () => set(false),
    undo: () => set(true),
  }
}

/** Many link flaps reported by traps in one burst; the polled state does not change. */
function storm(context: FaultContext, device: VirtualDevice): Fault {
  return {
    title: {
      en: `${device.name}: storm of ${context.stormTraps} traps`,
      'zh-CN': `${device.name}：${context.stormTraps} 条 Trap 的风暴`,
    },
    device: device.id,
    async inject() {
      for (let n = 0; n < context.stormTraps; n++) {
        const port = device.ports[n % device.ports.length] as PortState
        await trap(context, device, `${TRAP}.${n % 2 === 0 ? 3 : 4}`, portVarbinds(port))
        if (n % 200 === 199) await delay(5)
      }
    },
    undo: async () => undefined,
  }
}

function reboot(context: FaultContext, device: VirtualDevice): Fault {
  return {
    title: { en: `${device.name}: restarts`, 'zh-CN': `${device.name}：重新启动` },
    device: device.id,
    async inject() {
      device.reboot()
      await trap(context, device, `${TRAP}.1`, [])
      await log(context, device, INFO, '%SYS-5-RESTART: System restarted --')
    },
    undo: async () => undefined,
  }
}

function manners(device: VirtualDevice, behaviour: 'silent' | 'garbage', en: string, zh: string): Fault {
  return {
    title: { en: `${device.name}: ${en}`, 'zh-CN': `${device.name}：${zh}` },
    device: device.id,
    inject: async () => device.setBehaviour(behaviour),
    undo: async () => device.setBehaviour('normal'),
  }
}

function gauge(
  device: VirtualDevice,
  what: 'cpuPercent' | 'diskUsedPercent' | 'memoryUsedPercent',
  value: number,
  en: string,
  zh: string,
): Fault {
  let before: number | undefined
  return {
    title: { en: `${device.name}: ${en}`, 'zh-CN': `${device.name}：${zh}` },
    device: device.id,
    async inject() {
      before ??= device.server[what]
      device.server[what] = value
    },
    async undo() {
      if (before !== undefined) device.server[what] = before
      before = undefined
    },
  }
}

/** Mains fails: the UPS says so, and when its battery is empty everything behind it goes silent, itself included. */
function powerLoss(context: FaultContext, ups: VirtualDevice): Fault {
  let drained: NodeJS.Timeout | undefined
  const behind = context.devices
  let silenced: VirtualDevice[] = []
  return {
    title: {
      en: `${ups.name}: mains power lost, battery for ${context.drainSeconds} s`,
      'zh-CN': `${ups.name}：市电中断，电池可供 ${context.drainSeconds} 秒`,
    },
    device: ups.id,
    async inject() {
      if (ups.ups.onBattery) return
      ups.ups.onBattery = true
      ups.ups.since = context.now()
      ups.ups.chargePercent = () =>
        Math.max(0, 100 - Math.floor((context.now() - ups.ups.since) / 10 / context.drainSeconds))
      drained = setTimeout(() => {
        silenced = behind.filter((d) => d.behaviour === 'normal')
        for (const device of silenced) device.setBehaviour('silent')
      }, context.drainSeconds * 1000)
      drained.unref()
      await trap(context, ups, `${UPS}.2.1`, [
        [`${UPS}.1.2.3.0`, { type: 'Integer', value: Math.ceil(context.drainSeconds / 60) }],
        [`${UPS}.1.2.2.0`, { type: 'Integer', value: 0 }],
        [`${UPS}.1.9.7.0`, { type: 'Integer', value: 2 }],
      ])
      await log(context, ups, ERROR, 'upsd: on battery power')
    },
    async undo() {
      clearTimeout(drained)
      if (!ups.ups.onBattery) return
      ups.ups.onBattery = false
      ups.ups.chargePercent = () => 100
      for (const device of silenced) {
        device.reboot()
        device.setBehaviour('normal')
        await trap(context, device, `${TRAP}.1`, [])
      }
      silenced = []
      await trap(context, ups, `${UPS}.2.4`, [
        [`${UPS}.1.6.2.1.1.1`, { type: 'Integer', value: 1 }],
        [`${UPS}.1.6.2.1.2.1`, { type: 'OID', value: `${UPS}.1.6.3.2` }],
      ])
      await log(context, ups, INFO, 'upsd: mains power restored')
    },
  }
}

function portVarbinds(port: PortState): Varbinds {
  return [
    [`1.3.6.1.2.1.2.2.1.1.${port.index}`, { type: 'Integer', value: port.index }],
    [`1.3.6.1.2.1.2.2.1.7.${port.index}`, { type: 'Integer', value: port.adminUp ? 1 : 2 }],
    [`1.3.6.1.2.1.2.2.1.8.${port.index}`, { type: 'Integer', value: port.operUp ? 1 : 2 }],
  ]
}

async function trap(context: FaultContext, device: VirtualDevice, oid: string, varbinds: Varbinds): Promise<void> {
  if (context.trapsTo) await device.sendTrap(context.trapsTo, { oid, varbinds })
}

async function log(context: FaultContext, device: VirtualDevice, pri: number, text: string): Promise<void> {
  if (context.logsTo) await device.sendLog(context.logsTo, pri, text)
}
