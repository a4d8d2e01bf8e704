import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { installCommands } from '#shared/http/install-commands.ts'
import { ROOT } from './places.ts'

describe('commands to install an agent', () => {
  it('are those of docs/install.md', () => {
    const page = readFileSync(join(ROOT, 'docs/install.md'), 'utf8').replace(/ \\\n\s*/g, ' ')
    const ways = installCommands({ url: 'https://COLLECTOR:8080', token: 'TOKEN', version: 'VERSION' })
    for (const step of Object.values(ways).flat()) expect(page).toContain(step.command)
  })

  it('hand over URL and token as one word each, whatever is in them', () => {
    const text = fc.string({ minLength: 1, maxLength: 40 }).filter((one) => !one.includes('\0'))
    const words = (url: string, token: string) => {
      const [, step] = installCommands({ url, token, version: '1.0.0' }).linux
      const shell = `sudo() { printf '%s\\0' "$@"; }; ${step?.command}`
      return execFileSync('sh', ['-c', shell], { encoding: 'utf8' }).split('\0')
    }
    fc.assert(
      fc.property(text, text, (url, token) => {
        const given = words(url, token)
        expect(given.slice(2, 7)).toEqual(['outrider-agent', 'enrol', url, '--token', token])
      }),
      { numRuns: 50 },
    )
  })
})
