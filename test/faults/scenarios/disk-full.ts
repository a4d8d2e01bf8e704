// The agent's disk fills while it cannot deliver: it stays up, drops the least important first, says exactly what it
// dropped, and mends itself when there is room again. Needs root for a small loop-mounted file system.
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../../support/until.ts'
import type { Scenario } from '../scenario.ts'

const SIZE_MB = 48
/** Records of the agent itself that a full disk may cost as well. */
const OWN_RECORDS = 8

export const diskFull: Scenario = {
  name: 'disk-full',
  title: "The agent's disk fills up and is freed again",
  carriers: ['inform', 'trap', 'syslog-udp', 'syslog-tcp'],
  perSecond: 1000,
  trusting: false,
  unavailable() {
    if (process.getuid?.() !== 0) return 'needs root (a loop-mounted file system)'
    if (spawnSync('mkfs.ext4', ['-V'], { stdio: 'ignore' }).error) return 'needs mkfs.ext4 (e2fsprogs)'
    return undefined
  },
  async agentDataDir() {
    const dir = mkdtempSync(join(tmpdir(), 'outrider-disk-'))
    const image = `${dir}.img`
    must('truncate', ['-s', `${SIZE_MB}M`, image])
    must('mkfs.ext4', ['-q', '-F', '-m', '0', image])
    must('mount', ['-o', 'loop', image, dir])
    return {
      dir,
      release() {
        spawnSync('umount', ['-l', dir])
        rmSync(image, { force: true })
        rmSync(dir, { recursive: true, force: true })
      },
    }
  },
  async run({ installation, rounds, progress, wait }) {
    const filler = join(installation.agentDir, 'filler.bin')
    let fullSeen = 0
    for (let round = 1; round <= rounds; round++) {
      installation.link.cut()
      fill(filler, installation.agentDir)
      progress(`round ${round}/${rounds}: disk full, link cut`)
      await wait(6000)
      if (installation.agent.running()) fullSeen++
      rmSync(filler, { force: true })
      await installation.link.restore()
      await until(async () => (await installation.agentRow())?.presence === 'online', {
        timeoutMs: 60_000,
        what: 'the agent to be online after the disk was freed',
      })
      await wait(2000)
      progress(`round ${round}/${rounds}: room again`)
    }
    return { survived: fullSeen === rounds, agentRestarts: installation.agent.starts() - 1 }
  },
  async verify({ installation }, figures, { sent, found }) {
    const dropped = (await installation.agentHealth()).dropped as Record<string, number>
    const gaps = await installation.gaps()
    // An inform that could not be stored was not acknowledged: its sender keeps it, so it is not lost.
    const lostBy = Object.entries(dropped).filter(([reason]) => !reason.endsWith('inform-not-stored'))
    const reported = lostBy.reduce((sum, [, n]) => sum + n, 0)
    // What is lost and what is said to be lost must agree; the agent's own records (started, disk full) may be among it.
    const unreported = sent - found - reported
    const ok = figures.survived === true && figures.agentRestarts === 0 && unreported <= 0 && unreported >= -OWN_RECORDS
    return {
      figures: { lost: sent - found, reported, inGaps: gaps.reduce((sum, gap) => sum + gap.count, 0), dropped },
      ok,
    }
  },
}

function fill(file: string, dir: string): void {
  const block = Buffer.alloc(256 * 1024, 0x5a)
  const fd = openSync(file, 'a')
  try {
    for (;;) writeSync(fd, statfsSync(dir).bavail > 128 ? block : block.subarray(0, 4096))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  } finally {
    closeSync(fd)
  }
}

function must(program: string, args: readonly string[]): void {
  const done = spawnSync(program, args, { encoding: 'utf8' })
  if (done.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${done.stderr || done.error?.message}`)
}
