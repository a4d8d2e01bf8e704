import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT } from './places.ts'

const sources = (top: string) =>
  readdirSync(join(ROOT, top), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.test)\.ts$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
const using = (pattern: RegExp, ...tops: string[]) =>
  tops
    .flatMap(sources)
    .filter((file) => pattern.test(readFileSync(join(ROOT, file), 'utf8')))
    .sort()

describe('what is bundled', () => {
  it('reads no file of its own inside the executable but what it carries', () => {
    // One more needs an `isSea()` and an asset in executable.ts; then it belongs into this list.
    const known = ['agent/inputs/snmp-poll/profile-files.ts', 'agent/outbox/commit-link.ts']
    expect(using(/import\.meta\.(url|dirname|filename)|__dirname/, 'agent', 'shared')).toEqual(known)
    for (const file of known) expect(readFileSync(join(ROOT, file), 'utf8')).toContain('isSea()')
  })

  it('knows its folder by the one expression the bundle can replace', () => {
    expect(using(/import\.meta\.(url|filename)|__dirname/, 'collector')).toEqual([])
    // a thread is the program itself, whatever its file is called: package.test.ts compiles a MIB with it
    expect(using(/new Worker\((?!entry\b)/, 'collector')).toEqual([])
  })
})
