// The machine the demo runs on, as one of its devices: real CPU, memory and disk figures behind a simulated SNMP agent.
import { statfsSync } from 'node:fs'
import { cpus, freemem, totalmem } from 'node:os'
import type { VirtualDevice } from '../support/virtual-site/virtual-device.ts'

/** Keeps the device's figures those of this machine; returns how to stop. */
export function followThisMachine(device: VirtualDevice, everyMs = 2000): () => void {
  let before = cpuTimes()
  const timer = setInterval(() => {
    const now = cpuTimes()
    const total = now.total - before.total
    if (total > 0) device.server.cpuPercent = Math.round(100 * (1 - (now.idle - before.idle) / total))
    before = now
    device.server.memoryUsedPercent = Math.round(100 * (1 - freemem() / totalmem()))
    const disk = statfsSync('.')
    device.server.diskUsedPercent = Math.round(100 * (1 - disk.bavail / disk.blocks))
  }, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}

function cpuTimes(): { idle: number; total: number } {
  let idle = 0
  let total = 0
  for (const cpu of cpus()) {
    idle += cpu.times.idle
    for (const time of Object.values(cpu.times)) total += time
  }
  return { idle, total }
}
