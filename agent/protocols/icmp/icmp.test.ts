import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseFping } from './fping.ts'
import { isAddress } from './host.ts'
import { createPinger } from './icmp.ts'
import { parsePing } from './ping.ts'
import { runProgram } from './program.ts'

const never = new AbortController().signal
const hasFping = (await runProgram('fping', ['-C', '1', '-q', '127.0.0.1'], 5000, never)).code === 0

describe('addresses', () => {
  it.each(['10.0.0.1', 'fe80::1', 'fe80::1%eth0', '::ffff:10.0.0.1', 'core-sw.example.net', 'printer_2', 'a'])(
    'takes %s',
    (text) => expect(isAddress(text)).toBe(true),
  )

  it.each([
    '',
    '-h',
    '--help',
    '10.0.0',
    '10.0.0.1.2',
    '999.1.1.1',
    'a b',
    'a;reboot',
    '$(id)',
    'a..b',
    'fe80::1%-x;y',
    'fe80::1%e%f',
    '10.0.0.1\n-h',
    '/etc/passwd',
    `${'a'.repeat(64)}.net`,
  ])('refuses %j', (text) => expect(isAddress(text)).toBe(false))

  it('takes nothing that a program could read as an option or a shell as more than a word', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.domain()), (text) => {
        if (isAddress(text)) expect(text).toMatch(/^[a-z0-9_:][a-z0-9_.:%-]*$/i)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('program output', () => {
  it('reads fping: times, losses, names and noise', () => {
    const output = [
      'nosuch.invalid: Name or service not known',
      'ICMP Host Unreachable from 10.0.0.1 for ICMP Echo sent to 10.0.0.9',
      '127.0.0.1 : 0.214 0.041',
      '::1       : 0.409 - 1',
      '10.0.0.9  : - - -',
      'core      : 12.5',
    ].join('\n')
    expect([...parseFping(output)]).toEqual([
      ['127.0.0.1', [0.214, 0.041]],
      ['::1', [0.409, 1]],
      ['10.0.0.9', []],
      ['core', [12.5]],
    ])
  })

  it('reads ping of iputils, busybox and BSD', () => {
    const output = [
      '64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=0.045 ms',
      '64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=0.051 ms (DUP!)',
      '64 bytes from 127.0.0.1: seq=2 ttl=64 time=12 ms',
      'Reply from 10.0.0.1: bytes=32 time<1ms TTL=64',
      'rtt min/avg/max/mdev = 0.045/0.048/0.051/0.003 ms, time 1002ms',
    ].join('\n')
    expect(parsePing(output)).toEqual([0.045, 12, 1])
  })

  it('survives any output', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const times of [...parseFping(text).values(), parsePing(text)])
          expect(times.every((t) => t >= 0)).toBe(true)
      }),
    )
  })
})

describe('programs', () => {
  it('says when a program is missing, too slow or stopped', async () => {
    expect((await runProgram('no-such-program', [], 1000, never)).failure).toBe('missing')
    expect((await runProgram('sleep', ['10'], 50, never)).failure).toBe('timeout')
    expect((await runProgram('sleep', ['10'], 5000, AbortSignal.timeout(30))).failure).toBe('cancelled')
  })

  it('stops a program that talks without end', async () => {
    const run = await runProgram('yes', [], 10_000, never)
    expect(run.output.length).toBeLessThanOrEqual(1024 * 1024)
  })
})

describe('pinger', () => {
  it.skipIf(!hasFping)('measures many addresses at once (program fping)', async () => {
    const pinger = createPinger({ only: 'fping' })
    const addresses = [...Array.from({ length: 50 }, (_, i) => `127.0.0.${i + 1}`), 'no-such-host.invalid', '-h']
    const answers = await Promise.all(addresses.map((a) => pinger.ping(a, { count: 2, timeoutMs: 500 }, never)))
    expect(answers.slice(0, 50).every((a) => a.by === 'fping' && a.sent === 2 && a.rttsMs.length === 2)).toBe(true)
    expect(answers.slice(50).map((a) => a.sent)).toEqual([0, 0])
  })

  it('falls back to TCP handshakes, where a refusal proves as much as an open port', async () => {
    const pinger = createPinger({ only: 'tcp' })
    const answer = await pinger.ping('127.0.0.1', { count: 3, timeoutMs: 500 }, never)
    expect(answer).toMatchObject({ by: 'tcp', sent: 3 })
    expect(answer.rttsMs.length).toBe(3)
  })

  it('always has some way to ask', async () => {
    const answer = await createPinger().ping('127.0.0.1', { count: 1, timeoutMs: 1000 }, never)
    expect(answer).toMatchObject({ sent: 1 })
    expect(answer.rttsMs.length).toBe(1)
  })

  it('ends one wait without ending the others', async () => {
    const pinger = createPinger({ only: 'tcp' })
    const stop = new AbortController()
    const given = pinger.ping('127.0.0.1', { count: 1, timeoutMs: 500 }, stop.signal)
    const kept = pinger.ping('127.0.0.1', { count: 1, timeoutMs: 500 }, never)
    stop.abort()
    expect(await given).toMatchObject({ sent: 0, problem: 'cancelled' })
    expect((await kept).rttsMs.length).toBe(1)
  })
})
