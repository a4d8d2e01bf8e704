import { expect, it } from 'vitest'
import { seeded } from './proof-kind.ts'
import { trueLines } from './syslog-headers/generator.ts'
import { slowPatterns } from './syslog-headers/slow-patterns.ts'
import { readHeaders, wrongParts } from './syslog-headers.ts'

it('headers of sixteen vendors are read, none is lost', async () => {
  const said: string[] = []
  const figures = await readHeaders(1600, { random: seeded(11), progress: (line) => said.push(line) })
  expect(figures, said.join('\n')).toMatchObject({ lost: 0, doubled: 0 })
  expect(figures.right, said.join('\n')).toBeGreaterThanOrEqual(0.995)
  expect(Object.keys(figures.vendors)).toHaveLength(16)
}, 30_000)

it('patterns that RegExp never ends cost little', async () => {
  const patterns = await slowPatterns(100)
  expect(patterns.filter((p) => p.regExpMs === undefined).length).toBeGreaterThanOrEqual(2)
  for (const { pattern, usualMs } of patterns) expect(usualMs, pattern).toBeLessThan(5)
}, 30_000)

it('a record that is not as the line says is told from one that is', () => {
  const [line] = trueLines(1, seeded(1), Date.UTC(2026, 10, 22))
  if (!line) throw new Error('there is no line')
  const { host, app, facility, severity, time, name, text } = line
  const event = {
    ...({ kind: 'log', at: 0, device: null, source: 's', transport: 'udp', format: 'cisco' } as const),
    ...JSON.parse(JSON.stringify({ host, app, facility, severity, deviceTime: time, mnemonic: name })),
    message: text,
  }
  expect(wrongParts(line, event)).toEqual([])
  expect(wrongParts(line, { ...event, deviceTime: 1, host: 'x' })).toEqual(['host', 'time'])
  expect(wrongParts(line, { ...event, clock: 'wrong' })).toEqual(['time'])
  expect(wrongParts(line, { ...event, severity: 9, mnemonic: 'x', message: 'x' })).toEqual([
    'severity',
    'name',
    'message',
  ])
})
