import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { installCommands } from './install-commands.ts'

const wish = { url: 'https://noc.example:8080', token: 'ot1.abcdefghij.secret.pin-_', version: '0.2.0' }

describe('commands to install an agent', () => {
  it.each(['linux', 'docker', 'offline'] as const)('%s: one of them brings the token to the collector', (way) => {
    const having = installCommands(wish)[way].filter((step) => step.command.includes(wish.token))
    expect(having).toHaveLength(1)
    expect(having[0]?.command).toContain(wish.url)
    expect(having[0]?.what).toBe('enrol')
  })

  it('name the packages as they are made', () => {
    const { linux, offline } = installCommands(wish)
    expect(linux[0]?.command).toContain('./outrider-agent_0.2.0_$(dpkg --print-architecture).deb')
    expect(offline[0]?.command).toContain('outrider-agent-0.2.0-linux-$(uname -m).tar.gz')
  })

  it('reach the program as they are, whatever is in them', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        fc.pre(!text.includes('\0') && !/[\ud800-\udfff]/.test(text))
        const enrol = installCommands({ ...wish, token: text }).linux.find((step) => step.what === 'enrol')
        const words = enrol?.command.replace(/^.*? enrol /, "printf '%s|' ") ?? ''
        const seen = execFileSync('sh', ['-c', words]).toString()
        expect(seen).toBe(`${wish.url}|--token|${text}|--config|/etc/outrider/agent.yaml|`)
      }),
      { numRuns: 60 },
    )
  })
})
