// Golden lines: each folder of testcases/ holds input.log (one message per line, bytes as sent) and expected.json (one
// object per line, absent fields left out, deviceTime in ISO form). Received 2026-11-22 03:00:05 in Asia/Shanghai.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { LogEvent } from '#shared/domain/device-event.ts'
import { decodeLog, logLine } from './log-line.ts'
import { parseSyslog } from './parse-syslog.ts'
import { createSiteClock } from './site-clock.ts'

const receivedAt = Date.parse('2026-11-22T03:00:05+08:00')
const clock = createSiteClock('Asia/Shanghai')
const folder = join(import.meta.dirname, 'testcases')

describe('log lines', () => {
  it.each(readdirSync(folder))('%s', (name) => {
    const expected = JSON.parse(readFileSync(join(folder, name, 'expected.json'), 'utf8')) as unknown[]
    const lines = linesOf(readFileSync(join(folder, name, 'input.log')))
    expect(lines.map(parsed)).toEqual(expected)
    for (const line of lines) expect(recordOf(line)).toMatchObject({ kind: 'log' })
  })
})

function parsed(bytes: Buffer): unknown {
  const { deviceTime, ...fields } = parseSyslog(decodeLog(bytes).text, receivedAt, clock)
  const time = deviceTime === undefined ? {} : { deviceTime: new Date(deviceTime).toISOString() }
  return JSON.parse(JSON.stringify({ ...fields, ...time }))
}

/** The written line must be what the schema accepts, unchanged. */
function recordOf(bytes: Buffer): unknown {
  const { text, plain } = decodeLog(bytes)
  const fields = parseSyslog(text, receivedAt, clock)
  const line = logLine(receivedAt, '"device":null,"source":"10.0.0.1",', 'udp', fields, plain)
  const record = JSON.parse(line)
  expect(LogEvent.parse(record)).toEqual(record)
  return record
}

function linesOf(file: Buffer): Buffer[] {
  const lines: Buffer[] = []
  for (let at = 0; at < file.length; ) {
    const end = file.indexOf(10, at)
    lines.push(file.subarray(at, end < 0 ? file.length : end))
    at = end < 0 ? file.length : end + 1
  }
  return lines
}
