import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { configJsonSchema, exampleYaml } from './example.ts'
import { nearestKey, printProblem, readConfig } from './read-config.ts'
import { SecretValue } from './secret.ts'

const Schema = z.strictObject({
  http: z.strictObject({ port: z.int().min(0).max(65535).default(8080).describe('Port of the console') }).prefault({}),
  agents: z.array(z.strictObject({ id: z.string(), password: SecretValue })).default([]),
})
const secrets = {
  env: (name: string) => (name === 'SET' ? 'hunter2' : undefined),
  file: (path: string) => {
    if (path === '/secret') return 'from-file\n'
    throw new Error('no such file')
  },
}
const read = (text: string) => readConfig(text, Schema, { file: 'c.yaml', secrets })

describe('readConfig', () => {
  it('starts from an empty file with defaults', () => {
    expect(read('')).toEqual({ ok: true, value: { http: { port: 8080 }, agents: [] } })
  })

  it('resolves secrets and never prints them', () => {
    const result = read('agents:\n  - {id: a, password: {fromEnv: SET}}\n  - {id: b, password: {fromFile: /secret}}\n')
    if (!result.ok) throw new Error('should read')
    const [a, b] = result.value.agents
    expect([a?.password.reveal(), b?.password.reveal()]).toEqual(['hunter2', 'from-file'])
    for (const text of [JSON.stringify(result), inspect(result, { depth: 9 }), `${a?.password}`])
      expect(text).not.toMatch(/hunter2|from-file/)
  })

  it('lists every problem with its place and the nearest key', () => {
    const result = read(
      'http:\n  prot: 80\n  port: abc\nagents:\n  - id: a\n    password: {fromEnv: MISSING}\n  - id: 7\n',
    )
    if (result.ok) throw new Error('should fail')
    const lines = result.problems.map(printProblem)
    expect(lines).toHaveLength(5)
    expect(lines[0]).toBe('c.yaml:2:3: http.prot: unknown key; did you mean "port"?')
    expect(lines[1]).toMatch(/^c\.yaml:3:3: http\.port: /)
    expect(lines[2]).toBe('c.yaml:6:5: agents[0].password: environment variable MISSING is not set')
    expect(lines.slice(3).join('\n')).toMatch(/agents\[1\]\.id/)
  })

  it('says where YAML itself is broken', () => {
    const result = read('http:\n  port: [1,\nx: }')
    expect(result.ok ? '' : result.problems[0]?.line).toBeGreaterThan(1)
  })

  it('answers any text without throwing', () => {
    fc.assert(fc.property(fc.string({ maxLength: 400 }), (text) => void read(text)))
    const bomb = `a: &a [x,x]\n${Array.from({ length: 30 }, (_, i) => `k${i}: &k${i} [*a,*a,*a,*a,*a]`).join('\n')}`
    expect(read(bomb).ok).toBe(false)
  })

  it('finds near keys only', () => {
    expect(nearestKey('retention', ['retentoin', 'rules'])).toBe('retentoin')
    expect(nearestKey('zzz', ['retention'])).toBeUndefined()
  })
})

describe('generated files', () => {
  it('describe the schema and read back', () => {
    const example = exampleYaml(Schema, 'x.schema.json', 'An example.')
    expect(example).toContain('# Port of the console\n  # port: 8080')
    expect(read(example).ok).toBe(true)
    expect(JSON.stringify(configJsonSchema(Schema, 't'))).toContain('fromEnv')
  })
})
