import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { mergedSettings } from './follow.ts'
import { places } from './places.ts'
import { prepareDemo } from './prepare.ts'

describe('settings of the container', () => {
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'outrider-settings-'))
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))
  const here = (env: Record<string, string> = {}) =>
    places({ OUTRIDER_SETTINGS: join(dir, 'collector.yaml'), OUTRIDER_ADDITIONS: join(dir, 'settings'), ...env })

  it('are the defaults when nothing is mounted and nobody adds anything', () => {
    expect(parse(mergedSettings(here()))).toEqual({})
  })

  it('join lists, merge objects and let the mounted file win', () => {
    prepareDemo(here())
    writeFileSync(
      join(dir, 'settings', 'z.yaml'),
      'broker: { url: mqtt://a, embedded: { host: 127.0.0.1, port: 1 } }\n',
    )
    const mounted = 'broker: { embedded: { host: 0.0.0.0 } }\ncustomers: [{ id: a, name: A }]\n'
    writeFileSync(join(dir, 'collector.yaml'), mounted)
    expect(parse(mergedSettings(here({ OUTRIDER_NAMES: 'a.example, b.example' })))).toMatchObject({
      broker: { url: 'mqtt://a', embedded: { host: '0.0.0.0', port: 1 } },
      customers: [{ id: 'demo' }, { id: 'a' }],
      enrolment: { names: ['a.example', 'b.example'] },
    })
  })

  it('of the demo have a password of their own that stays', () => {
    const password = () => {
      prepareDemo(here())
      return parse(mergedSettings(here())).agents[0].password.fromFile as string
    }
    const first = password()
    expect(first).toBe(join(dir, 'settings', 'demo-password'))
    expect(password()).toBe(first)
  })
})
