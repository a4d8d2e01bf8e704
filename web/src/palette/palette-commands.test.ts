import { describe, expect, it } from 'vitest'
import { ROLES } from '#shared/http/session.ts'
import { readLocale } from '../../locale-parts.ts'
import { COMMANDS, commandsFor } from './palette-commands.ts'

describe('what the palette offers to do', () => {
  it('has words for each and names each once', () => {
    const words = (readLocale('zh-CN').palette as { do: Record<string, string> }).do
    expect(COMMANDS.map(({ id }) => id).filter((id) => words[id] === undefined)).toEqual([])
    expect(new Set(COMMANDS.map(({ id }) => id)).size).toBe(COMMANDS.length)
  })

  it('is what the role may do', () => {
    expect(commandsFor('admin')).toHaveLength(COMMANDS.length)
    for (const role of ROLES.filter((one) => one !== 'admin'))
      expect(commandsFor(role).map(({ id }) => id)).not.toContain('addAgent')
    expect(commandsFor('customer').map(({ id }) => id)).toEqual(['password'])
    expect(commandsFor(undefined)).toEqual(commandsFor('customer'))
  })
})
